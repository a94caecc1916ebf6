/** A Gateway opens a port that no Service of its workload leads to. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { labelsMatch } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { agree, anyOf, listed } from '../../text/index.ts';
import { groupBy } from '../facts/group-by.ts';
import type { PodLike } from '../facts/pods.ts';
import { analyzer, type LintRule, nameOf, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const gatewayPortNotOnService: LintRule = {
  meta: {
    code: 'IST0162',
    name: 'gateway-port-not-on-service',
    severity: 'warning',
    summary: 'A server of a Gateway has a port that no Service of the gateway workload leads to.',
    why: 'The pod listens there, but clients that go through the Service cannot reach it.',
    help: "Add the port to the gateway's Service.",
    istio: analyzer('IST0162', 'analyzers/gateway/gateway.go'),
  },
  reads: ['Gateway', 'Service', 'Pod', 'Deployment'],
  kiali: null,
  *check(facts) {
    if (!facts.judges('pods') || !facts.judges('services')) return;
    const servicesIn = groupBy(facts.objects.of('Service'), (service) => service.namespace);
    for (const gateway of facts.objects.of('Gateway')) {
      const selector = gateway.spec.selector ?? {};
      const pods = facts.pods().expectedBy(selector);
      if (pods.length === 0) continue;
      const services = servicesOf(pods, servicesIn);
      const literal = facts.options.refs === 'require';
      if (facts.pods().selectsAny(selector)) {
        const seen = literal ? servicesOf(facts.pods().selectedBy(selector), servicesIn) : null;
        yield* portsWithoutService(gateway, services, seen);
        continue;
      }
      // The analyzer stops where there is no Pod, so what is no problem needs no word.
      for (const found of portsWithoutService(gateway, services, null))
        if (found.severity !== 'info') yield { ...found, istio: nobodyElse };
    }
  },
};

/** services: those of Pods and of Pods to come; seen: where the analyzer's false alarms are told too, those that it finds. */
function* portsWithoutService(
  gateway: Resource<'Gateway'>,
  services: readonly Resource<'Service'>[],
  seen: readonly Resource<'Service'>[] | null,
): Iterable<Occurrence> {
  const declared = new Set(
    (seen ?? services).flatMap((service) => portsOf(service, seen === null)),
  );
  const ofPods = new Set((seen ?? services).flatMap((service) => portsOf(service, true)));
  const led = new Set(services.flatMap((service) => portsOf(service, true)));
  for (const server of gateway.spec.servers ?? []) {
    if (server.port === undefined) continue;
    const number = server.port.number ?? 0;
    if (declared.has(number)) continue;
    if (services.length === 0) {
      const message = `Istio's analyzer misses port ${number} on a Service, but no Service selects the gateway's pods: they listen on ${number} itself`;
      yield occurrence(gateway, server.port, ['number'], message, {
        severity: 'info',
        why: 'A port is open on the pod itself; only clients that go through a Service need it there.',
        help: 'Nothing, if clients reach the pods without a Service.',
      });
    } else if (led.has(number) && !ofPods.has(number)) {
      const message = `Istio's analyzer misses port ${number} on a Service, for it counts Pods only; a Service of Pods to come has it`;
      yield occurrence(gateway, server.port, ['number'], message, {
        severity: 'info',
        why: 'The Pods of a Deployment and its like are seldom all among the files.',
        help: 'Nothing has to be done.',
      });
    } else if (led.has(number)) {
      const message = `Istio's analyzer misses port ${number} on a Service, for the port there does not say \`protocol: TCP\`; the API server fills that in`;
      yield occurrence(gateway, server.port, ['number'], message, {
        severity: 'info',
        why: 'A port of a Service is TCP where nothing else is said; the analyzer reads the file before that is filled in.',
        help: 'Nothing has to be done.',
      });
    } else {
      const names = services.map((service) => nameOf(service));
      const ports = [...led].sort((a, b) => a - b).map(String);
      const message = `${listed(names)} ${agree(names.length, 'leads', 'lead')} to the gateway's pods, but not on port ${number}`;
      yield occurrence(gateway, server.port, ['number'], message, {
        help: `Add port ${number} to ${anyOf(names)}${ports.length === 0 ? '' : `, or use ${anyOf(ports, 6)}`}.`,
        related: services.slice(0, 3).map((service) => ({
          message: `${nameOf(service)} has its ports here`,
          span: nameSpan(service),
        })),
      });
    }
  }
}

function servicesOf(
  pods: readonly PodLike[],
  servicesIn: ReadonlyMap<string, readonly Resource<'Service'>[]>,
): Resource<'Service'>[] {
  const found = new Set<Resource<'Service'>>();
  for (const pod of pods)
    for (const service of servicesIn.get(pod.namespace) ?? [])
      if (labelsMatch(service.spec.selector ?? {}, pod.labels)) found.add(service);
  return [...found];
}

/** Port numbers and numeric target ports. filledIn: an absent protocol is TCP, as the API server makes it. */
function portsOf(service: Resource<'Service'>, filledIn: boolean): number[] {
  return (service.spec.ports ?? []).flatMap(({ protocol, port = 0, targetPort }) => {
    if ((protocol ?? (filledIn ? 'TCP' : '')) !== 'TCP') return [];
    const target = Number(targetPort ?? 0);
    return Number.isInteger(target) && target !== 0 ? [port, target] : [port];
  });
}
