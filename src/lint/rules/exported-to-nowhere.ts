/** exportTo that names a namespace which is not there. */
import { closest } from '../../text/index.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const exportedToNowhere: LintRule = {
  meta: {
    code: 'TCM1409',
    name: 'exported-to-nowhere',
    severity: 'warning',
    summary: 'An object is exported to a namespace that is not there.',
    why: 'Nobody in the namespaces that are there sees the object.',
    help: 'Correct the name, or add the Namespace.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'DestinationRule', 'ServiceEntry', 'Namespace'],
  kiali: 'KIA0005',
  *check(facts) {
    if (facts.options.refs === 'ignore') return;
    const declared = facts.objects.of('Namespace').map(({ name }) => name);
    if (declared.length === 0) return;
    const known = new Set(declared);
    for (const { namespace } of facts.mesh.resources) known.add(namespace);
    for (const kind of ['VirtualService', 'DestinationRule', 'ServiceEntry'] as const)
      for (const resource of facts.objects.of(kind)) {
        const { exportTo } = resource.spec;
        for (const [i, name] of (exportTo ?? []).entries()) {
          if (exportTo === undefined || /^[.*~]$/.test(name) || known.has(name)) continue;
          const meant = closest(name, [...known]);
          yield occurrence(
            resource,
            exportTo,
            [i],
            `there is no namespace ${name} that this could be exported to`,
            meant === null ? {} : { help: `Did you mean ${meant}?` },
          );
        }
      }
  },
};
