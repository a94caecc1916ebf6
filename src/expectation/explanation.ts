/** One answer to "where does this connection go, and why": the verdict, and what else was found by asking again. */
import type { Verdict } from '../routing/index.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { NearMiss } from './near-miss.ts';

export type Explanation = {
  readonly verdict: Verdict;
  /** What was filled in to have a call at all, in words; the verdict has assumptions of its own. */
  readonly supposed: readonly string[];
  readonly nearMisses: readonly NearMiss[];
  readonly elsewhere: readonly Elsewhere[];
  readonly otherAges: readonly OtherAge[];
};

/** What the answer would be if these objects, whose age no document tells, were older than all others. */
export type OtherAge = { readonly older: readonly string[]; readonly verdict: Verdict };
