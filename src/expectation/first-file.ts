/** A first test file from a mesh: one connection for each distinct behaviour, with what happens to it now. */
import { isGatewayWorkload, type Mesh } from '../mesh/index.ts';
import type { Call, Verdict, Viewpoint } from '../routing/index.ts';
import { type PlainValue, writeFlowYaml, writeYaml } from '../yaml/index.ts';
import { type Ask, asker, proxiesOf } from './ask.ts';
import { behaviourKey } from './behaviour.ts';
import { capturedAs } from './capture.ts';
import { unnamedNamespace } from './elsewhere.ts';
import { rulesOf } from './rules-of.ts';
import { candidateCalls } from './witness.ts';

/** More connections than this are not a file to read; more clients or candidates than these are not asked for. */
const mostConnections = 500;
const mostClients = 40;
const mostCandidates = 200;

/**
 * The text of the file, and how many connections it has. config: the paths to write under `config:`. everywhereAmbient: as for
 * runConnections.
 */
export function firstTestFile(
  mesh: Mesh,
  config: readonly string[],
  everywhereAmbient = false,
): { readonly text: string; readonly connections: number } {
  const verdicts = distinctBehaviours(
    mesh,
    asker(mesh, proxiesOf(mesh), capturedAs(mesh, everywhereAmbient)),
  );
  const names = new Set<string>();
  const connections = verdicts.map((verdict) => connectionText(verdict, mesh, names));
  const head = [
    '# What this mesh does today, one connection for each distinct behaviour. Written by tcpmesh test --init;',
    '# keep what must stay so, and delete what does not matter. Check with: tcpmesh test',
    `config: ${writeFlowYaml(config)}`,
    connections.length === 0 ? 'connections: []' : 'connections:',
  ];
  return { text: `${[...head, ...connections].join('\n')}\n`, connections: connections.length };
}

/** Verdicts that differ in where they were asked to go or in where they go; calls of existing workloads come first. */
function distinctBehaviours(mesh: Mesh, ask: Ask): Verdict[] {
  const found = new Map<string, Verdict>();
  const byName = new Set<string>();
  for (const call of callsWorthAsking(mesh)) {
    if (found.size >= mostConnections) break;
    const verdict = ask(call);
    const behaviour = behaviourKey(verdict);
    const key = `${targetKey(verdict.call)}\n${behaviour}`;
    const onPort = `${call.to.port} ${behaviour}`;
    // A bare address stands for itself alone: it is asked about where a rule takes it that no name leads to.
    const isBare = call.from.kind !== 'gateway' && call.to.host === undefined;
    if (found.has(key) || (isBare && (verdict.rule === null || byName.has(onPort)))) continue;
    if (!isBare) byName.add(onPort);
    found.set(key, verdict);
  }
  return [...found.values()];
}

function targetKey({ from, to }: Call): string {
  return [from.kind, to.host ?? '', to.port].join(' ');
}

function* callsWorthAsking(mesh: Mesh): Generator<Call> {
  const clients = clientsOf(mesh);
  for (const { host, ports } of mesh.services) {
    if (host.startsWith('*')) continue;
    for (const { number, protocol } of ports) {
      if (protocol === 'udp') continue;
      for (const from of clients) yield { from, to: { host, port: number }, protocol: 'tcp' };
    }
  }
  for (const { resource } of mesh.virtualServices.all)
    for (const rule of rulesOf(resource)) yield* first(candidateCalls(rule, mesh), mostCandidates);
  for (const { spec } of mesh.gateways) {
    const labels = spec.selector ?? {};
    for (const { port } of spec.servers ?? [])
      yield {
        from: { kind: 'gateway', namespace: mesh.systemNamespace, labels },
        to: { port: port?.number ?? 0 },
        protocol: 'tcp',
      };
  }
}

function* first<T>(values: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const value of values) {
    if (left-- <= 0) return;
    yield value;
  }
}

