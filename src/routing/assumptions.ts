/** What an answer rests on that the files do not say. */
import { creationTimeOf } from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import { agree, listed } from '../text/index.ts';
import type { Call } from './call.ts';
import type { Compiled } from './compile.ts';
import type { Decision } from './decide.ts';
import { resolveName } from './name-resolution.ts';

/** One sentence each, in a fixed order. */
export function assumptionsOf(compiled: Compiled, call: Call, decision: Decision): string[] {
  return [...addressAssumptions(compiled, call, decision), ...ageAssumptions(decision)];
}

function addressAssumptions(compiled: Compiled, { to }: Call, { ip }: Decision): string[] {
  if (compiled.kind === 'gateway') return [];
  if (to.ip === undefined && to.host !== undefined) {
    const found = resolveName(compiled, to.host);
    if (found?.supposed !== true) return [];
    const address = found.service?.address ?? '';
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
  const made = new Map<Resource, string>();
  for (const chain of [...(listener?.chains ?? []), listener?.defaultChain ?? null]) {
    if (chain === null || chain === 'fallthrough' || chain.target.kind !== 'rule') continue;
    const { resource, namespace, name } = chain.target.source.virtualService;
    made.set(resource, `${namespace}/${name}`);
  }
  const undated = [...made].filter(([resource]) => creationTimeOf(resource) === null);
  if (made.size < 2 || undated.length === 0) return [];
  const names = undated.map(([, name]) => name);
  const how = `${agree(names.length, 'counts', 'count')} as applied last`;
  return [`no creationTimestamp: ${listed(names, 12)} ${how}, in the order of the input`];
}
