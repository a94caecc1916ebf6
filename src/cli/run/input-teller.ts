/** What new input brings with it: warnings of the mesh, and errors that a cluster takes all the same, each said once. */
import { escapeControls } from '../../report/index.ts';
import type { Input } from '../input/read-input.ts';
import { LintErrors } from './lint-errors.ts';
import type { Session } from './session.ts';

export class InputTeller {
  readonly #session: Session;
  readonly #say: (line: string) => void;
  readonly #errors: LintErrors;
  #warned: readonly string[];

  constructor(session: Session, say: (line: string) => void) {
    this.#session = session;
    this.#say = say;
    this.#errors = new LintErrors(session.invocation.world);
    this.#warned = session.running.warnings();
  }

  /** input: what the mesh follows from now on; null where nothing was read. */
  tell(input: Input | null): void {
    const { running, readsFilesAlone } = this.#session;
    const warnings = running.warnings();
    for (const warning of warnings)
      if (!this.#warned.includes(warning)) this.#say(escapeControls(`warning: ${warning}`));
    this.#warned = warnings;
    if (input === null || !readsFilesAlone()) return;
    for (const { level, message } of this.#errors.linesFor(input, running.snapshot.standIns)) {
      running.notice(level, message);
      this.#say(escapeControls(level === 'error' ? `error: ${message}` : message));
    }
  }
}
