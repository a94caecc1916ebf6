/** Which listener of a gateway people mean by what they write. */
import type { SocketAddress } from '../proxy/index.ts';
import { afterSlash } from '../text/index.ts';
import { type HostPort, isLoopback, parseHostPort } from './mesh-address.ts';
import type { Missing } from './missing-names.ts';
import type { PlannedListener } from './plan-gateways.ts';

/**
 * By the listener's name, with its namespace or without, a Gateway's own name before the port, or the port alone; else by where it is
 * on this computer, which placeOf says.
 */
export function gatewayMeant(
  listeners: readonly PlannedListener[],
  text: string,
  placeOf: (listener: PlannedListener) => SocketAddress | null,
): PlannedListener | null {
  const target = parseHostPort(text);
  const isPlace = (place: SocketAddress | null): boolean =>
    place !== null &&
    (String(place.port) === text || (target !== null && isAddress(place, target)));
  return (
    listeners.find((listener) => isCalled(listener, text)) ??
    listeners.find((listener) => isPlace(placeOf(listener))) ??
    null
  );
}

function isCalled(listener: PlannedListener, text: string): boolean {
  const { name, bind, dialled } = listener;
  return (
    name === text ||
    name.endsWith(`/${text}`) ||
    String(dialled) === text ||
    (bind === null && gatewayNames(listener).some((called) => text === `${called}:${dialled}`))
  );
}

/** Of the workload, of what makes it, and of the Gateways, each with and without its namespace. */
export function gatewayNames({ gateway, owner, objects }: PlannedListener): readonly string[] {
  const names = [gateway, ...(owner === null ? [] : [owner]), ...objects];
  return [...names, ...names.map(afterSlash)];
}

export function isAddress(place: SocketAddress, { host, port }: HostPort): boolean {
  return (
    place.port === port && (place.host === host || (host === 'localhost' && isLoopback(place.host)))
  );
}

/** For who asks a running mesh: where it is on this computer, or what there is, in words: of thousands of gateways too it is short. */
export type GatewayAnswer =
  | { readonly at: SocketAddress }
  | { readonly at: null; readonly missing: Missing };

/** Null for what is none. */
export function readGatewayAnswer(text: string): GatewayAnswer | null {
  try {
    const read: { at?: Partial<SocketAddress> | null; missing?: Partial<Missing> } | null =
      JSON.parse(text);
    const { host, port } = read?.at ?? {};
    if (typeof host === 'string' && typeof port === 'number') return { at: { host, port } };
    const { message, remedy } = read?.missing ?? {};
    if (typeof message !== 'string' || typeof remedy !== 'string') return null;
    return { at: null, missing: { message, remedy } };
  } catch {
    return null;
  }
}
