/** Says once of which VirtualServices not every connection could be asked about. */
import { type LintRule, listed, nobodyElse, occurrence, qualifiedName } from '../rule.ts';

const mostNamed = 50;

export const notExamined: LintRule = {
  meta: {
    code: 'TCM1004',
    name: 'not-examined',
    severity: 'info',
    summary:
      'Of some VirtualServices it was not examined to the end whether each of their rules is reached.',
    why: 'What is said about rules is proved by connections: at most 300 for a rule, 60,000 in all, and of a service with more than 20 VirtualServices the order is not tried the other way round. Beyond that nothing is said, so a rule that does nothing may not have been found.',
    help: 'Check fewer files together, or ask about one rule with `tcpmesh explain --rule`.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Gateway', 'Sidecar', 'Pod'],
  kiali: null,
  *check({ unfinished }) {
    const services = [...unfinished].sort((a, b) => a.order - b.order);
    const [first] = services;
    if (first === undefined) return;
    yield occurrence(
      first,
      first.metadata,
      ['name'],
      `there are more connections or orders of age than are tried, so hidden rules may not have been found: VirtualService ${listed(services.map(qualifiedName), mostNamed)}`,
    );
  },
};
