/** What --from and --to mean for --connections: a gateway's port, or a client and what it dials. */
import {
  firstOf,
  gatewayMeant,
  type HostPort,
  isAddress,
  type MeshClient,
  type Missing,
  noClient,
  noName,
  type PlannedListener,
  type PlannedMesh,
  parseHostPort,
  reaches,
} from '../../control/index.ts';
import type { SocketAddress } from '../../proxy/index.ts';
import { didYouMean } from '../../text/index.ts';
import { CannotDo } from '../command.ts';
import { type Wish, wishedAddress } from './address-options.ts';
import { cannot } from './missing-names.ts';

export type ConnectionTarget =
  | { readonly kind: 'gateway'; readonly listener: string }
  | ({ readonly kind: 'client'; readonly user: string } & HostPort);

export type Asked = {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly wishes: readonly Wish[];
};

/** Throws CannotDo where there is nothing to dial. */
export function connectionTarget(planned: PlannedMesh, asked: Asked): ConnectionTarget {
  const { from, to } = asked;
  const target = to === undefined ? null : parseHostPort(to);
  if (from === undefined) {
    const gateway = gatewayAsked(planned.plan.listeners, asked);
    if (gateway !== null) return { kind: 'gateway', listener: gateway.name };
  }
  if (target === null) throw whereTo(planned, asked);
  const user = from ?? '-';
  const client = planned.client(user);
  if (client === null) throw cannot(noClient(planned, '--from', user));
  const own = planned.plan.listeners.find((listener) =>
    isAddress(placeOf(listener, asked.wishes), target),
  );
  if (own !== undefined)
    throw new CannotDo(
      `--to: ${to} is where ${own.name} listens on this computer, and no address of the mesh`,
      `Leave out --from to connect to the gateway as from outside, or dial it as the mesh knows it: --to HOST:${own.dialled}.`,
    );
  if (!reaches(planned, client, target.host)) throw cannot(noHost(planned, client, target.host));
  return { kind: 'client', user, ...target };
}

/** The only one where nothing is said. */
function gatewayAsked(
  listeners: readonly PlannedListener[],
  { to, wishes }: Asked,
): PlannedListener | null {
  const [first, ...others] = listeners;
  if (to === undefined) return others.length === 0 ? (first ?? null) : null;
  return gatewayMeant(listeners, to, (listener) => placeOf(listener, wishes));
}

/** Where it is on this computer, as far as that is known before it is opened. */
function placeOf(listener: PlannedListener, wishes: readonly Wish[]): SocketAddress {
  return wishedAddress(wishes, listener) ?? listener.address;
}

/** A gateway may have been meant. */
function noHost(planned: PlannedMesh, client: MeshClient, host: string): Missing {
  const { message, remedy } = noName(planned, '--to', client, host);
  const gateways = planned.plan.listeners.map(({ name }) => name);
  return {
    message,
    remedy: gateways.length === 0 ? remedy : `${remedy} Gateways: ${firstOf(gateways)}.`,
  };
}

function whereTo({ plan }: PlannedMesh, { from, to }: Asked): CannotDo {
  const names = plan.listeners.map(({ name }) => name);
  const ports = plan.listeners.map(({ dialled }) => String(dialled));
  if (to === undefined)
    return new CannotDo(
      from === undefined ? '--connections: where to?' : `--connections: what does ${from} dial?`,
      `Write --from NAMESPACE/WORKLOAD --to HOST:PORT, or --to with a gateway: ${firstOf(names)}.`,
    );
  return from === undefined
    ? new CannotDo(
        `--to: no gateway has a port ${to}${didYouMean(to, [...names, ...ports])}`,
        `There are ${firstOf(names)}; HOST:PORT is dialled by a client.`,
      )
    : new CannotDo(
        `--to: ${to} is no HOST:PORT, which a client dials`,
        `Write --to HOST:PORT, or leave out --from for a gateway: ${firstOf(names)}.`,
      );
}
