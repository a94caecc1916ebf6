/** What becomes of what is sent to a destination that is not there, in the words of its protocol. */
import { classOf, type MeshPort } from '../../mesh/index.ts';
import type { DestinationUse } from './destinations.ts';

/** so: of what goes there. each: the same as a reason. */
export type Loss = { readonly so: string; readonly each: string };

const ofConnections: Loss = {
  so: 'connections to it are closed at once',
  each: 'every connection that takes the route is accepted and closed at once',
};

const ofRequests: Loss = {
  so: 'requests to it are answered 503',
  each: 'every request that takes the route is answered 503',
};

const ofCopies: Loss = {
  so: 'what is mirrored to it is lost',
  each: 'the copies that are mirrored to it are lost, and the requests themselves go where the route says',
};

export function lossOf({ protocol, entry }: DestinationUse): Loss {
  if (protocol !== 'http') return ofConnections;
  return entry === null ? ofCopies : ofRequests;
}

/** Of routes that may be http or not, by the ports that they would be for. */
export function lossAtPorts(ports: readonly MeshPort[]): Loss {
  const classes = new Set(ports.map(({ protocol }) => classOf(protocol)));
  if (!classes.has('http') && !classes.has('auto')) return ofConnections;
  if (classes.size === 1 && classes.has('http')) return ofRequests;
  return {
    so: `${ofConnections.so}, HTTP requests answered 503`,
    each: `${ofConnections.each}, or a request answered 503`,
  };
}
