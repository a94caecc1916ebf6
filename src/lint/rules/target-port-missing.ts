/** A Service port that leads to no port of its pods. */
import { spanAt } from '../../resource/index.ts';
import { type LintRule, listed, nobodyElse, occurrence } from '../rule.ts';

export const targetPortMissing: LintRule = {
  meta: {
    code: 'TCM1311',
    name: 'target-port-missing',
    severity: 'warning',
    summary: 'The targetPort of a Service is no port of the containers that it selects.',
    why: 'A named targetPort that a pod lacks makes that pod no endpoint. A number that no container lists may still be open, but most often connections to it are refused.',
    help: 'Use the name or number of a containerPort.',
    istio: nobodyElse,
  },
  reads: ['Service', 'Pod', 'Deployment'],
  kiali: 'KIA0701',
  *check(facts) {
    for (const service of facts.mesh.services) {
      const { resource, selector, namespace } = service;
      if (resource.kind !== 'Service' || selector === null) continue;
      const pods = facts.mesh.workloadIndex.select(namespace, selector);
      const listing = pods.filter(({ ports }) => ports.length > 0);
      if (listing.length === 0 || listing.length < pods.length) continue;
      for (const port of resource.spec.ports ?? []) {
        if (port.protocol !== undefined && port.protocol !== 'TCP') continue;
        const target = port.targetPort ?? port.port ?? 0;
        const named = typeof target === 'string' && !/^\d+$/.test(target);
        const known = listing.some(({ ports }) =>
          ports.some((p) => (named ? p.name === target : p.number === Number(target))),
        );
        if (known) continue;
        const offered = [
          ...new Set(
            listing.flatMap(({ ports }) =>
              ports.map((p) => (named && p.name !== '' ? p.name : String(p.number))),
            ),
          ),
        ];
        const pod = listing[0]?.resource;
        yield occurrence(
          resource,
          port,
          [port.targetPort === undefined ? 'port' : 'targetPort'],
          named
            ? `no container has a port named ${target}: port ${port.port} of ${service.name} has no endpoints`
            : `no container lists port ${target}: the pods have ${listed(offered)}`,
          {
            severity: named ? 'error' : 'warning',
            help: `Use one of ${listed(offered)}.`,
            related:
              pod === undefined
                ? []
                : [{ message: 'these pods', span: spanAt(pod.metadata, 'name') }],
          },
        );
      }
    }
  },
};
