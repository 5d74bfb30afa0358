/** Receives of a failing message before it is a dead letter: more than half an hour (functions/scale-out). */
export const maxReceives = 8;
