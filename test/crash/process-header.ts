/** Names the process that sends a request. It is no part of what is signed, and the simulator does not look at it. */
export const processHeader = 'crash-test-process';
