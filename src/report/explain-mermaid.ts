/** The way of each call as a Mermaid flowchart: client, listener, rule, destinations with their shares, endpoints. */
import type { Explanation } from '../expectation/index.ts';
import type { DestinationShare, Verdict } from '../routing/index.ts';
import { escapeControls } from './escape.ts';
import { placeOf } from './test-message.ts';
import { callerInWords, percent, problemInWords, targetInWords } from './words.ts';

/** One flowchart; a subgraph for each call where there are several. */
export function explanationsAsMermaid(explanations: readonly Explanation[]): string {
  const lines = ['flowchart LR'];
  for (const [i, { verdict }] of explanations.entries()) {
    const drawn = draw(verdict, `c${i}`);
    if (explanations.length === 1) lines.push(...drawn.map((line) => `  ${line}`));
    else {
      lines.push(`  subgraph c${i}[${label(targetInWords(verdict.call))}]`);
      lines.push(...drawn.map((line) => `    ${line}`), '  end');
    }
  }
  return `${lines.join('\n')}\n`;
}

function draw(verdict: Verdict, id: string): string[] {
  const { call, rule, destinations, outcome } = verdict;
  const listener = verdict.steps.findLast(
    ({ stage, result }) => stage === 'listener' && result === 'taken',
  );
  const lines = [`${id}from([${label(callerInWords(call.from))}])`];
  let last = `${id}from`;
  const next = (node: string, shape: string, edge = ''): void => {
    const arrow = edge === '' ? '-->' : `-->|${label(edge)}|`;
    lines.push(`${last} ${arrow} ${node}${shape}`);
    last = node;
  };
  const dialled = targetInWords(call);
  const waypoint = verdict.steps.find(({ reason }) => reason === 'waypoint');
  if (call.from.kind !== 'ambient')
    next(`${id}listener`, `[${label('listener', listener?.subject ?? dialled)}]`, dialled);
  else {
    next(`${id}ztunnel`, `[${label('ztunnel')}]`, dialled);
    if (waypoint !== undefined) next(`${id}waypoint`, `[${label('waypoint', waypoint.subject)}]`);
  }
  if (rule !== null) {
    const name = `${rule.namespace}/${rule.name}`;
    next(`${id}rule`, `{{${label('VirtualService', name, rule.path, placeOf(rule.span))}}}`);
  }
  if (destinations.length === 0) {
    next(`${id}end`, `[/${label(outcome)}/]`);
    return lines;
  }
  for (const [j, destination] of destinations.entries())
    lines.push(...drawDestination(destination, last, `${id}d${j}`));
  return lines;
}

/** More endpoints than this are counted, not drawn. */
const shownEndpoints = 4;

function drawDestination(destination: DestinationShare, from: string, id: string): string[] {
  const { host, port, subset, share, problem, endpoints } = destination;
  const name = [`${host}:${port}`, ...(subset === '' ? [] : [`subset ${subset}`])];
  const lines = [`${from} -->|${label(percent(share))}| ${id}[${label(...name)}]`];
  if (problem !== null) lines.push(`${id} --x ${id}problem[/${label(problemInWords(problem))}/]`);
  for (const [k, { address, workload }] of endpoints.slice(0, shownEndpoints).entries())
    lines.push(`${id} --> ${id}e${k}([${label(...(workload ? [workload] : []), address)}])`);
  if (endpoints.length > shownEndpoints)
    lines.push(`${id} --> ${id}more([${label(`${endpoints.length - shownEndpoints} more`)}])`);
  return lines;
}

/** A quoted label; what Mermaid or its HTML would read as more than text is written as its entity. */
function label(...parts: readonly string[]): string {
  const text = parts.map((part) =>
    escapeControls(part).replace(/[#"<>&`]/g, (char) => `#${char.charCodeAt(0)};`),
  );
  return `"${text.join('<br/>')}"`;
}
