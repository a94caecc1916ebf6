/** A match for clients of a namespace that never see the VirtualService. */
import type { Occurrence } from '../../diagnostic/index.ts';
import type { Rule } from '../../expectation/index.ts';
import { meshGateway } from '../../mesh/index.ts';
import { spanAt } from '../../resource/index.ts';
import { isForGateway } from '../../routing/index.ts';
import { isExportedTo } from '../facts/exported-to.ts';
import type { Facts } from '../facts/facts.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const matchNotExported: LintRule = {
  meta: {
    code: 'TCM1209',
    name: 'match-not-exported',
    severity: 'warning',
    summary: 'A match names a sourceNamespace that the VirtualService is not exported to.',
    why: 'A sidecar knows only the VirtualServices that are exported to its namespace. For all others the rules of this one do not exist, so their connections never meet the match.',
    help: 'Add the namespace to exportTo, or remove the match.',
    istio: nobodyElse,
  },
  reads: ['VirtualService'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.routes().rules) {
      if (!facts.routes().boundTo(rule.virtualService).gateways.includes(meshGateway)) continue;
      for (const { value } of rule.matches) yield* unseen(rule, value, facts);
    }
  },
};

function* unseen(
  { virtualService }: Rule,
  match: Rule['matches'][number]['value'],
  facts: Facts,
): Iterable<Occurrence> {
  const namespace = match.sourceNamespace ?? '';
  if (namespace === '' || isExportedTo(virtualService, namespace, facts)) return;
  if (!isForGateway(match, meshGateway, virtualService.namespace)) return;
  const { exportTo } = virtualService.spec;
  yield occurrence(
    virtualService,
    match,
    ['sourceNamespace'],
    `the VirtualService is not exported to ${namespace}: no connection from there meets this match`,
    {
      related:
        exportTo === undefined
          ? []
          : [{ message: 'it is exported here', span: spanAt(virtualService.spec, 'exportTo') }],
    },
  );
}
