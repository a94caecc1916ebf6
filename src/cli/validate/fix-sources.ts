/** Makes the fixes of findings, over and over as long as one uncovers another; never one that makes a text worse. */
import { applyFixes, type Finding, withEdits } from '../../diagnostic/index.ts';
import type { Source } from '../../text/index.ts';
import type { Found } from './find.ts';

export type Fixed = {
  /** All sources, fixed or as they were. */
  readonly sources: readonly Source[];
  /** What is left to say. */
  readonly found: Found;
  readonly made: number;
};

const maxRounds = 20;
/** So many fixes are tried one by one. */
const maxSingle = 50;

/** find: of sources, all that there is to say. */
export function fixSources(
  sources: readonly Source[],
  first: Found,
  find: (sources: readonly Source[]) => Found,
): Fixed {
  let state: Fixed = { sources, found: first, made: 0 };
  for (let round = 0; round < maxRounds; round++) {
    const next = fixOnce(state, find);
    if (next === null) break;
    state = next;
  }
  return state;
}

/** All fixes at once, or, where together they do not make it better, the first one that does by itself. */
function fixOnce(state: Fixed, find: (sources: readonly Source[]) => Found): Fixed | null {
  const { findings } = state.found;
  const all = attempt(state, findings, find);
  if (all !== null) return all;
  const mendable = findings.filter(({ fix }) => fix !== undefined).slice(0, maxSingle);
  for (const finding of mendable.length > 1 ? mendable : []) {
    const one = attempt(state, [finding], find);
    if (one !== null) return one;
  }
  return null;
}

/** null where nothing can be mended, or a rule finds as much as before afterwards. */
function attempt(
  state: Fixed,
  findings: readonly Finding[],
  find: (sources: readonly Source[]) => Found,
): Fixed | null {
  const { sources, applied } = applyFixes(findings);
  if (applied.length === 0) return null;
  // By name: where lines end oddly, findings are about the text as Istio reads it, which has every offset of the file's.
  const edits = new Map(sources.map((one) => [one.source.name, one.edits]));
  const fixed = state.sources.map((source) => {
    const own = edits.get(source.name);
    return own === undefined ? source : { name: source.name, text: withEdits(source.text, own) };
  });
  const found = find(fixed);
  // What was hidden behind a misspelling may come up now; but what was mended has to be gone.
  const helped = areGone(applied, state.found.findings, found.findings);
  const spoiled = textErrors(found) > textErrors(state.found);
  return helped && !spoiled && !harms(applied, found) && found.unread <= state.found.unread
    ? { sources: fixed, found, made: state.made + applied.length }
    : null;
}

/** Of what is said alike in several places, as many less as were mended. */
function areGone(
  mended: readonly Finding[],
  before: readonly Finding[],
  after: readonly Finding[],
): boolean {
  const had = tally(before);
  const has = tally(after);
  return [...tally(mended)].every(
    ([identity, count]) => (has.get(identity) ?? 0) <= (had.get(identity) ?? 0) - count,
  );
}

function tally(findings: readonly Finding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const identity of findings.map(identityOf))
    counts.set(identity, (counts.get(identity) ?? 0) + 1);
  return counts;
}

/** Rules that were brought into force have an error: connections that went through might be closed now. */
function harms(applied: readonly Finding[], { findings }: Found): boolean {
  const woken = new Set(applied.filter(({ fix }) => fix?.wakes === true).map(resourceOf));
  return findings.some(
    (finding) =>
      finding.severity === 'error' && finding.resource !== null && woken.has(resourceOf(finding)),
  );
}

/** Would its fix bring rules into force beside an error that no fix mends? */
export function isWithheld(finding: Finding, findings: readonly Finding[]): boolean {
  if (finding.fix?.wakes !== true) return false;
  const own = resourceOf(finding);
  return findings.some(
    (other) => other.severity === 'error' && other.fix === undefined && resourceOf(other) === own,
  );
}

function resourceOf({ resource }: Finding): string {
  return [resource?.kind, resource?.namespace, resource?.name].join('\n');
}

/** How many errors there are in the text itself, before it is any resource's: two edits of one map may give it a key twice. */
function textErrors({ findings }: Found): number {
  return findings.filter(({ resource, severity }) => resource === null && severity === 'error')
    .length;
}

/** Without its place, which a fix may move. */
function identityOf(finding: Finding): string {
  return [finding.rule, finding.message, resourceOf(finding)].join('\n');
}
