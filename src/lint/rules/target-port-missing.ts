/** A Service port that leads to no port of its pods. */

import type { Occurrence } from '../../diagnostic/index.ts';
import {
  isGatewayWorkload,
  replicaToCome,
  sidecarMetricsPort,
  type Workload,
  WorkloadIndex,
  type WorkloadSetKind,
  workloadSetKinds,
} from '../../mesh/index.ts';
import { type Resource, spanAt } from '../../resource/index.ts';
import { anyOf, listed } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { lazyFor } from '../facts/lazy.ts';
import { isScaledToNone } from '../facts/pods.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const targetPortMissing: LintRule = {
  meta: {
    code: 'TCM1311',
    name: 'target-port-missing',
    severity: 'warning',
    summary: 'The targetPort of a Service is not a port of the containers that it selects.',
    why: 'A named targetPort that a pod lacks makes that pod no endpoint. A number that no container lists may still be open, but most often connections to it are refused.',
    help: 'Use the name or number of a containerPort.',
    istio: nobodyElse,
  },
  reads: ['Service', 'Pod', 'Deployment'],
  kiali: 'KIA0701',
  *check(facts) {
    for (const { resource, selector, namespace } of facts.mesh.services) {
      if (resource.kind !== 'Service' || selector === null) continue;
      const running = facts.mesh.workloadIndex.select(namespace, selector);
      const pods = running.length > 0 ? running : podsToCome(facts).select(namespace, selector);
      // A gateway opens the ports that Gateways ask for; what its container lists does not matter.
      if (pods.some((pod) => isGatewayWorkload(pod, facts.mesh))) continue;
      if (pods.length > 0 && pods.every(({ ports }) => ports.length > 0))
        yield* leadingNowhere(resource, pods);
    }
  },
};

/** Those of what is scaled to none now. */
const podsToCome = lazyFor(
  (facts: Facts) => new WorkloadIndex(scaledToNone(facts).map(replicaToCome)),
);

function scaledToNone({ objects }: Facts): readonly Resource<WorkloadSetKind>[] {
  return workloadSetKinds.flatMap((kind) => objects.of(kind)).filter(isScaledToNone);
}

/** What the sidecar itself listens on for others: merged metrics, health, its own metrics. */
const sidecarPorts: readonly number[] = [15020, 15021, 15090];

function* leadingNowhere(
  service: Resource<'Service'>,
  pods: readonly Workload[],
): Iterable<Occurrence> {
  const ports = pods.flatMap((pod) => pod.ports);
  for (const port of service.spec.ports ?? []) {
    if (port.protocol !== undefined && port.protocol !== 'TCP') continue;
    const target = port.targetPort ?? port.port ?? 0;
    const named = typeof target === 'string' && !/^\d+$/.test(target);
    if (ports.some((p) => (named ? p.name === target : p.number === Number(target)))) continue;
    if (named ? target === sidecarMetricsPort.name : sidecarPorts.includes(Number(target)))
      continue;
    const offered = [
      ...new Set(ports.map((p) => (named && p.name !== '' ? p.name : String(p.number)))),
    ];
    const pod = pods[0]?.resource;
    yield occurrence(
      service,
      port,
      [port.targetPort === undefined ? 'port' : 'targetPort'],
      named
        ? `no container has a port named ${target}: port ${port.port} of ${service.name} has no endpoints`
        : `no container lists port ${target}: the pods have ${listed(offered)}`,
      {
        severity: named ? 'error' : 'warning',
        help: `Use ${anyOf(offered)}.`,
        related:
          pod === undefined ? [] : [{ message: 'these pods', span: spanAt(pod.metadata, 'name') }],
      },
    );
  }
}
