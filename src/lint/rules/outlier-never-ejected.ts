/** Outlier detection of a service that has so few endpoints that none may go. */
import type { Occurrence } from '../../diagnostic/index.ts';
import type { MeshService } from '../../mesh/index.ts';
import {
  type OutlierDetection,
  type PolicyLevel,
  policyLevels,
  type Resource,
} from '../../resource/index.ts';
import { clusterEndpoints, type Endpoint } from '../../routing/index.ts';
import { count, splitAtSlash } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { governedServices } from '../facts/governed-services.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

type Rule = Resource<'DestinationRule'>;

export const outlierNeverEjected: LintRule = {
  meta: {
    code: 'TCM1416',
    name: 'outlier-never-ejected',
    severity: 'warning',
    summary:
      'Outlier detection ejects nobody: one endpoint is more than maxEjectionPercent of all.',
    why: 'Envoy ejects an endpoint only where the ejected ones are then no more than maxEjectionPercent of all endpoints. The default is 10, so a cluster of fewer than ten never loses one, whatever fails. Envoys of 2023 and before let one go in any case.',
    help: 'Raise maxEjectionPercent; 100 leaves the number to the failures.',
    istio: nobodyElse,
  },
  reads: [
    'DestinationRule',
    'Service',
    'ServiceEntry',
    'WorkloadEntry',
    'Pod',
    'Deployment',
    'EndpointSlice',
    'Endpoints',
  ],
  kiali: null,
  *check(facts) {
    for (const rule of facts.objects.of('DestinationRule')) {
      if (facts.isRefused(rule)) continue;
      for (const level of policyLevels(rule)) yield* tooFew(rule, level, facts);
    }
  },
};

const defaultPercent = 10;

/** Is any counter on? Without a word of it that of 5xx errors is. */
function detects(block: OutlierDetection): boolean {
  const { consecutive5xxErrors = 5, consecutiveGatewayErrors = 0 } = block;
  const local =
    block.splitExternalLocalOriginErrors === true &&
    (block.consecutiveLocalOriginFailures ?? 0) > 0;
  return consecutive5xxErrors > 0 || consecutiveGatewayErrors > 0 || local;
}

/** At one of the levels of a rule: of the service or a subset, for all ports or one. */
function* tooFew(
  rule: Rule,
  { settings, subset: name, entry }: PolicyLevel,
  facts: Facts,
): Iterable<Occurrence> {
  const block = settings.outlierDetection;
  const subset = name ?? '';
  const port = entry === null ? null : entry.port?.number;
  if (block === undefined || port === undefined || !detects(block)) return;
  const written = block.maxEjectionPercent ?? 0;
  const most = written > 0 ? written : defaultPercent;
  const sizes = sizesOf(rule, subset, port, facts);
  if (sizes === null || sizes.length === 0) return;
  const largest = Math.max(...sizes);
  if (largest === 0 || 100 / largest <= most) return;
  const what = subset === '' ? (rule.spec.host ?? '') : `subset ${subset} of ${rule.spec.host}`;
  const one = largest === 1 ? 'it' : 'one';
  const limit = written > 0 ? `${written}` : `${defaultPercent}, as it is not set`;
  yield occurrence(
    rule,
    block,
    ['maxEjectionPercent'],
    `${what} has ${count(largest, 'endpoint')}: ${one} is ${percent(100 / largest)} % of all, and maxEjectionPercent is ${limit}, so none is ever ejected`,
    {
      help: `Set maxEjectionPercent to ${Math.ceil(100 / largest)} or more; 100 leaves the number to the failures.`,
    },
  );
}

function percent(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

/** How many endpoints each port's cluster has, where there is one; null where more may run than the files say. */
function sizesOf(
  rule: Rule,
  subset: string,
  port: number | null,
  facts: Facts,
): readonly number[] | null {
  const from = { kind: 'sidecar', namespace: rule.namespace, labels: {} } as const;
  const proxy = facts.routes().compiled(from);
  const sizes: number[] = [];
  for (const service of governedServices(rule, facts)) {
    if (isOpenEnded(service, facts)) return null;
    for (const { number } of service.ports) {
      if (port !== null && number !== port) continue;
      const cluster = { host: service.host, port: number, subset };
      const endpoints = clusterEndpoints(proxy, cluster);
      if (endpoints === null) continue;
      if (!endpoints.every((one) => isCounted(one, facts))) return null;
      sizes.push(endpoints.length);
    }
  }
  return sizes;
}

/** A name resolves to any number of addresses, and other kinds than are read may bring pods. */
function isOpenEnded({ resolution, selector, namespace }: MeshService, facts: Facts): boolean {
  if (resolution === 'dns' || resolution === 'dynamic-dns') return true;
  if (selector === null) return false;
  return !facts.judges('pods') || facts.pods().mayComeFromElsewhere(selector, namespace);
}

/** A set that does not say how many it starts is often scaled by something else, a DaemonSet by the nodes. */
function isCounted({ workload }: Endpoint, { mesh }: Facts): boolean {
  if (workload === null) return true;
  const [namespace = '', name] = splitAtSlash(workload);
  const found = mesh.workloadIndex.named(namespace, name);
  return found.every(
    ({ resource }) =>
      resource.kind === 'Pod' ||
      ('replicas' in resource.spec && resource.spec.replicas !== undefined),
  );
}
