/** Where a call goes: the one entry that explain, test, run and the lints share. */
import { assumptionsOf } from './assumptions.ts';
import type { Call } from './call.ts';
import type { Compiled } from './compile.ts';
import { decide, destinationsFor, ruleOf } from './decide.ts';
import { stepsOf } from './trace.ts';
import type { DestinationShare, Step, Verdict } from './verdict.ts';

/** Beyond outcome and rule everything is worked out when somebody reads it: lints ask thousands of calls whose rule they take. */
export function route(compiled: Compiled, call: Call): Verdict {
  const decision = decide(compiled, call);
  let destinations: readonly DestinationShare[] | null = null;
  let steps: readonly Step[] | null = null;
  let assumptions: readonly string[] | null = null;
  return {
    call,
    outcome: decision.outcome,
    rule: ruleOf(decision.taker),
    get destinations() {
      destinations ??= destinationsFor(compiled, call, decision);
      return destinations;
    },
    get steps() {
      steps ??= stepsOf(compiled, call, decision, this.destinations);
      return steps;
    },
    get assumptions() {
      assumptions ??= assumptionsOf(compiled, call, decision);
      return assumptions;
    },
  };
}
