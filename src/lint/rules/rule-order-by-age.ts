/** A rule that is reached or not depending on which of two VirtualServices is older, where the files do not say. */

import { meshGateway } from '../../mesh/index.ts';
import { agree, listed } from '../../text/index.ts';
import { connectionText, ruleText } from '../facts/connection-text.ts';
import { contestedServices } from '../facts/contested.ts';
import { takersOf } from '../facts/reach.ts';
import { reachesByAge } from '../facts/reaches-by-age.ts';
import { placeOf } from '../facts/rule-place.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const ruleOrderByAge: LintRule = {
  meta: {
    code: 'TCM1203',
    name: 'rule-order-by-age',
    severity: 'warning',
    summary: 'Whether a rule is ever reached depends on which VirtualService is older.',
    why: 'TCP rules of all VirtualServices for a host are joined, the oldest VirtualService first. Files rarely say when an object was created; in a cluster it is the order in which they were first applied.',
    help: 'Put the rules of the host into one VirtualService, in the order that is meant.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(given) {
    const facts = given.supposed();
    for (const service of contestedServices(facts)) {
      if (!facts.routes().boundTo(service).gateways.includes(meshGateway)) continue;
      for (const rule of facts.routes().rulesOf(service)) {
        const reaches = [...reachesByAge(rule, facts)];
        const hidden = reaches.find((reach) => reach.kind === 'never');
        if (hidden === undefined || !reaches.some(({ kind }) => kind === 'reached')) continue;
        const covered = hidden.attempts.filter((attempt) => attempt.rule !== null);
        const example = covered[0];
        if (example === undefined) continue;
        const takers = takersOf(covered).filter(
          ({ namespace, name }) => namespace !== service.namespace || name !== service.name,
        );
        if (takers.length === 0) continue;
        const names = [
          ...new Set(takers.map(({ namespace, name }) => `VirtualService ${namespace}/${name}`)),
        ];
        yield occurrence(
          service,
          placeOf(rule),
          [],
          `if ${listed(names)} ${agree(names.length, 'is', 'are')} older than this one, no connection reaches this rule: ${connectionText(example.call)} is then taken by ${listed(takers.map((taker) => ruleText(taker, service)))}`,
          {
            related: takers.slice(0, 3).map((taker) => ({
              message: 'this rule takes its connections then',
              span: taker.span,
            })),
          },
        );
      }
    }
  },
};
