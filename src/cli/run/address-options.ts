/** --listen, --publish, --socks, --backend, --admin: addresses as people write them. */
import { isIP } from 'node:net';
import {
  gatewayNames,
  type PlannedListener,
  type Publication,
  parseHostPort,
} from '../../control/index.ts';
import type { SocketAddress } from '../../proxy/index.ts';
import { CannotDo } from '../command.ts';

/** `[ADDRESS:]PORT`; loopback unless an address is written. Port 0: any free one. */
export function localAddress(option: string, text: string): SocketAddress {
  const found = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d{1,5})$/.exec(text);
  const host = found?.[1] ?? found?.[2] ?? '127.0.0.1';
  const port = Number(found?.[3]);
  const ip = host === 'localhost' ? '127.0.0.1' : host;
  if (found === null || port > 65535 || isIP(ip) === 0)
    throw new CannotDo(
      `${option}: ${text} is not an address of this computer`,
      'Write PORT or ADDRESS:PORT, such as 127.0.0.1:8080.',
    );
  return { host: ip, port };
}

/** What one --listen asks for. text: as it was written. */
export type Wish = {
  readonly text: string;
  readonly gateway: string | null;
  readonly bind: string | null;
  /** Null for `*`: whatever no other wish is for. */
  readonly port: number | null;
  readonly at: SocketAddress;
};

/**
 * `[GATEWAY:]PORT=[ADDRESS:]PORT`, each for one or more listeners; GATEWAY@ADDRESS for what a server has bound to an address of the
 * gateway; `*=[ADDRESS:]0` for all the others.
 */
export function listenOption(values: readonly string[]): readonly Wish[] {
  once('--listen', values);
  return values.map((value): Wish => {
    const [what = '', where, ...more] = value.split('=');
    if (what === '*' && where !== undefined && more.length === 0) return anywhere(value, where);
    const found = /^(?:([^@]*)(?:@\[?([^\]]+)\]?)?:)?(\d{1,5})$/.exec(what);
    if (found === null || where === undefined || more.length > 0)
      throw new CannotDo(
        `--listen: ${value} does not say which port goes where`,
        'Write PORT=ADDRESS:PORT, such as 31400=127.0.0.1:8080, NAMESPACE/GATEWAY:PORT=… or NAMESPACE/GATEWAY@BIND:PORT=….',
      );
    return {
      text: value,
      gateway: found[1] || null,
      bind: found[2] ?? null,
      port: Number(found[3]),
      at: localAddress('--listen', where),
    };
  });
}

/** Throws CannotDo where two values say something of the same. */
export function once(option: string, values: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const value of values) {
    const what = value.slice(0, value.lastIndexOf('='));
    const other = seen.get(what);
    if (other !== undefined)
      throw new CannotDo(
        `${option}: ${other} and ${value} are for the same ${what}`,
        'Leave one of them out.',
      );
    seen.set(what, value);
  }
}

function anywhere(text: string, where: string): Wish {
  const at = localAddress('--listen', where);
  if (at.port !== 0)
    throw new CannotDo(
      `--listen: ${text} gives every port of every gateway the same address`,
      'Write *=0 for any free port each.',
    );
  return { text, gateway: null, bind: null, port: null, at };
}

/** What a person wants for a listener, before all what names its gateway; null: nothing was said. */
export function wishedAddress(
  wishes: readonly Wish[],
  listener: PlannedListener,
): SocketAddress | null {
  const own = wishes.filter((one) => isFor(one, listener));
  const wish =
    own.find(({ gateway }) => gateway !== null) ??
    own[0] ??
    wishes.find(({ port }) => port === null);
  return wish?.at ?? null;
}

/** Is it for this listener in particular? */
export function isFor(wish: Wish, listener: PlannedListener): boolean {
  const { bind, dialled } = listener;
  return (
    wish.port === dialled &&
    wish.bind === bind &&
    (wish.gateway === null || gatewayNames(listener).includes(wish.gateway))
  );
}

/** `[ADDRESS:]PORT=HOST:PORT[@NAMESPACE/WORKLOAD]` */
export function publishOption(value: string): Publication {
  const equals = value.indexOf('=');
  const at = value.lastIndexOf('@');
  const to = parseHostPort(value.slice(equals + 1, at === -1 ? undefined : at));
  if (equals === -1 || to === null)
    throw new CannotDo(
      `--publish: ${value} does not say which port goes where`,
      'Write PORT=HOST:PORT, such as 8000=echo-server:19000@default/telnet-client.',
    );
  return {
    at: localAddress('--publish', value.slice(0, equals)),
    from: at === -1 ? '' : value.slice(at + 1),
    to,
  };
}

/** `[NAMESPACE/]WORKLOAD=HOST:PORT` */
export function backendOption(value: string): readonly [string, SocketAddress] {
  const equals = value.lastIndexOf('=');
  const at = parseHostPort(value.slice(equals + 1));
  const host = at?.host === 'localhost' ? '127.0.0.1' : at?.host;
  if (equals >= 1 && at !== null && host !== undefined && isIP(host) === 0)
    throw new CannotDo(
      `--backend: ${host} is a name, and names outside the mesh are not looked up here`,
      `Write its address: ${value.slice(0, equals)}=127.0.0.1:${at.port}.`,
    );
  if (equals < 1 || at === null || host === undefined)
    throw new CannotDo(
      `--backend: ${value} does not say which process stands for which workload`,
      'Write WORKLOAD=ADDRESS:PORT, such as default/postgres-v1=127.0.0.1:5432.',
    );
  return [value.slice(0, equals), { host, port: at.port }];
}
