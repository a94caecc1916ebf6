/** The steps of a trace as a ladder: a mark for each, rules below their VirtualService, conditions below their match. */
import type { Condition, Stage, Step, StepResult, Verdict } from '../routing/index.ts';
import { escapeControls } from './escape.ts';
import type { Paint } from './paint.ts';
import { placeOf } from './test-message.ts';

/** One line a step; the verdict itself stands above the ladder. */
export function ladderLines({ steps }: Verdict, paint: Paint): string[] {
  return steps.filter(({ stage }) => stage !== 'verdict').flatMap((step) => stepLines(step, paint));
}

function stepLines(step: Step, paint: Paint): string[] {
  const indent = '  '.repeat(depth[step.stage]);
  const place = step.span === null ? '' : `  ${paint('place', escapeControls(placeOf(step.span)))}`;
  const text = escapeControls(
    [nameOf(step), step.message].filter((part) => part !== '').join(': '),
  );
  const shown = step.result === 'shadowed' ? paint('faint', text) : text;
  return [
    `${indent}${markOf(step.result, paint)} ${shown}${place}`,
    ...(step.conditions ?? []).map(
      (condition) => `${indent}    ${conditionLine(condition, paint)}`,
    ),
  ];
}

const depth: Readonly<Record<Stage, number>> = {
  client: 0,
  gateway: 0,
  name: 0,
  service: 0,
  listener: 0,
  'virtual-service': 0,
  rule: 1,
  match: 2,
  'filter-chain': 0,
  destination: 0,
  'destination-rule': 1,
  endpoints: 1,
  verdict: 0,
};

function nameOf({ stage, subject }: Step): string {
  switch (stage) {
    case 'virtual-service':
      return `VirtualService ${subject}`;
    case 'destination-rule':
      return `DestinationRule ${subject}`;
    case 'rule':
    case 'match':
      return subject.slice(subject.indexOf(' ') + 1);
    case 'client':
    case 'gateway':
    case 'name':
    case 'service':
    case 'listener':
    case 'filter-chain':
    case 'destination':
    case 'endpoints':
    case 'verdict':
      return stage;
  }
}

function markOf(result: StepResult, paint: Paint): string {
  switch (result) {
    case 'taken':
      return paint('good', '✓');
    case 'rejected':
      return paint('error', '✗');
    case 'noted':
      return paint('faint', '·');
    case 'shadowed':
      return paint('faint', '–');
  }
}

function conditionLine({ name, wanted, actual, held }: Condition, paint: Paint): string {
  const text = escapeControls(`${name} ${wanted}`);
  if (held === null) return `${paint('faint', '·')} ${text} is not looked at here`;
  if (held) return `${paint('good', '✓')} ${text}`;
  return `${paint('error', '✗')} ${text}, but ${escapeControls(actual)}`;
}
