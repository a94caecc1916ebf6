/** Makes the fixes of findings, over and over as long as one uncovers another; never one that makes a text worse. */
import { applyFixes, type Finding } from '../../diagnostic/index.ts';
import type { Source } from '../../text/index.ts';
import type { Found } from './find.ts';

export type Fixed = {
  /** All sources, fixed or as they were. */
  readonly sources: readonly Source[];
  /** What is left to say. */
  readonly found: Found;
  readonly made: number;
};

const maxRounds = 10;

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

function fixOnce(state: Fixed, find: (sources: readonly Source[]) => Found): Fixed | null {
  const { sources, applied } = applyFixes(state.found.findings);
  if (applied.length === 0) return null;
  const texts = new Map(sources.map(({ source, text }) => [source, text]));
  const fixed = state.sources.map((source) => {
    const text = texts.get(source);
    return text === undefined ? source : { name: source.name, text };
  });
  const found = find(fixed);
  const worse = found.unread || errors(found.findings) > errors(state.found.findings);
  return worse ? null : { sources: fixed, found, made: state.made + applied.length };
}

function errors(findings: readonly Finding[]): number {
  return findings.filter(({ severity }) => severity === 'error').length;
}
