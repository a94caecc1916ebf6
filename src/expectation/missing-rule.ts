/** Why no rule has a name that somebody wrote: there is no such VirtualService, or it has fewer rules. */
import type { Mesh } from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import { closest, count } from '../text/index.ts';
import type { Unanswerable } from './question.ts';
import type { ExpectedRule } from './test-file.ts';

/** More VirtualServices than this are not named one by one. */
const namedMost = 8;

export function missingRule(rule: ExpectedRule, mesh: Mesh): Unanswerable {
  const { namespace, name, number } = rule;
  const all = mesh.virtualServices.all.map(({ resource }) => resource);
  const found = all.find((one) => one.namespace === namespace && one.name === name);
  if (found !== undefined) return lacks(found, number);
  const known = all.map((one) => `${one.namespace}/${one.name}`);
  const near = closest(`${namespace}/${name}`, known);
  const more = known.length > namedMost ? ', …' : '';
  return {
    message: `no tcp or tls rule is named ${namespace}/${name}${number === null ? '' : `#${number}`}`,
    remedy:
      known.length === 0
        ? 'The input holds no VirtualService.'
        : near !== null
          ? `Did you mean ${near}?`
          : `VirtualServices here: ${known.slice(0, namedMost).join(', ')}${more}.`,
  };
}

function lacks(
  { namespace, name, spec }: Resource<'VirtualService'>,
  number: number | null,
): Unanswerable {
  const full = `VirtualService ${namespace}/${name}`;
  const lists = [
    { list: 'tcp', rules: spec.tcp ?? [] },
    { list: 'tls', rules: spec.tls ?? [] },
  ].filter(({ rules }) => rules.length > 0);
  const without = lists.find(({ rules }) => number === null || number <= rules.length);
  if (without !== undefined)
    return {
      message: `${without.list} rule ${number ?? 1} of ${full} has no route: Istio passes over it`,
      remedy: 'Give it a route.',
    };
  const counts = lists.map(({ list, rules }) => count(rules.length, `${list} rule`));
  const last = Math.max(0, ...lists.map(({ rules }) => rules.length));
  const choices = last === 1 ? '#1' : `#1 ${last === 2 ? 'or' : 'to'} #${last}`;
  return {
    message: `${full} has ${counts.join(' and ') || 'no tcp or tls rule'}${number === null ? '' : `, and no #${number}`}`,
    remedy: last === 0 ? 'Its http rules have no say about TCP.' : `Write ${choices}.`,
  };
}
