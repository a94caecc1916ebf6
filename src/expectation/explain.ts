/** Puts explanations together: the verdict, and what asking again brings to light. */
import {
  buildMesh,
  kindsOf,
  type Mesh,
  type MeshOptions,
  type StandIn,
  standInResources,
  standInsFor,
} from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import type { Call, Verdict } from '../routing/index.ts';
import { positionOf, type Span } from '../text/index.ts';
import { ambientMisses } from './ambient-change.ts';
import { type AmbientProfile, ambientDoubts } from './ambient-doubts.ts';
import { type Ask, asker, proxiesOf } from './ask.ts';
import { behaviourKey } from './behaviour.ts';
import { mendingChanges } from './broken-destination.ts';
import { capturedAs } from './capture.ts';
import { captureInWords } from './capture-in-words.ts';
import { configMisses } from './config-change.ts';
import { type Dialled, resolveDialled } from './dialled-name.ts';
import type { Ingredients } from './edit.ts';
import { type Elsewhere, elsewhere, namespacesNamed } from './elsewhere.ts';
import type { Explanation } from './explanation.ts';
import { type NearMiss, nearMisses, virtualServicesOnTrace } from './near-miss.ts';
import { otherAges } from './other-ages.ts';
import { outboundMisses } from './outbound-change.ts';
import { pastTheSidecar } from './past-the-sidecar.ts';
import { podsMadeElsewhere } from './pods-made-elsewhere.ts';
import type { Unanswerable } from './question.ts';
import { orderMisses, refusalMisses } from './rule-order.ts';
import { type Rule, rulesOf } from './rules-of.ts';
import { sidecarMisses } from './sidecar-change.ts';

/**
 * written: all that was given, refused documents too. standIns: what routes need and the files lack, as `run` makes it up, or what a running mesh has.
 * ambient: the configuration says that workloads are captured so. ambientProfile: whose ambient mode; istio where nothing is said.
 */
export type ExplainerInput = {
  readonly admitted: readonly Resource[];
  readonly written: readonly Resource[];
  readonly options: MeshOptions;
  readonly standIns: 'made' | readonly StandIn[];
  readonly ambient?: boolean;
  readonly ambientProfile?: AmbientProfile;
};

/** A mesh that questions are asked of. deep: near-misses, other namespaces and other ages too. */
export type Explainer = {
  readonly mesh: Mesh;
  readonly ask: Ask;
  /** One explanation; several where the name has several addresses that are treated differently. */
  readonly explain: (
    call: Call,
    supposed: readonly string[],
    deep: boolean,
  ) => readonly Explanation[] | Unanswerable;
};

/** More near-misses or other namespaces than this are no help. */
const mostNearMisses = 5;
const mostNamespaces = 12;
/** Each is compiled for, which takes a while in a large mesh. */
const mostNamespacesOfLarge = 2;
/** Above this many objects a mesh is not made again to see what a change would do. */
const mostRemade = 3_000;

export function explainer({
  admitted,
  written,
  options,
  standIns,
  ambient = false,
  ambientProfile = 'istio',
}: ExplainerInput): Explainer {
  const stands = standIns === 'made' ? standInsFor(admitted, kindsOf(written)) : standIns;
  const resources = [...admitted, ...standInResources(stands, written.length)];
  const mesh = buildMesh(resources, options);
  const proxyOf = proxiesOf(mesh);
  const captured = capturedAs(mesh, ambient);
  const ask = asker(mesh, proxyOf, captured);
  const replaced = replacedInWords(mesh);
  const madeUp = stands.flatMap(({ object: { kind, metadata } }) =>
    kind === 'Pod' ? `${metadata.namespace}/${metadata.name}` : [],
  );
  const one = (call: Call, dialled: Dialled, supposed: readonly string[], deep: boolean) => {
    const verdict = ask(call);
    const address = call.to.ip ?? dialled.addresses[0] ?? null;
    const plain = {
      verdict,
      address,
      doubts: [
        ...pastTheSidecar(call, address, mesh),
        ...ambientDoubts(verdict, mesh, ambientProfile),
        ...podsMadeElsewhere(verdict, proxyOf(verdict.call.from), mesh),
      ],
      supposed: [
        ...supposed,
        ...captureInWords(call, mesh, ambient),
        ...dialled.supposed,
        ...serverNameWanted(verdict),
        ...httpWanted(verdict),
        ...replaced,
        ...standInsOf(verdict, stands),
      ],
      madeUp,
    };
    return deep
      ? { ...plain, ...deepened(call, verdict, mesh, ask, { resources, options }) }
      : { ...plain, nearMisses: [], configMisses: [], elsewhere: [], otherAges: [] };
  };
  return {
    mesh,
    ask,
    explain: (asked, supposed, deep) => {
      const call = { ...asked, from: captured(asked.from) };
      const dialled = resolveDialled(call, proxyOf(call.from));
      if ('message' in dialled) return dialled;
      const { calls, note } = oneForEachBehaviour(dialled, ask);
      return calls.map((meant) => one(meant, dialled, [...supposed, ...note], deep));
    },
  };
}

/** Without a server name a call is one that no TLS client makes: said where the port goes by names. */
function serverNameWanted({ call, steps }: Verdict): string[] {
  const { sni, protocol, to } = call;
  const asked = steps.some(
    ({ reason, conditions = [] }) =>
      reason === 'sni' ||
      reason === 'sni-hosts' ||
      conditions.some(({ name, held }) => name === 'sniHosts' && held === false),
  );
  if (sni !== undefined || protocol === 'http' || !asked) return [];
  const name = to.host ?? 'NAME';
  return [
    `no server name is given, and this port goes by server names: --sni ${name} asks as a client of TLS does`,
  ];
}

