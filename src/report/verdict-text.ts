/** A verdict for people: first the answer in one line, then its destinations. */
import { capturePort, type DestinationShare, type Verdict } from '../routing/index.ts';
import { escapeControls } from './escape.ts';
import type { Paint } from './paint.ts';
import { placeOf } from './test-message.ts';
import {
  addressAndPort,
  callerInWords,
  percent,
  problemInWords,
  ruleInWords,
  targetInWords,
} from './words.ts';

/** madeUp: workloads that tcpmesh supposes, which is told with each of them. */
export function headlineLines(
  verdict: Verdict,
  address: string | null,
  paint: Paint,
  madeUp: ReadonlySet<string>,
): string[] {
  const { call, rule } = verdict;
  const asked = `${callerInWords(call.from)} → ${targetInWords(call, address)}`;
  const bad = verdict.outcome !== 'routed' || verdict.destinations.some((d) => d.problem !== null);
  const lines = [
    paint('strong', escapeControls(asked)),
    '',
    `  ${paint(bad ? 'warning' : 'good', escapeControls(goesInWords(verdict, address)))}`,
  ];
  if (rule !== null) {
    const place = paint('place', escapeControls(placeOf(rule.span)));
    lines.push(`  by ${escapeControls(ruleInWords(rule))}  ${place}`);
  } else if (verdict.outcome === 'routed') lines.push(`  ${withoutRuleInWords(verdict)}`);
  return [...lines, ...destinationLines(verdict, paint, madeUp)];
}

/** What decides where no rule does. */
export function withoutRuleInWords({ call, steps }: Verdict): string {
  if (steps.some(({ reason }) => reason === 'egress-proxy'))
    return 'no listener takes it: outboundTrafficPolicy.egressProxy of the Sidecar says where';
  if (steps.some(({ reason }) => reason === 'no-waypoint'))
    return 'no rule has a say: the service has no waypoint';
  return call.from.kind === 'gateway'
    ? 'no rule has a say: the server name itself names the cluster (AUTO_PASSTHROUGH)'
    : "no rule applies: the service's own cluster";
}

/** `goes to 80 % a:7000 v1, 20 % a:7000 v2`. */
export function goesInWords(verdict: Verdict, address: string | null = null): string {
  const { call, destinations } = verdict;
  switch (verdict.outcome) {
    case 'routed':
      return `goes to ${destinations.map(shareInWords).join(', ')}`;
    case 'passthrough':
      return `passes through to ${dialledInWords(call, address)}, as if there were no mesh`;
    case 'blackhole':
      return call.to.port === capturePort
        ? `is closed: port ${capturePort} is the sidecar's own`
        : `is closed: ${unmatchedInWords(verdict)}, and REGISTRY_ONLY lets nothing else out`;
    case 'no-listener':
      return `is refused: the gateway does not listen on port ${call.to.port}`;
    case 'no-filter-chain':
      return `is accepted and closed at once: ${withoutChainInWords(verdict)}`;
    case 'listener-rejected':
      return 'finds no working listener: Envoy refuses the configuration of this one';
    case 'http':
      return 'is handled as HTTP: tcp and tls rules have no say';
  }
}

/** A listener may be there for other bytes: of HTTP on a port that is named so. */
function unmatchedInWords({ steps }: Verdict): string {
  const listens = steps.some(({ stage, result }) => stage === 'listener' && result === 'taken');
  const narrowed = steps.find(
    ({ stage, subject, result }) =>
      stage === 'filter-chain' && subject === 'none' && result === 'noted',
  );
  return listens && narrowed !== undefined
    ? narrowed.message
    : 'nothing that the mesh knows is there';
}

/** In ambient mode the port is looked for first, and only a waypoint has filter chains. */
function withoutChainInWords({ call, steps }: Verdict): string {
  if (call.from.kind !== 'ambient') return 'no filter chain of the listener takes it';
  const atWaypoint = steps.some(
    ({ stage, result }) => stage === 'filter-chain' && result === 'rejected',
  );
  return atWaypoint ? 'the waypoint has no filter chain for it' : 'the service has no such port';
}

function dialledInWords({ to }: Verdict['call'], address: string | null): string {
  const ip = to.ip ?? address;
  return ip === null ? 'the address that was dialled' : addressAndPort(ip, to.port);
}

/** `a:7000 subset v1`, with its share and its problem. */
export function shareInWords({ host, port, subset, share, problem }: DestinationShare): string {
  const portion = share === 1 ? '' : `${percent(share)} `;
  const version = subset === '' ? '' : ` subset ${subset}`;
  const trouble = problem === null ? '' : ` (${problem})`;
  return `${portion}${host}:${port}${version}${trouble}`;
}

/** More endpoints than this are counted only. */
const shownEndpoints = 6;

function destinationLines(
  { destinations, steps }: Verdict,
  paint: Paint,
  madeUp: ReadonlySet<string>,
): string[] {
  return destinations.flatMap(({ cluster, share, problem, endpoints }) => {
    const head = `  ${percent(share).padStart(6)}  ${escapeControls(cluster)}`;
    if (problem !== null) {
      const why = steps.find(
        ({ stage, subject, result }) =>
          stage === 'endpoints' && subject === cluster && result === 'rejected',
      );
      const words = [problemInWords(problem), ...(why === undefined ? [] : [why.message])];
      return [head, ...words.map((text) => `          ${paint('error', escapeControls(text))}`)];
    }
    const shown = endpoints
      .slice(0, shownEndpoints)
      .map(({ address, workload, healthy }) =>
        [
          address,
          ...(workload === null ? [] : [workload]),
          ...(madeUp.has(workload ?? '') ? ['(a stand-in: see below)'] : []),
          ...(healthy ? [] : ['(not ready)']),
        ].join(' '),
      );
    const more = endpoints.length - shown.length;
    const lines = [...shown, ...dialledAddressNote(steps, cluster)].map(
      (text) => `          ${escapeControls(text)}`,
    );
    return [head, ...lines, ...(more > 0 ? [`          and ${more} more`] : [])];
  });
}

/** A cluster that takes no endpoint of its own surprises: it is told with the answer. */
function dialledAddressNote(steps: Verdict['steps'], cluster: string): string[] {
  const step = steps.find(
    ({ stage, subject, reason }) =>
      stage === 'endpoints' && subject === cluster && reason === 'original-dst',
  );
  return step === undefined ? [] : [step.message];
}
