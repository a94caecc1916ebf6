/** Which rules, matches and destinations the connections of a test reached, and which none did. */
import type { Mesh } from '../mesh/index.ts';
import type { Step, Verdict } from '../routing/index.ts';
import type { Span } from '../text/index.ts';
import { ruleKey, rulesOf } from './rules-of.ts';

/** name: `default/echo spec.tcp[0].match[1]`. */
export type CoverageItem = {
  readonly kind: 'rule' | 'match' | 'destination';
  readonly name: string;
  readonly span: Span;
  readonly reached: boolean;
};

/** Share of items that were reached, 0 to 1; 1 where there is nothing to reach. */
export type Coverage = { readonly items: readonly CoverageItem[]; readonly share: number };

/** One mesh and all verdicts on it. A destination counts as reached when its rule was taken and gives it a share. */
export type CoverageRun = { readonly mesh: Mesh; readonly verdicts: readonly Verdict[] };

/** The same VirtualService read for several test files counts once: by file and place. */
export function coverageOf(runs: readonly CoverageRun[]): Coverage {
  const items = new Map<string, CoverageItem>();
  for (const run of runs)
    for (const item of itemsOf(run)) {
      const { source, start } = item.span;
      const key = `${source.name} ${start} ${item.name}`;
      const known = items.get(key);
      if (known === undefined || (!known.reached && item.reached)) items.set(key, item);
    }
  const all = [...items.values()];
  const reached = all.filter((item) => item.reached).length;
  return { items: all, share: all.length === 0 ? 1 : reached / all.length };
}

function itemsOf({ mesh, verdicts }: CoverageRun): CoverageItem[] {
  const rules = new Set<string>();
  const matches = new Set<string>();
  for (const verdict of verdicts) {
    if (verdict.rule === null) continue;
    rules.add(ruleKey(verdict.rule));
    for (const step of verdict.steps) if (isTakenMatch(step)) matches.add(step.subject);
  }
  return mesh.virtualServices.all.flatMap(({ resource }) =>
    rulesOf(resource).flatMap((rule): CoverageItem[] => {
      const { namespace, name } = rule.ref;
      const reached = rules.has(ruleKey(rule.ref));
      const several = rule.destinations.length > 1;
      return [
        { kind: 'rule', name: ruleKey(rule.ref), span: rule.ref.span, reached },
        ...rule.matches.map(({ path, span }): CoverageItem => {
          const match = `${namespace}/${name} ${path}`;
          return { kind: 'match', name: match, span, reached: reached && matches.has(match) };
        }),
        ...rule.destinations.map(({ value, path, span }): CoverageItem => {
          const used = !several || (value.weight ?? 0) > 0;
          const destination = `${namespace}/${name} ${path}`;
          return { kind: 'destination', name: destination, span, reached: reached && used };
        }),
      ];
    }),
  );
}

function isTakenMatch(step: Step): boolean {
  return step.stage === 'match' && step.result === 'taken';
}
