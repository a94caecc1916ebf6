/** On which addresses the proxy of a client listens where nobody says so (`core/listener_address.go`). */

/** Of a client's addresses, 4 where none is known. */
export type ClientFamily = 4 | 6 | 'both';

export const wildcardFor = (family: ClientFamily): string => (family === 6 ? '::' : '0.0.0.0');

export const loopbackFor = (family: ClientFamily): string => (family === 6 ? '::1' : '127.0.0.1');

/** With both families a listener has the second address too, and goes by the first. */
export const firstOfBoth: ReadonlyMap<string, string> = new Map([
  ['::', '0.0.0.0'],
  ['::1', '127.0.0.1'],
]);
