/** What the name of a Service port should be, where it says no protocol. */
import type { ServicePort } from '../../resource/index.ts';
import { closest } from '../../text/index.ts';
import { namedProtocols } from './port-protocol.ts';

type NamedPort = Pick<ServicePort, 'name' | 'port' | 'appProtocol'>;

/** The name that it misses by a letter: `tco-80`; or by what sets off the rest: `tcp_80`, `tcp80`, `tcp.echo`. Null where it is near none. */
export function nearbyPortName(name: string): string | null {
  const lower = name.toLowerCase();
  for (const protocol of namedProtocols) {
    const rest = lower.slice(protocol.length);
    if (lower.startsWith(protocol) && /^[_.\d]/.test(rest))
      return asName(`${protocol}-${rest.replace(/^[_.]+/, '')}`);
  }
  const [prefix = '', ...rest] = lower.split('-');
  if (prefix.length < 3 || prefix.length > 5) return null;
  const meant = closest(prefix, namedProtocols);
  if (meant === null || Math.abs(meant.length - prefix.length) > 1) return null;
  return asName([meant, ...rest].join('-'));
}

/** What the port is to say, as a field: `name: tcp-echo`; what appProtocol says counts before the name. ports: of its Service. */
export function declarationMeant(port: NamedPort, ports: readonly NamedPort[] = []): string {
  const { name = '', appProtocol, port: number = 0 } = port;
  if (appProtocol !== undefined) return `appProtocol: ${protocolNear(appProtocol) ?? 'tcp'}`;
  const meant = nearbyPortName(name) ?? turnedRound(name);
  const wanted = meant ?? tcpPortName(name === '' ? String(number) : name);
  const taken = ports.some((other) => other !== port && other.name === wanted);
  const fits = wanted.length <= longestName && !taken;
  return `name: ${fits ? wanted : `${wanted.split('-')[0]}-${number}`}`;
}

/** Kubernetes takes no longer one for a port of a Service. */
const longestName = 63;

/** The protocol that an appProtocol misses by a letter, as in `htpp`; null where it is near none. */
export function protocolNear(appProtocol: string): string | null {
  const lower = appProtocol.toLowerCase();
  const meant = closest(lower, namedProtocols);
  return meant === null || Math.abs(meant.length - lower.length) > 1 ? null : meant;
}

/** `tcp-game` for `game-tcp`: Istio reads the beginning. */
export function turnedRound(name: string): string | null {
  const [, rest = '', last = ''] = /^(.+)[-_.]([^-_.]+)$/.exec(name.toLowerCase()) ?? [];
  return namedProtocols.includes(last) ? asName(`${last}-${rest}`) : null;
}

/** For TCP, as far as possible the name that is there: `tcp-echo` for `echo` and for `tcpecho`. */
function tcpPortName(name: string): string {
  return asName(`tcp-${name.toLowerCase().replace(/^tcp/, '')}`);
}

/** Port names are lower case letters, digits and single dashes between them. */
function asName(text: string): string {
  return text.replace(/[^a-z0-9]+/g, '-').replace(/-$/, '');
}