/** One client for each distinct set of labels in each namespace, and one that nobody has heard of. */
function clientsOf(mesh: Mesh): Viewpoint[] {
  const clients = new Map<string, Viewpoint>();
  for (const workload of mesh.workloads) {
    if (clients.size >= mostClients) break;
    if (isGatewayWorkload(workload, mesh)) continue;
    const { namespace, labels, ip } = workload;
    const key = `${namespace} ${JSON.stringify(labels)}`;
    if (!clients.has(key)) clients.set(key, { kind: 'sidecar', namespace, labels, ip });
  }
  return [...clients.values(), { kind: 'sidecar', namespace: unnamedNamespace, labels: {} }];
}

function connectionText(verdict: Verdict, mesh: Mesh, names: Set<string>): string {
  const { call, outcome, rule } = verdict;
  const from = fromValue(call.from, mesh);
  const name = unique(nameOf(verdict, from), names);
  const to: PlainValue = {
    host: call.to.host,
    ip: call.to.host === undefined ? call.to.ip : undefined,
    port: call.to.port,
    sni: call.sni,
    protocol:
      call.protocol === (call.sni === undefined ? 'tcp' : 'tls') ? undefined : call.protocol,
  };
  const lines = [
    `- ${writeYaml({ name }).trimEnd()}`,
    `  from: ${writeFlowYaml(from)}`,
    `  to: ${writeFlowYaml(to)}`,
    '  expect:',
    `    outcome: ${outcome}`,
  ];
  if (outcome === 'routed')
    lines.push(
      `    rule: ${rule === null ? 'null' : writeFlowYaml(`${rule.namespace}/${rule.name}`)}`,
    );
  if (verdict.destinations.length > 0 && outcome === 'routed') {
    lines.push('    destinations:');
    for (const { host, port, subset, weight, problem } of verdict.destinations) {
      const destination = {
        host,
        port,
        subset: subset === '' ? undefined : subset,
        weight,
        problem,
      };
      lines.push(`    - ${writeFlowYaml(destination)}`);
    }
  }
  return lines.join('\n');
}

function fromValue(
  from: Viewpoint,
  mesh: Mesh,
): { readonly [key: string]: PlainValue | undefined } {
  const { namespace, labels } = from;
  if (from.kind === 'gateway') return { gateway: { namespace, labels } };
  const mode = from.kind === 'ambient' ? 'ambient' : undefined;
  const workload =
    from.ip === undefined ? undefined : mesh.workloads.find(({ ip }) => ip === from.ip);
  if (workload === undefined)
    return { namespace, labels: Object.keys(labels).length === 0 ? undefined : labels, mode };
  const name = workload.owner?.name ?? workload.name;
  const named = mesh.workloadIndex.named(namespace, name)[0] === workload;
  return { workload: `${namespace}/${named ? name : workload.name}`, mode };
}

const outcomeInWords: Readonly<Record<Exclude<Verdict['outcome'], 'routed'>, string>> = {
  passthrough: 'passes through',
  blackhole: 'is closed',
  'no-listener': 'is refused',
  'no-filter-chain': 'is accepted and closed',
  'listener-rejected': 'meets a listener that Envoy refuses',
  http: 'is handled as HTTP',
};

/** `foo/telnet to echo-server.default 19000 goes to echo-server-2.default`. */
function nameOf(
  { call, outcome, destinations }: Verdict,
  from: { readonly [key: string]: PlainValue | undefined },
) {
  const { to } = call;
  const who =
    typeof from.workload === 'string'
      ? from.workload
      : call.from.kind === 'gateway'
        ? 'gateway'
        : call.from.namespace;
  const target = to.host === undefined ? (to.ip ?? 'port') : shortHost(to.host);
  const goes = destinations.map(({ host, subset }) =>
    subset === '' ? shortHost(host) : `${shortHost(host)} ${subset}`,
  );
  const where = outcome === 'routed' ? `goes to ${goes.join(' and ')}` : outcomeInWords[outcome];
  const server = call.sni === undefined ? '' : ` asking for ${call.sni}`;
  return `${who} to ${target} ${to.port}${server} ${where}`;
}

function shortHost(host: string): string {
  return host.endsWith('.svc.cluster.local') ? host.split('.').slice(0, 2).join('.') : host;
}

function unique(name: string, names: Set<string>): string {
  let candidate = name;
  for (let i = 2; names.has(candidate); i++) candidate = `${name} (${i})`;
  names.add(candidate);
  return candidate;
}
