/** How connections end, told to who made them and knows them by an address of its own. */
import type { CloseReason, ProxyEvent, SocketAddress } from '../proxy/index.ts';
import type { Outcome } from '../routing/index.ts';
import type { ConnectionRoute } from './connection-route.ts';

export type ConnectionEnd = {
  /** Where it came from. */
  readonly client: SocketAddress;
  /** Null where it was never decided. */
  readonly outcome: Outcome | null;
  /** `ended` where both sides ended in order. */
  readonly reason: CloseReason;
  /** In words, what kept it from its end in order; null where nothing did. */
  readonly trouble: string | null;
  /** The one address among those words that others with the same trouble may not share: of several sockets behind a name. */
  readonly at: string | null;
};

export type ConnectionEndListener = (end: ConnectionEnd) => void;

/** account: what is known of a connection that never connected. */
export function endOf(
  { connection, reason, detail }: Extract<ProxyEvent<ConnectionRoute>, { kind: 'closed' }>,
  account: string | null,
): ConnectionEnd {
  const { remote, endpoint, route } = connection;
  const end = { client: remote, outcome: route?.outcome ?? null, reason };
  if (reason === 'ended') return { ...end, trouble: null, at: null };
  if (account !== null) return { ...end, trouble: account, at: dialled(detail) };
  const words = closeInWords(reason, detail);
  return endpoint === undefined
    ? { ...end, trouble: words, at: dialled(detail) }
    : { ...end, trouble: `${words} (${endpoint})`, at: endpoint };
}

/** Of `connect 127.0.0.1:41234 ECONNREFUSED`. */
function dialled(detail: string | undefined): string | null {
  return /^connect (\S+:\d+) /.exec(detail ?? '')?.[1] ?? null;
}

function closeInWords(reason: CloseReason, detail: string | undefined): string {
  switch (reason) {
    case 'downstream-reset':
      return 'the client reset it';
    case 'upstream-reset':
      return 'the workload reset it';
    case 'idle-timeout':
      return 'it was idle for too long';
    case 'max-duration':
      return 'it lasted too long';
    case 'client-removed':
      return "the client's Pod is gone";
    case 'gateway-removed':
      return "the gateway's Pod is gone";
    default:
      return detail ?? reason;
  }
}
