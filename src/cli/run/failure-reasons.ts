/** Why connections failed, counted: what went wrong alike at several addresses is one reason that names them. */
import type { ConnectionEnd, MadeConnections } from '../../control/index.ts';
import { listed } from '../../text/index.ts';

type Reason = { connections: number; readonly at: Set<string> };

/** In the words of a reason, in the place of its addresses. */
const place = '\u0000';

export class FailureReasons {
  readonly #reasons = new Map<string, Reason>();

  add(trouble: string, at: ConnectionEnd['at']): void {
    const words = at === null ? trouble : trouble.replace(at, () => place);
    const reason = this.#reasons.get(words) ?? { connections: 0, at: new Set() };
    reason.connections += 1;
    if (at !== null) reason.at.add(at);
    this.#reasons.set(words, reason);
  }

  /** The most frequent first. */
  all(): MadeConnections['failures'] {
    return [...this.#reasons]
      .map(([words, { connections, at }]) => ({
        connections,
        why: words.replace(place, () => listed([...at].sort(), 5)),
      }))
      .sort((a, b) => b.connections - a.connections);
  }
}
