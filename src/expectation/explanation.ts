/** One answer to "where does this connection go, and why": the verdict, and what else was found by asking again. */
import type { Verdict } from '../routing/index.ts';
import type { ConfigMiss } from './edit.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { NearMiss } from './near-miss.ts';

/**
 * address: what was dialled, or what the name resolved to; null at a gateway, or where nothing is known.
 * doubts: why the client may not go by this answer at all. supposed: what was filled in to have a call at all; the verdict has assumptions of its own.
 * madeUp: workloads that no document describes, as `namespace/name`.
 */
export type Explanation = {
  readonly verdict: Verdict;
  readonly address: string | null;
  readonly doubts: readonly string[];
  readonly supposed: readonly string[];
  readonly madeUp: readonly string[];
  readonly nearMisses: readonly NearMiss[];
  readonly configMisses: readonly ConfigMiss[];
  readonly elsewhere: readonly Elsewhere[];
  readonly otherAges: readonly OtherAge[];
};

/** What the answer would be if these objects, whose age no document tells, were older than all others. */
export type OtherAge = { readonly older: readonly string[]; readonly verdict: Verdict };
