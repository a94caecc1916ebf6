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
};

export type ConnectionEndListener = (end: ConnectionEnd) => void;

/** account: what is known of a connection that never connected. */
export function endOf(
  { connection, reason, detail }: Extract<ProxyEvent<ConnectionRoute>, { kind: 'closed' }>,
  account: string | null,
): ConnectionEnd {
  const { remote, endpoint, route } = connection;
  const end = { client: remote, outcome: route?.outcome ?? null, reason };
  if (reason === 'ended') return { ...end, trouble: null };
  const at = endpoint === undefined ? '' : ` (${endpoint})`;
  return { ...end, trouble: account ?? `${closeInWords(reason, detail)}${at}` };
}

function closeInWords(reason: CloseReason, detail: string | undefined): string {
  switch (reason) {
    case 'downstream-reset':
      return 'the client reset it';
    case 'upstream-reset':
      return 'the workload reset it';
    case 'fault':
      return 'the workload has a fault';
    case 'idle-timeout':
      return 'it was idle for too long';
    case 'max-duration':
      return 'it lasted too long';
    default:
      return detail ?? reason;
  }
}
