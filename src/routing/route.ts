/** Where a call goes: the one entry that explain, test, run and the lints share. */
import { assumptionsOf } from './assumptions.ts';
import type { Call } from './call.ts';
import type { Compiled } from './compile.ts';
import { decide, destinationsFor, ruleOf } from './decide.ts';
import { stepsOf } from './trace.ts';
import type { Step, Verdict } from './verdict.ts';

/** steps and assumptions are worked out when somebody reads them: most callers only want to know where. */
export function route(compiled: Compiled, call: Call): Verdict {
  const decision = decide(compiled, call);
  const destinations = destinationsFor(compiled, call, decision);
  let steps: readonly Step[] | null = null;
  let assumptions: readonly string[] | null = null;
  return {
    call,
    outcome: decision.outcome,
    rule: ruleOf(decision.taker),
    destinations,
    get steps() {
      steps ??= stepsOf(compiled, call, decision, destinations);
      return steps;
    },
    get assumptions() {
      assumptions ??= assumptionsOf(compiled, call, decision);
      return assumptions;
    },
  };
}
