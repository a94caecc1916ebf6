/** Where a call goes: the one entry that explain, test, run and the lints share. */
import { ambientShares } from './ambient-destination.ts';
import { ambientAssumptions, assumptionsOf } from './assumptions.ts';
import type { Call } from './call.ts';
import type { Compiled, CompiledAmbient, CompiledProxy } from './compile.ts';
import { type Decision, decide, destinationsFor, ruleOf } from './decide.ts';
import { type AmbientDecision, decideAmbient } from './decide-ambient.ts';
import { PlacedRule } from './rule-ref.ts';
import { destinationStepsOf, stepsOf } from './trace.ts';
import { ambientSteps } from './trace-ambient.ts';
import type { DestinationShare, Outcome, RuleRef, Step, Verdict } from './verdict.ts';
import type { WaypointShare } from './waypoint-destination.ts';

export function route(compiled: Compiled, call: Call): Verdict {
  return compiled.kind === 'ambient'
    ? new AmbientVerdict(compiled, call)
    : new LazyVerdict(compiled, call);
}

/** Beyond outcome and rule everything is worked out when somebody reads it: lints ask thousands of calls whose rule they take. */
class LazyVerdict implements Verdict {
  readonly call: Call;
  readonly outcome: Outcome;
  readonly rule: RuleRef | null;
  readonly #compiled: CompiledProxy;
  readonly #decision: Decision;
  #destinations: readonly DestinationShare[] | null = null;
  #steps: readonly Step[] | null = null;
  #assumptions: readonly string[] | null = null;

  constructor(compiled: CompiledProxy, call: Call) {
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

  get destinationSteps(): readonly Step[] {
    return destinationStepsOf(this.#compiled, this.#decision, this.destinations);
  }

  get assumptions(): readonly string[] {
    this.#assumptions ??= assumptionsOf(this.#compiled, this.call, this.#decision);
    return this.#assumptions;
  }
}

class AmbientVerdict implements Verdict {
  readonly call: Call;
  readonly outcome: Outcome;
  readonly rule: RuleRef | null;
  readonly #compiled: CompiledAmbient;
  readonly #decision: AmbientDecision;
  #shares: readonly WaypointShare[] | null = null;
  #steps: readonly Step[] | null = null;

  constructor(compiled: CompiledAmbient, call: Call) {
    this.call = call;
    this.#compiled = compiled;
    this.#decision = decideAmbient(compiled, call);
    const { outcome, target } = this.#decision;
    this.outcome = outcome;
    this.rule =
      target?.kind === 'rule'
        ? new PlacedRule(target.source.virtualService, target.source.rule)
        : null;
  }

  get #all(): readonly WaypointShare[] {
    this.#shares ??= ambientShares(this.#compiled, this.call, this.#decision);
    return this.#shares;
  }

  get destinations(): readonly DestinationShare[] {
    return this.#all.map(({ share }) => share);
  }

  get steps(): readonly Step[] {
    this.#steps ??= ambientSteps(this.#compiled, this.call, this.#decision, this.#all);
    return this.#steps;
  }

  get destinationSteps(): readonly Step[] {
    return this.steps;
  }

  get assumptions(): readonly string[] {
    return ambientAssumptions(this.#compiled, this.call, this.#decision);
  }
}