/** Bytes of no kind pass by the HTTP chain of a listener: said where that may not be what a client of the port sends. */
function httpWanted({ call, outcome, steps }: Verdict): string[] {
  const passed = steps.some(
    ({ stage, reason, result }) =>
      stage === 'filter-chain' && reason === 'alpn' && result === 'noted',
  );
  return call.protocol === 'tcp' && outcome !== 'routed' && passed
    ? [
        'the first bytes are taken to be neither HTTP nor TLS, and this port goes by them: --protocol http asks as a client of HTTP does',
      ]
    : [];
}

/** A headless service's name is many addresses; rules may tell them apart. */
function oneForEachBehaviour(
  { call, addresses }: Dialled,
  ask: Ask,
): { readonly calls: readonly Call[]; readonly note: readonly string[] } {
  if (addresses.length < 2) return { calls: [call], note: [] };
  const byRule = new Map<string, Call>();
  for (const ip of addresses.slice(0, 50)) {
    const one = { ...call, to: { ...call.to, ip } };
    const key = behaviourKey(ask(one));
    if (!byRule.has(key)) byRule.set(key, one);
  }
  const count = `${call.to.host} resolves to ${addresses.length} addresses`;
  if (byRule.size === 1)
    return {
      calls: [call],
      note: [`${count}, all treated alike: ${addresses[0]} stands for them`],
    };
  return {
    calls: [...byRule.values()],
    note: [`${count}, which are not treated alike: one answer for each difference`],
  };
}

function deepened(
  call: Call,
  verdict: Verdict,
  mesh: Mesh,
  ask: Ask,
  ingredients: Ingredients,
): Pick<Explanation, 'nearMisses' | 'configMisses' | 'elsewhere' | 'otherAges'> {
  const virtualServices = virtualServicesOnTrace(verdict, mesh);
  const rules = virtualServices.flatMap(rulesOf);
  const others = call.from.kind === 'gateway' ? [] : fromElsewhere(call, verdict, rules, mesh, ask);
  const misses = nearMisses(call, verdict, rules, ask, mostNearMisses);
  const untold = misses.filter((miss) => !isTold(miss, others));
  const plain = { nearMisses: untold, elsewhere: others };
  if (ingredients.resources.length > mostRemade)
    return { ...plain, configMisses: [], otherAges: [] };
  const near = new Set(untold.map(({ rule }) => rule.virtualService));
  const rest = virtualServices.filter((virtualService) => !near.has(virtualService));
  return {
    ...plain,
    configMisses: [
      ...mendingChanges(call, verdict, ingredients),
      ...sidecarMisses(call, verdict, mesh, ingredients),
      ...ambientMisses(call, verdict, mesh, ingredients),
      ...outboundMisses(call, verdict, mesh, ingredients),
      ...refusalMisses(call, verdict, rules, ingredients),
      ...configMisses(call, verdict, rest, ingredients),
      ...orderMisses(call, verdict, rules, ingredients),
    ],
    otherAges: otherAges(ingredients, verdict),
  };
}

/** What another namespace gets is told there already. */
function isTold({ change }: NearMiss, others: readonly Elsewhere[]): boolean {
  return (
    change.kind === 'namespace' &&
    others.some(({ namespaces }) => namespaces.includes(change.namespace))
  );
}

function fromElsewhere(
  call: Call,
  verdict: Verdict,
  rules: readonly Rule[],
  mesh: Mesh,
  ask: Ask,
): Elsewhere[] {
  const large = mesh.resources.length > mostRemade;
  const homes = new Set(large ? [] : mesh.workloads.map(({ namespace }) => namespace));
  const namespaces = [...new Set([...namespacesNamed(rules), ...homes])];
  const most = large ? mostNamespacesOfLarge : mostNamespaces;
  return elsewhere(call, verdict, namespaces.slice(0, most), ask);
}

/** Why of those stand-ins that had a part in the answer. */
function standInsOf(verdict: Verdict, stands: readonly StandIn[]): string[] {
  if (stands.length === 0) return [];
  const parts = new Set<string>();
  for (const { subject } of verdict.steps)
    for (const part of subject.split(/[ |]/)) parts.add(part);
  for (const { endpoints } of verdict.destinations)
    for (const { workload } of endpoints) parts.add(workload ?? '');
  const { from } = verdict.call;
  return stands
    .filter(({ object: { kind, metadata } }) => {
      const { namespace, name, labels } = metadata;
      const isGateway =
        from.kind === 'gateway' &&
        kind === 'Pod' &&
        namespace === from.namespace &&
        JSON.stringify(labels) === JSON.stringify(from.labels);
      const host = `${name}.${namespace}.svc.cluster.local`;
      return isGateway || parts.has(`${namespace}/${name}`) || parts.has(host);
    })
    .map((stand) => `stand-in: ${stand.why}`);
}

/** Alternatives among the files: of two documents for one object the later counts. */
function replacedInWords({ replaced }: Mesh): string[] {
  return replaced.map(({ resource, by }) => {
    const name = `${resource.kind} ${resource.namespace}/${resource.name}`;
    return `${name} is given more than once: ${placeOf(by.span)} replaces ${placeOf(resource.span)}`;
  });
}

function placeOf(span: Span): string {
  return `${span.source.name}:${positionOf(span).line}`;
}
