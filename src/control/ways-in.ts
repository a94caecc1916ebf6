/** How connections come in, each with who it is from and what it is after: by a gateway, by SOCKS as a workload, by a published port. */
import { parseAddress } from '../address/index.ts';
import type {
  DataPlane,
  Facts,
  Listener,
  SocketAddress,
  SocksRefusal,
  SocksRequest,
} from '../proxy/index.ts';
import type { ConnectionRoute } from './connection-route.ts';
import type { Arrival, Decider } from './decider.ts';
import type { GatewayAnswer } from './gateway-meant.ts';
import { hostPortText } from './mesh-address.ts';
import { defaultClient, type MeshClient } from './mesh-client.ts';
import type { OpenAddress } from './mesh-event.ts';
import { openPort } from './open-port.ts';
import type { PlannedListener } from './plan-gateways.ts';
import type { Publication } from './running-mesh-options.ts';
import type { Account } from './unconnected.ts';

/** What the ways of clients need of a mesh; all of it is asked per connection, so that it is that of the present. */
export type ClientDoor = {
  readonly plane: DataPlane<ConnectionRoute>;
  readonly client: (name: string) => MeshClient | null;
  readonly resolves: (client: MeshClient, host: string) => boolean;
  readonly decide: (arrival: Arrival, facts: Facts) => ReturnType<Decider['decide']>;
  readonly account: (client: SocketAddress) => Account | null;
  readonly gateway: (name: string) => GatewayAnswer;
  readonly addresses: () => readonly OpenAddress[];
};

/** planned: undefined where its listener is closing; the connection then meets a gateway without listeners. */
export function gatewayArrival(name: string, planned: PlannedListener | undefined): Arrival {
  return {
    proxy: planned?.gateway ?? name,
    viewpoint: planned?.viewpoint ?? { kind: 'gateway', namespace: '', labels: {} },
    client: null,
    listener: `gateway ${name}`,
    host: undefined,
    ip: planned?.bind ?? undefined,
    port: planned?.port ?? 0,
  };
}

/** wanted: null for any free port of loopback. Rejects with a PortError. */
export async function openSocks(
  door: ClientDoor,
  wanted: SocketAddress | null,
): Promise<{ readonly listener: Listener; readonly address: OpenAddress }> {
  const { value, instead } = await openPort(
    wanted ?? { host: '127.0.0.1', port: 0 },
    { option: '--socks', fixed: wanted !== null, own: door.addresses },
    (at) =>
      door.plane.openSocks({
        id: 'socks',
        ...at,
        knowsUser: (user) => door.client(user) !== null,
        refuses: (request) => refusal(door, request),
        account: (client) => {
          const account = door.account(client);
          return account === null ? undefined : JSON.stringify(account);
        },
        gateway: (name) => JSON.stringify(door.gateway(name)),
        decide: (facts) => decideSocks(door, facts),
      }),
  );
  return {
    listener: value,
    address: { purpose: 'socks', name: 'clients', ...value.address, instead },
  };
}

/** What a sidecar cannot even be asked: names that DNS does not know. */
function refusal(door: ClientDoor, { user, host }: SocksRequest): SocksRefusal | undefined {
  if (host === undefined) return undefined;
  const client = door.client(user);
  if (client === null) return 'not-allowed';
  return door.resolves(client, host) ? undefined : 'host-unreachable';
}

function decideSocks(door: ClientDoor, facts: Facts): ReturnType<Decider['decide']> {
  const { request } = facts;
  if (request === undefined) throw new Error('a SOCKS connection without its request');
  return door.decide(clientArrival(door, request.user, request), facts);
}

/** Two of one name are the same way from two ports. */
export function publicationName({ from, to }: Pick<Publication, 'from' | 'to'>): string {
  return `${from === '' ? defaultClient : from} -> ${hostPortText(to)}`;
}

/** Rejects with a PortError: a published port is always one that a person asked for. */
export async function openPublication(
  door: ClientDoor,
  { at, from, to }: Publication,
): Promise<OpenAddress> {
  const name = publicationName({ from, to });
  const target =
    parseAddress(to.host) === null
      ? { host: to.host, ip: undefined, port: to.port }
      : { host: undefined, ip: to.host, port: to.port };
  const { value, instead } = await openPort(
    at,
    { option: '--publish', fixed: true, own: door.addresses },
    (address) =>
      door.plane.openListener({
        id: `publish ${name}`,
        ...address,
        decide: (facts) => door.decide(clientArrival(door, from, target), facts),
      }),
  );
  return { purpose: 'publish', name, ...value.address, instead };
}

/** A workload that went away while its connection was on the way: what is thrown closes that connection alone. */
function clientArrival(
  door: ClientDoor,
  user: string,
  { host, ip, port }: Pick<Arrival, 'host' | 'ip' | 'port'>,
): Arrival {
  const client = door.client(user);
  if (client === null) throw new Error(`no workload is called ${user}`);
  const { name, viewpoint } = client;
  return { proxy: name, viewpoint, client: name, listener: `client ${name}`, host, ip, port };
}
