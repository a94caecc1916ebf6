/** Where a call goes: the one entry that explain, test, run and the lints share. */
import { assumptionsOf } from './assumptions.ts';
import type { Call } from './call.ts';
import type { Compiled } from './compile.ts';
import { type Decision, decide, destinationsFor, ruleOf } from './decide.ts';
import { stepsOf } from './trace.ts';
import type { DestinationShare, Outcome, RuleRef, Step, Verdict } from './verdict.ts';

export function route(compiled: Compiled, call: Call): Verdict {
  return new LazyVerdict(compiled, call);
}

/** Beyond outcome and rule everything is worked out when somebody reads it: lints ask thousands of calls whose rule they take. */
class LazyVerdict implements Verdict {
  readonly call: Call;
  readonly outcome: Outcome;
  readonly rule: RuleRef | null;
  readonly #compiled: Compiled;
  readonly #decision: Decision;
  #destinations: readonly DestinationShare[] | null = null;
  #steps: readonly Step[] | null = null;
  #assumptions: readonly string[] | null = null;

  constructor(compiled: Compiled, call: Call) {
    this.call = call;
    this.#compiled = compiled;
    this.#decision = decide(compiled, call);
    this.outcome = this.#decision.outcome;
    this.rule = ruleOf(this.#decision.taker);
  }

  get destinations(): readonly DestinationShare[] {
    this.#destinations ??= destinationsFor(this.#compiled, this.call, this.#decision);
    return this.#destinations;
  }

  get steps(): readonly Step[] {
    this.#steps ??= stepsOf(this.#compiled, this.call, this.#decision, this.destinations);
    return this.#steps;
  }

  get assumptions(): readonly string[] {
    this.#assumptions ??= assumptionsOf(this.#compiled, this.call, this.#decision);
    return this.#assumptions;
  }
}
