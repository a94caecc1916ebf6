/** The steps of a trace as a ladder: a mark for each, rules below their VirtualService, conditions below their match. */
import type { Condition, Stage, Step, StepResult, Verdict } from '../routing/index.ts';
import { escapeControls } from './escape.ts';
import type { Paint } from './paint.ts';
import { placeOf } from './test-message.ts';

/** One line a step. The verdict and the endpoints that it has stand above the ladder already. */
export function ladderLines({ steps }: Verdict, paint: Paint): string[] {
  const told = steps.filter(({ stage, reason }) => stage !== 'verdict' && reason !== 'endpoints');
  const others = told.filter(isForOtherHosts);
  const folded = new Set(others.slice(namedOthers));
  return told.flatMap((step) => {
    if (!folded.has(step)) return stepLines(step, paint);
    return step === others.at(-1) ? [foldedLine(folded, paint)] : [];
  });
}

/** VirtualServices for other hosts that are named; the rest are counted. */
const namedOthers = 3;

function isForOtherHosts({ stage, reason }: Step): boolean {
  return stage === 'virtual-service' && reason === 'host';
}

/** A step of its own (subject `*`) counts those that the trace leaves out. */
function foldedLine(folded: ReadonlySet<Step>, paint: Paint): string {
  let count = 0;
  for (const { subject, message } of folded)
    count += subject === '*' ? Number(/\d+/.exec(message)?.[0] ?? 0) : 1;
  const noun = count === 1 ? 'VirtualService' : 'VirtualServices';
  return `${markOf('rejected', paint)} ${count} more ${noun} for other hosts`;
}

function stepLines(step: Step, paint: Paint): string[] {
  const indent = '  '.repeat(depth[step.stage]);
  const place = step.span === null ? '' : `  ${paint('place', escapeControls(placeOf(step.span)))}`;
  const conditions = step.conditions ?? [];
  const [only] = conditions;
  const alone = only !== undefined && conditions.length === 1;
  const text = escapeControls(alone ? `${nameOf(step)}: ${conditionText(only)}` : sentenceOf(step));
  const shown = step.result === 'shadowed' ? paint('faint', text) : text;
  return [
    `${indent}${markOf(step.result, paint)} ${shown}${place}`,
    ...(alone ? [] : conditions).map((one) => `${indent}    ${conditionLine(one, paint)}`),
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

function sentenceOf(step: Step): string {
  const name = nameOf(step);
  // The mark and the conditions below it say whether a match holds.
  if (step.stage === 'match' && (step.conditions ?? []).length > 0) return name;
  return name === '' ? step.message : `${name}: ${step.message}`;
}

/** Empty where the message is a sentence of its own. */
function nameOf({ stage, subject }: Step): string {
  switch (stage) {
    case 'virtual-service':
      return `VirtualService ${subject}`;
    case 'destination-rule':
      return subject === 'none' ? 'DestinationRule' : `DestinationRule ${subject}`;
    case 'rule':
      return numbered(subject, /\.(tls|http)?(?:tcp)?\[(\d+)\]$/, 'rule');
    case 'match':
      return numbered(subject, /\.(?:match)\[(\d+)\]$/, 'match');
    case 'listener':
      return `listener ${subject}`;
    case 'filter-chain':
      return 'filter chain';
    case 'destination':
      return `destination ${subject}`;
    case 'client':
    case 'gateway':
    case 'name':
    case 'service':
    case 'endpoints':
    case 'verdict':
      return '';
  }
}

/** `rule 1`, `tls rule 2`, `match 1`: counted from 1, as people do. */
function numbered(subject: string, form: RegExp, noun: string): string {
  const parts = form.exec(subject);
  if (parts === null) return subject;
  const list = parts.length > 2 && parts[1] !== undefined ? `${parts[1]} ` : '';
  return `${list}${noun} ${Number(parts.at(-1)) + 1}`;
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

function conditionLine(condition: Condition, paint: Paint): string {
  const mark = condition.held === null ? 'noted' : condition.held ? 'taken' : 'rejected';
  return `${markOf(mark, paint)} ${escapeControls(conditionText(condition))}`;
}

/** What is asked for, and where it fails what there is instead. */
function conditionText({ name, wanted, actual, held }: Condition): string {
  if (held === null) return `${name} ${wanted} is not looked at here`;
  const compared = `${name} ${wanted}`;
  if (held) return name === 'destinationSubnets' ? `${compared} holds ${actual}` : compared;
  switch (name) {
    case 'port':
      return `${compared}, but it dials ${actual}`;
    case 'sourceNamespace':
      return `${compared}, but the client is in ${actual}`;
    case 'sourceLabels':
      return `${compared}, but the client has ${actual}`;
    case 'destinationSubnets':
      return `${compared}, but it dials ${actual}`;
    case 'sniHosts':
      return `${compared}, but it shows ${actual}`;
    case 'gateways':
    case 'sourceSubnet':
      return `${compared}, but ${actual}`;
  }
}
