/** @param service for the message @throws Error when secrets would be sent to it unencrypted over a network */
export function safeOrigin(service: string, endpoint: string): string {
  const { protocol, hostname, origin } = new URL(endpoint);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && loopback)) return origin;
  throw new Error(
    `the ${service} endpoint ${protocol}//${hostname} is not safe; use https, or http on a loopback address`,
  );
}
