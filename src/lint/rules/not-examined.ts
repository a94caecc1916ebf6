/** Says once of what not every connection could be asked about. */
import { listed } from '../../text/index.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

const mostNamed = 50;

export const notExamined: LintRule = {
  meta: {
    code: 'TCM1004',
    name: 'not-examined',
    severity: 'info',
    summary:
      'Some resources were not examined to the end, for they have more connections than are asked about.',
    why: 'What is said about rules is proved by connections: at most 300 for a rule, 60,000 in all. Of a service, or a port of gateways, with more than 20 VirtualServices the order is not tried the other way round, of a Gateway with more than 8 kinds of pods the others are not looked at. Beyond that nothing is said, so a rule that does nothing may not have been found.',
    help: 'Check fewer files together, or ask about one rule with `tcpmesh explain --rule`.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Gateway', 'Sidecar', 'Pod'],
  kiali: null,
  *check({ unfinished }) {
    const resources = [...unfinished].sort((a, b) => a.order - b.order);
    const [first] = resources;
    if (first === undefined) return;
    yield occurrence(
      first,
      first.metadata,
      ['name'],
      `there are more connections or orders of age than are tried, so hidden rules and refused listeners may not have been found: ${listed(resources.map(nameOf), mostNamed)}`,
    );
  },
};
