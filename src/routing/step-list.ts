/** Steps while they are told. */
import type { Span } from '../text/index.ts';
import type { Reason } from './reason.ts';
import type { Condition, Stage, Step, StepResult } from './verdict.ts';

export class StepList {
  readonly steps: Step[] = [];

  add(
    result: StepResult,
    stage: Stage,
    subject: string,
    reason: Reason,
    message: string,
    span: Span | null,
    conditions: readonly Condition[] = [],
  ): void {
    const step = { stage, subject, result, reason, message, span };
    this.steps.push(conditions.length === 0 ? step : { ...step, conditions });
  }

  taken(stage: Stage, subject: string, reason: Reason, message: string, span: Span | null): void {
    this.add('taken', stage, subject, reason, message, span);
  }

  rejected(
    stage: Stage,
    subject: string,
    reason: Reason,
    message: string,
    span: Span | null,
  ): void {
    this.add('rejected', stage, subject, reason, message, span);
  }

  noted(stage: Stage, subject: string, reason: Reason, message: string, span: Span | null): void {
    this.add('noted', stage, subject, reason, message, span);
  }

  shadowed(
    stage: Stage,
    subject: string,
    reason: Reason,
    message: string,
    span: Span | null,
  ): void {
    this.add('shadowed', stage, subject, reason, message, span);
  }
}
