/** Two documents for one object. */
import { spanAt } from '../../resource/index.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const objectGivenTwice: LintRule = {
  meta: {
    code: 'TCM1002',
    name: 'object-given-twice',
    severity: 'warning',
    summary: 'Two documents describe one object.',
    why: 'A cluster keeps the one that is applied last. Where both are meant as alternatives, only the last of the input is checked together with the rest.',
    help: 'Give the files of one alternative at a time, or give the objects different names.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'DestinationRule', 'Gateway', 'ServiceEntry', 'Sidecar', 'Service'],
  kiali: null,
  *check(facts) {
    for (const { earlier, later } of facts.objects.replaced) {
      const where =
        earlier.span.source === later.span.source ? 'further down' : `in ${later.span.source.name}`;
      yield occurrence(
        earlier,
        earlier.metadata,
        ['name'],
        `${nameOf(earlier)} is described again ${where}: that document replaces this one, which was checked only by itself`,
        {
          related: [
            {
              message: 'this document is the one that counts',
              span: spanAt(later.metadata, 'name'),
            },
          ],
        },
      );
    }
  },
};
