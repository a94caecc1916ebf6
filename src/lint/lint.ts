/** The engine: runs every rule over a mesh and gathers what they find. */
import { type Finding, findingOf, sortFindings } from '../diagnostic/index.ts';
import type { Mesh } from '../mesh/index.ts';
import type { ForeignNames, ForeignPods, Resource } from '../resource/index.ts';
import { createFacts, type Facts } from './facts/facts.ts';
import { defaultLintOptions, type LintOptions, type SeveritySetting } from './options.ts';
import { type ListedRule, listedRules } from './registry.ts';
import type { LintRule } from './rule.ts';

/**
 * resources: all that were read, refused ones too (Istio's analyzers see every object); mesh: of those that a cluster would hold,
 * which is what connections are routed by.
 */
export type LintInput = {
  readonly resources: readonly Resource[];
  readonly mesh: Mesh;
  /** Pods of which no more is known. */
  readonly foreignPods?: readonly ForeignPods[];
  /** What other objects define that is referred to. */
  readonly foreignNames?: ForeignNames;
  /** Namespaces that what is in a source is given before a cluster gets it, by the source's name. */
  readonly builtNamespaces?: ReadonlyMap<string, readonly string[]>;
  readonly options?: Partial<LintOptions>;
};

/** Findings of all rules, in the order of a report. */
export function lint(input: LintInput, rules: readonly ListedRule[] = listedRules): Finding[] {
  const options: LintOptions = { ...defaultLintOptions, ...input.options };
  const facts = createFacts(
    input.resources,
    input.mesh,
    options,
    input.foreignPods,
    input.foreignNames,
    input.builtNamespaces,
  );
  const findings: Finding[] = [];
  const read = new Set(input.resources.map(({ kind }) => kind));
  for (const { wants, rule: load } of rules) {
    if (wants.length > 0 && !wants.some((kind) => read.has(kind))) continue;
    const rule = load();
    const setting = settingOf(rule, options);
    if (setting === 'off') continue;
    for (const occurrence of rule.check(facts)) {
      const finding = settled(findingOf(rule.meta, occurrence), facts);
      findings.push(setting === undefined ? finding : { ...finding, severity: setting });
    }
  }
  return sortFindings(findings);
}

/** Among names that change on the way to the cluster, nobody knows which is meant. */
function settled(finding: Finding, { isMoved }: Facts): Finding {
  const { guess, span, resource } = finding;
  if (guess === undefined || !isMoved(span.source.name, resource?.namespace ?? '')) return finding;
  return { ...finding, guess: undefined };
}

function settingOf(rule: LintRule, options: LintOptions): SeveritySetting | undefined {
  const { name, code } = rule.meta;
  const own = Object.hasOwn(options.severities, name) ? options.severities[name] : undefined;
  return own ?? (Object.hasOwn(options.severities, code) ? options.severities[code] : undefined);
}
