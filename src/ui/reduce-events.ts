/** Events to screen. A frame's events come together, so that maps and lists are copied once a frame and not once an event. */
import { type ConnectionRecord, hostPortText, type MeshEvent } from '../control/index.ts';
import { positionOf } from '../text/index.ts';
import {
  type LiveConnection,
  type LogLine,
  liveMax,
  logLinesMax,
  type MeshEventAt,
  type Sample,
  type ScreenState,
} from './screen-state.ts';

/** Seconds over which the rate is taken. */
const rateSeconds = 5;

export function reduceEvents(
  state: ScreenState,
  events: readonly MeshEventAt[],
  sample: Sample,
): ScreenState {
  const live = new Map(state.live);
  const lines: LogLine[] = [];
  const perSecond = new Map(state.perSecond);
  let { closed, logged, refusal } = state;
  for (const { event, at } of events) {
    const line = logLine(event);
    if (line !== null) {
      lines.push({ ...line, id: logged, many: event.event === 'closed' });
      logged += 1;
    }
    switch (event.event) {
      case 'connection':
        if (live.size < liveMax)
          live.set(event.id, { ...event, openedAt: at, bytesReceived: 0, bytesSent: 0 });
        break;
      case 'closed': {
        closed += 1;
        live.delete(event.id);
        const second = Math.floor(at / 1000);
        perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
        break;
      }
      case 'refused':
        refusal = refusalText(event);
        break;
      case 'mended':
        refusal = null;
        break;
      default:
        break;
    }
  }
  return {
    ...state,
    now: sample.at,
    sample,
    live: withBytes(live, sample),
    log: [...state.log, ...lines].slice(-logLinesMax),
    logged,
    refusal,
    closed,
    perSecond: [...perSecond].filter(([second]) => second >= sample.at / 1000 - rateSeconds - 1),
  };
}

/** Connections that ended per second, over the last full seconds, from the first of them that had any. */
export function rateOf(state: ScreenState): number {
  const now = Math.floor(state.now / 1000);
  const counted = state.perSecond.filter(([second]) => second < now && second >= now - rateSeconds);
  const [first] = counted;
  if (first === undefined) return 0;
  return counted.reduce((sum, [, count]) => sum + count, 0) / (now - first[0]);
}

function withBytes(
  live: ReadonlyMap<number, LiveConnection>,
  { bytes }: Sample,
): ReadonlyMap<number, LiveConnection> {
  const updated = new Map<number, LiveConnection>();
  for (const [id, connection] of live) {
    const own = bytes.get(id);
    updated.set(
      id,
      own === undefined ||
        (own.received === connection.bytesReceived && own.sent === connection.bytesSent)
        ? connection
        : { ...connection, bytesReceived: own.received, bytesSent: own.sent },
    );
  }
  return updated;
}

function logLine(event: MeshEvent): Omit<LogLine, 'id' | 'many'> | null {
  switch (event.event) {
    case 'connection':
      return null;
    case 'closed':
      return {
        tone: event.reason === 'ended' ? 'plain' : event.outcome === 'routed' ? 'warning' : 'error',
        text: closedText(event),
      };
    case 'listening':
      return {
        tone: event.address.instead === null ? 'good' : 'warning',
        text: `listening on ${hostPortText(event.address)} for ${event.address.name}${
          event.address.instead === null ? '' : `: ${event.address.instead}`
        }`,
      };
    case 'stopped-listening':
      return { tone: 'plain', text: `stopped listening for ${event.address.name}` };
    case 'stand-in':
      return { tone: 'plain', text: `stand-in ${event.why}` };
    case 'changed':
      return { tone: 'good', text: `changed: ${event.lines.join('; ')}` };
    case 'refused':
      return { tone: 'error', text: event.message };
    case 'mended':
      return { tone: 'good', text: event.message };
    case 'notice':
      return { tone: event.level === 'info' ? 'plain' : event.level, text: event.message };
    case 'summary':
      return null;
  }
}

/** The first thing that is wrong, with the file's own name alone: it has one row. */
function refusalText({
  message,
  findings: [first],
}: Extract<MeshEvent, { readonly event: 'refused' }>): string {
  if (first === undefined) return message;
  const { line, column } = positionOf(first.span);
  const file = first.span.source.name.split('/').at(-1);
  return `refused on disk: ${file}:${line}:${column}: ${first.message}`;
}

/** What is always the same at a gateway is left out, and why it ended goes before what it carried: rows are narrow. */
function closedText(event: Extract<MeshEvent, { readonly event: 'closed' }>): string {
  const { bytesReceived, bytesSent, detail, flags, from, listener, reason } = event;
  const to = listener.startsWith('gateway ') ? '' : `${event.to}  `;
  const where = event.workload ?? (event.host === null ? event.outcome : destinationText(event));
  const why = [
    ...(reason === 'ended' ? [] : [reason]),
    ...(flags.length === 0 ? [] : [`[${flags.join(',')}]`]),
    ...(detail === null ? [] : [`(${detail})`]),
  ].join(' ');
  const carried = bytesReceived + bytesSent > 0 || why === '';
  const bytes = carried ? `  ${bytesReceived}/${bytesSent} bytes` : '';
  return `${from} -> ${to}${where}${why === '' ? '' : `  ${why}`}${bytes}`;
}

/** `pg.db:5432 v2` */
function destinationText({ host, port, subset }: ConnectionRecord): string {
  const short = (host ?? '').replace(/\.svc\..*$/, '');
  return `${short}:${port}${subset === null || subset === '' ? '' : ` ${subset}`}`;
}
