/** The answer to the reverse question for people: a connection that reaches the rule and how to ask for it, or what keeps all away. */
import type { Instead, Reach } from '../expectation/index.ts';
import type { Verdict } from '../routing/index.ts';
import { escapeControls } from './escape.ts';
import type { Paint } from './paint.ts';
import { placeOf } from './test-message.ts';
import { goesInWords } from './verdict-text.ts';
import { callerInWords, ruleInWords, targetInWords } from './words.ts';

export function reachesAsText(reaches: readonly Reach[], paint: Paint): string {
  return reaches.map((found) => `${lines(found, paint).join('\n')}\n\n`).join('');
}

function lines(found: Reach, paint: Paint): string[] {
  const { ref } = found.rule;
  const place = paint('place', escapeControls(placeOf(ref.span)));
  const head = `${paint('strong', escapeControls(ruleInWords(ref)))}  ${place}`;
  if (found.kind === 'reached') {
    const { call } = found.verdict;
    return [
      head,
      `  ${paint('good', '✓')} ${escapeControls(`${callerInWords(call.from)} to ${targetInWords(call)}`)} reaches it`,
      `    ${escapeControls(commandFor(found.verdict))}`,
    ];
  }
  const none = found.exhausted
    ? 'no connection reaches it'
    : `none of ${found.tried} connections that were tried reaches it`;
  const why = found.unaskable.map((reason) => `    ${escapeControls(reason)}`);
  return [
    head,
    `  ${paint('error', '✗')} ${none}`,
    ...why,
    ...found.instead.flatMap((i) => insteadLines(i, paint)),
  ];
}

function insteadLines({ verdict, turnedAway }: Instead, paint: Paint): string[] {
  const { call, rule } = verdict;
  const by = rule === null ? '' : ` by ${ruleInWords(rule)}`;
  const place = rule === null ? '' : `  ${paint('place', escapeControls(placeOf(rule.span)))}`;
  const text = `${callerInWords(call.from)} to ${targetInWords(call)} ${goesInWords(verdict)}${by}`;
  const why = turnedAway === null ? [] : [`      ${escapeControls(turnedAway.message)}`];
  return [`    ${escapeControls(text)}${place}`, ...why];
}

/** The command that explains the call. */
function commandFor({ call, steps }: Verdict): string {
  const { from, to, sni, protocol } = call;
  const gateway = steps.find(({ stage, result }) => stage === 'gateway' && result === 'taken');
  const labels = Object.entries(from.labels).map(([key, value]) => `${key}=${value}`);
  const words = [
    'tcpmesh explain',
    ...(from.kind === 'gateway'
      ? [`--gateway ${gateway?.subject ?? ''}`]
      : [
          `--src-ns ${from.namespace}`,
          ...(labels.length > 0 ? [`--src-labels ${labels.join(',')}`] : []),
        ]),
    ...(from.kind === 'ambient' ? ['--mode ambient'] : []),
    ...(to.host === undefined ? [] : [`--host ${to.host}`]),
    ...(to.ip === undefined ? [] : [`--dst-ip ${to.ip}`]),
    `--port ${to.port}`,
    ...(sni === undefined ? [] : [`--sni ${sni}`]),
    ...(protocol === (sni === undefined ? 'tcp' : 'tls') ? [] : [`--protocol ${protocol}`]),
  ];
  return words.join(' ');
}
