/** Steps while they are told. */
import type { Span } from '../text/index.ts';
import type { Reason } from './reason.ts';
import type { Condition, Stage, Step, StepResult } from './verdict.ts';

/** What a step tells: subject, what it is about; span, where that stands, null where it is in no file. */
type Told = readonly [
  stage: Stage,
  subject: string,
  reason: Reason,
  message: string,
  span: Span | null,
  conditions?: readonly Condition[],
];

export class StepList {
  readonly steps: Step[] = [];

  add(result: StepResult, ...[stage, subject, reason, message, span, conditions = []]: Told): void {
    const step = { stage, subject, result, reason, message, span };
    this.steps.push(conditions.length === 0 ? step : { ...step, conditions });
  }

  taken(...told: Told): void {
    this.add('taken', ...told);
  }

  rejected(...told: Told): void {
    this.add('rejected', ...told);
  }

  noted(...told: Told): void {
    this.add('noted', ...told);
  }

  shadowed(...told: Told): void {
    this.add('shadowed', ...told);
  }
}
