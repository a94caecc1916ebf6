/** Connections that were accepted and never connected, the last of them: what their clients are told who ask what happened. */
import type { CloseReason, ProxyEvent, SocketAddress } from '../proxy/index.ts';
import { untakenInWords } from '../report/index.ts';
import type { Call } from '../routing/index.ts';
import type { ConnectionRoute } from './connection-route.ts';
import { hostPortText } from './mesh-address.ts';

/** What happened, and the options of `explain` that tell it at length; empty where nothing was decided. */
export type Account = { readonly message: string; readonly explain: readonly string[] };

type Ended = {
  readonly at: number;
  readonly route: ConnectionRoute | undefined;
  readonly reason: CloseReason;
  readonly detail: string | undefined;
};

const rememberedMax = 256;
/** Clients ask at once. */
const rememberedMs = 10_000;

/** What the host of a call resolves to for the proxy of that name. */
type AddressOf = (proxy: string, call: Call) => string | null;

export class UnconnectedClients {
  readonly #now: () => number;
  readonly #addressOf: AddressOf;
  readonly #ended = new Map<string, Ended>();

  /** now: milliseconds. */
  constructor(now: () => number, addressOf: AddressOf) {
    this.#now = now;
    this.#addressOf = addressOf;
  }

  take(event: ProxyEvent<ConnectionRoute>): void {
    if (event.kind !== 'closed' && event.kind !== 'opened') return;
    const { connection } = event;
    const key = hostPortText(connection.remote);
    // Ports come round again: the last connection of a port is the one that counts, whatever became of it.
    this.#ended.delete(key);
    if (event.kind === 'opened' || !neverConnected(event.reason)) return;
    const { reason, detail } = event;
    this.#ended.set(key, { at: this.#now(), route: connection.route, reason, detail });
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= rememberedMax) break;
      this.#ended.delete(oldest);
    }
  }

  /** To be called when the mesh changes: routes hold the mesh that decided them, and a past one is kept for late questions only. */
  forgetOld(): void {
    const since = this.#now() - rememberedMs;
    for (const [key, { at }] of this.#ended) if (at < since) this.#ended.delete(key);
  }

  /** Null for a connection that was connected, or is long gone. */
  accountOf(client: SocketAddress): Account | null {
    const ended = this.#ended.get(hostPortText(client));
    return ended === undefined ? null : accountFor(ended, this.#addressOf);
  }
}

function neverConnected(reason: CloseReason): boolean {
  switch (reason) {
    case 'blackhole':
    case 'no-such-cluster':
    case 'no-endpoints':
    case 'no-filter-chain':
    case 'http':
    case 'overflow':
    case 'connect-failed':
    case 'connect-timeout':
    case 'out-of-descriptors':
    case 'inspection-failed':
    case 'decision-failed':
      return true;
    case 'ended':
    case 'downstream-reset':
    case 'upstream-reset':
    case 'idle-timeout':
    case 'max-duration':
    case 'drained':
    case 'client-removed':
    case 'gateway-removed':
      return false;
  }
}

function accountFor({ route, reason, detail }: Ended, addressOf: AddressOf): Account {
  const verdict = route?.prepared?.verdict;
  if (route === undefined || verdict === undefined)
    return { message: `it was closed before it was decided: ${detail ?? reason}`, explain: [] };
  const address = addressOf(route.proxy, verdict.call);
  const words = [untakenInWords(verdict, route.chosen, address)];
  const here = whatRunAdds(route, reason, detail);
  if (here !== null) words.push(here);
  return { message: words.join('; '), explain: explainOptions(route, verdict.call) };
}

/** What is no matter of routes: how far this computer could follow them. */
function whatRunAdds(
  { withheld, prepared }: ConnectionRoute,
  reason: CloseReason,
  detail: string | undefined,
): string | null {
  const known = prepared?.verdict.steps.some(
    ({ stage, result }) => stage === 'service' && result === 'rejected',
  );
  if (withheld) {
    return known === true
      ? 'nothing answers there'
      : 'nothing beyond this computer is dialled without --allow-passthrough (in the library: allowPassthrough)';
  }
  switch (reason) {
    case 'connect-failed':
    case 'connect-timeout':
      return known === true
        ? 'nothing answers there'
        : `nothing answers there (${detail ?? reason})`;
    case 'http':
      return 'run relays no HTTP';
    case 'overflow':
    case 'out-of-descriptors':
      return `it is one too many: ${detail ?? reason}`;
    case 'no-endpoints':
      // Without a detail routing knew of none, and has said why.
      return detail ?? null;
    default:
      return null;
  }
}

function explainOptions({ proxy }: ConnectionRoute, { from, to, sni, protocol }: Call): string[] {
  const nobody = Object.keys(from.labels).length === 0;
  const who =
    from.kind === 'gateway'
      ? ['--gateway', proxy]
      : nobody
        ? ['--src-ns', from.namespace]
        : ['--from', proxy];
  return [
    ...who,
    ...(to.host === undefined ? [] : ['--host', to.host]),
    ...(to.ip === undefined ? [] : ['--dst-ip', to.ip]),
    ...['--port', String(to.port)],
    ...(sni === undefined ? [] : ['--sni', sni]),
    ...(protocol === 'tcp' || sni !== undefined ? [] : ['--protocol', protocol]),
  ];
}

/** Null for what is none. */
export function readAccount(text: string): Account | null {
  try {
    const read: Partial<Account> | null = JSON.parse(text);
    if (typeof read?.message !== 'string' || !Array.isArray(read.explain)) return null;
    return { message: read.message, explain: read.explain.map(String) };
  } catch {
    return null;
  }
}
