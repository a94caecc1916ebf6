/** How connections end, told to who made them and knows them by an address of its own. */
import type { CloseReason, ProxyEvent, SocketAddress } from '../proxy/index.ts';
import type { ConnectionRoute } from './connection-route.ts';

export type ConnectionEnd = {
  /** Where it came from. */
  readonly client: SocketAddress;
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
  const { remote, endpoint } = connection;
  if (reason === 'ended') return { client: remote, reason, trouble: null };
  const at = endpoint === undefined ? '' : ` (${endpoint})`;
  return { client: remote, reason, trouble: account ?? `${closeInWords(reason, detail)}${at}` };
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
