/** Events as lines: JSON for scripts, words for people. */
import { hostPortText, type MeshEvent } from '../../control/index.ts';
import { escapeControls } from '../../report/index.ts';
import { positionOf } from '../../text/index.ts';

/** dropped: so many events before this one found no room, for their reader was too slow. */
export type ToldEvent = MeshEvent | { readonly event: 'dropped'; readonly events: number };

export function eventAsJson(event: ToldEvent): string {
  if (event.event !== 'refused') return JSON.stringify(event);
  // A finding's span holds the whole source text: its place is enough.
  const findings = event.findings.map(({ code, severity, message, span }) => ({
    code,
    severity,
    message,
    file: span.source.name,
    ...positionOf(span),
  }));
  return JSON.stringify({ ...event, findings });
}

/** Null for what needs no line. */
export function eventAsText(event: ToldEvent): string | null {
  const text = wordsFor(event);
  return text === null ? null : escapeControls(text);
}

function wordsFor(event: ToldEvent): string | null {
  switch (event.event) {
    case 'connection': {
      const reached = event.workload ?? event.endpoint;
      const where = reached === null ? '' : ` -> ${reached}`;
      return `+ ${event.id} ${event.from} -> ${event.to}  ${event.rule ?? event.outcome}${where}`;
    }
    case 'closed':
      return `- ${event.id} ${event.from} -> ${event.to}  ${event.reason}${
        event.flags.length === 0 ? '' : ` [${event.flags.join(',')}]`
      }${event.detail === null ? '' : ` (${event.detail})`}  ${event.bytesReceived} bytes in, ${event.bytesSent} out, ${Math.round(event.durationMs)} ms`;
    case 'listening':
      return `listening on ${hostPortText(event.address)} for ${event.address.purpose} ${event.address.name}${event.address.instead === null ? '' : ` (${event.address.instead})`}`;
    case 'stopped-listening':
      return `stopped listening for ${event.address.purpose} ${event.address.name}`;
    case 'changed':
      return `changed: ${event.lines.join('; ')}`;
    case 'notice':
      return event.level === 'info' ? event.message : `${event.level}: ${event.message}`;
    case 'refused':
    case 'mended':
      return event.message;
    case 'stand-in':
      return `stand-in ${event.why}`;
    case 'dropped':
      return `${event.events} events are left out: they were not read fast enough`;
    case 'summary':
      return null;
  }
}
