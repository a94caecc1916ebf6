/** What an answer rests on that the files do not say. */
import { creationTimeOf, isWildcard } from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import { agree, listed } from '../text/index.ts';
import type { Call } from './call.ts';
import type { Compiled, CompiledAmbient } from './compile.ts';
import type { Decision } from './decide.ts';
import type { AmbientDecision } from './decide-ambient.ts';
import { resolveName } from './name-resolution.ts';

/** One sentence each, in a fixed order. */
export function assumptionsOf(compiled: Compiled, call: Call, decision: Decision): string[] {
  return [
    ...addressAssumptions(compiled, call, decision),
    ...ageAssumptions(decision),
    ...discoveryAssumptions(compiled),
  ];
}

/** Of a connection in ambient mode. */
export function ambientAssumptions(
  compiled: CompiledAmbient,
  call: Call,
  decision: AmbientDecision,
): string[] {
  const { binding, choice, service } = decision;
  const waypoint = binding?.waypoint ?? null;
  const named = waypoint === null ? '' : `${waypoint.namespace}/${waypoint.name}`;
  const running =
    waypoint !== null && binding?.gateway === null
      ? [
          `no Gateway of the Gateway API is called ${named}: a waypoint of that name is taken to run and to be for ${service?.host}`,
        ]
      : [];
  const made = new Set((choice?.candidates ?? []).map(({ resource }) => resource));
  return [
    ...addressAssumptions(compiled, call, decision),
    ...running,
    ...undated(made),
    ...discoveryAssumptions(compiled),
  ];
}

/** Of namespaces that have objects: whether Istio reads them is decided by labels that no document has. */
function discoveryAssumptions({ mesh }: Compiled): string[] {
  const { resources, discovery, config } = mesh;
  if (config.discoverySelectors === undefined) return [];
  const homes = new Set(resources.map(({ namespace }) => namespace));
  const names = [...homes].filter((name) => name !== '' && discovery.undescribed(name)).sort();
  return names.length === 0
    ? []
    : [
        `no document has the labels of ${agree(names.length, 'namespace', 'namespaces')} ${listed(names, 12)}: discoverySelectors are taken to name ${agree(names.length, 'it', 'them')}`,
      ];
}

function addressAssumptions(
  compiled: Compiled,
  { to }: Call,
  { ip }: Pick<Decision, 'ip'>,
): string[] {
  if (compiled.kind === 'gateway') return [];
  if (to.ip === undefined && to.host !== undefined) {
    const found = resolveName(compiled, to.host);
    if (found?.supposed !== true) return [];
    const address = found.service?.address ?? '';
    const wide = found.service?.host ?? '';
    if (isWildcard(wide) && found.host !== wide)
      return [`${found.host} is one of ${wide}, a name outside: ${ip} stands in for its address`];
    return [
      address.includes('/')
        ? `${found.host} has every address in ${address}: ${ip} stands for them, and --dst-ip asks about another`
        : `${found.host} has no address in the files: ${ip} stands in for it`,
    ];
  }
  const service = compiled.mesh.services.find(({ standIn, address }) => standIn && address === ip);
  return service === undefined
    ? []
    : [`${service.host} has no address in the files: ${ip} stands in for it`];
}

/** Only where several made the listener's chains does their age matter. */
function ageAssumptions({ listener }: Decision): string[] {
  const made = new Set<Resource>();
  for (const chain of [...(listener?.chains ?? []), listener?.defaultChain ?? null]) {
    if (chain === null || chain === 'fallthrough' || chain.target.kind !== 'rule') continue;
    made.add(chain.target.source.virtualService.resource);
  }
  return undated(made);
}

function undated(made: ReadonlySet<Resource>): string[] {
  const names = [...made]
    .filter((resource) => creationTimeOf(resource) === null)
    .map(({ namespace, name }) => `${namespace}/${name}`);
  if (made.size < 2 || names.length === 0) return [];
  const how = `${agree(names.length, 'counts', 'count')} as applied last`;
  return [`no creationTimestamp: ${listed(names, 12)} ${how}, in the order of the input`];
}
