/** One thing changed about the configuration, so that a VirtualService that was left out takes the call: verified by asking again. */
import type { Resource } from '../resource/index.ts';
import type { Call, Verdict } from '../routing/index.ts';
import { askEdited, type ConfigMiss, type Edit, type Ingredients } from './edit.ts';
import { matchEdit } from './match-edit.ts';
import { protocolEdits, wholeEdits } from './virtual-service-edit.ts';

type VirtualService = Resource<'VirtualService'>;

/** No more meshes than this are made for one answer. */
const mostTried = 8;

/** Changes that bring the call to a VirtualService of the trace that did not get it; at most one for each. */
export function configMisses(
  call: Call,
  verdict: Verdict,
  virtualServices: readonly VirtualService[],
  ingredients: Ingredients,
): ConfigMiss[] {
  const found: ConfigMiss[] = [];
  let tried = 0;
  for (const virtualService of virtualServices) {
    const { namespace, name } = virtualService;
    if (verdict.rule?.namespace === namespace && verdict.rule.name === name) continue;
    for (const edit of editsFor(virtualService, call, verdict, ingredients)) {
      if (tried++ >= mostTried) return found;
      const other = askEdited(call, edit, ingredients);
      if (other.rule?.namespace !== namespace || other.rule.name !== name) continue;
      found.push({ change: edit.change, verdict: other });
      break;
    }
  }
  return found;
}

function* editsFor(
  virtualService: VirtualService,
  call: Call,
  verdict: Verdict,
  ingredients: Ingredients,
): Generator<Edit> {
  const name = `${virtualService.namespace}/${virtualService.name}`;
  for (const step of verdict.steps) {
    if (step.stage === 'virtual-service' && step.subject === name) {
      yield* wholeEdits(virtualService, step, call, verdict, ingredients);
      if (step.reason === 'protocol') yield* protocolEdits(call, ingredients);
    }
    // A match for another port of a gateway is for another server: no near-miss where this one has its rule.
    const ofOther = call.from.kind === 'gateway' && verdict.rule !== null && step.reason === 'port';
    if (step.stage === 'match' && step.subject.startsWith(`${name} `) && !ofOther) {
      const edit = matchEdit(virtualService, step, call);
      if (edit !== null) yield edit;
    }
  }
}
