/** Stand-ins at the edge: Gateways that VirtualServices name, gateway workloads that Gateways select, the Services in front of them. */
import type { Resource } from '../../resource/index.ts';
import { agree, listed } from '../../text/index.ts';
import { ofKind } from './of-kind.ts';
import {
  gatewaysOf,
  matchedPorts,
  namedDestinations,
  type VirtualService,
} from './route-destinations.ts';
import type { StandIn } from './stand-in.ts';
import { includesLabels, type Labels, labelledWorkloads } from './workload-labels.ts';

type ServerPort = { readonly name: string; readonly number: number };

/** Gateways that VirtualServices name: a server for each port that their rules match, plain TCP, or TLS passed on by server name. */
export type StandInGateway = StandIn<{
  readonly selector: Labels;
  readonly servers: readonly { readonly port: ServerPort }[];
}>;

export function standInGateways(services: readonly VirtualService[]): readonly StandInGateway[] {
  const ports = new Map<string, Map<number, 'TCP' | 'TLS'>>();
  for (const service of services) {
    const protocol = (service.spec.tcp ?? []).length > 0 ? 'TCP' : 'TLS';
    for (const gateway of gatewaysOf(service)) {
      const own = ports.get(gateway) ?? new Map<number, 'TCP' | 'TLS'>();
      const matched = matchedPorts(service);
      const wanted =
        matched.length > 0
          ? matched
          : namedDestinations(service).flatMap(({ ports: [port] }) => port ?? []);
      for (const port of wanted) if (!own.has(port)) own.set(port, protocol);
      if (own.size > 0) ports.set(gateway, own);
    }
  }
  return [...ports].map(([gateway, servers]) => {
    const [namespace = '', name = ''] = gateway.split('/');
    return {
      object: {
        apiVersion: 'networking.istio.io/v1',
        kind: 'Gateway',
        metadata: { name, namespace },
        spec: {
          selector: { istio: ports.size === 1 ? 'ingressgateway' : name },
          servers: [...servers].map(([number, protocol]) => ({
            port: { number, name: `${protocol.toLowerCase()}-${number}`, protocol },
            hosts: ['*'],
            ...(protocol === 'TLS' ? { tls: { mode: 'PASSTHROUGH' } } : {}),
          })),
        },
      },
      why: `Gateway ${gateway} with ${agree(servers.size, 'port', 'ports')} ${listed([...servers.keys()].map(String), 9)}: a VirtualService names it, and the files hold no Gateway`,
    };
  });
}

/** A workload, and a Service of its name, for each selector of a Gateway that selects nothing. */
export function standInGatewayWorkloads(
  resources: readonly Resource[],
  standInGateways: readonly StandInGateway[],
): readonly StandIn[] {
  const wanted = [
    ...ofKind(resources, 'Gateway').map(({ namespace, name, spec }) => ({
      of: `${namespace}/${name}`,
      selector: spec.selector ?? {},
      ports: (spec.servers ?? []).flatMap(({ port }) =>
        port?.number === undefined ? [] : [{ name: port.name ?? '', number: port.number }],
      ),
    })),
    ...standInGateways.map(({ object }) => fromObject(object)),
  ].sort((a, b) => Object.keys(b.selector).length - Object.keys(a.selector).length);
  // Gateways select Pods of every namespace.
  const workloads = labelledWorkloads(resources);
  const made = new Map<string, { selector: Labels; of: string; ports: ServerPort[] }>();
  for (const { of, selector, ports } of wanted) {
    if (workloads.some(({ labels }) => isSelected(labels, selector))) continue;
    const known = [...made.values()].find((workload) =>
      includesLabels(workload.selector, selector),
    );
    if (known === undefined) made.set(nameFor(selector, made), { selector, of, ports: [...ports] });
    else known.ports.push(...ports);
  }
  return [...made].flatMap(([name, { selector, of, ports }]) => [
    {
      object: gatewayPod(name, selector),
      why: `gateway workload istio-system/${name}: Gateway ${of} selects ${labelsText(selector)}, and no workload has that`,
    },
    ...(ofKind(resources, 'Service').some(
      (service) => service.name === name && service.namespace === 'istio-system',
    )
      ? []
      : [
          {
            object: gatewayService(name, selector, ports),
            why: `Service istio-system/${name}: the way in to that gateway workload`,
          },
        ]),
  ]);
}

function fromObject(object: StandInGateway['object']): {
  of: string;
  selector: Labels;
  ports: ServerPort[];
} {
  const { spec } = object;
  return {
    of: `${object.metadata.namespace}/${object.metadata.name}`,
    selector: spec.selector,
    ports: spec.servers.map(({ port }) => port),
  };
}

/** A Gateway without selector is for every gateway, and not for other workloads. */
function isSelected(labels: Labels, selector: Labels): boolean {
  return Object.keys(selector).length === 0
    ? /(ingress|egress)gateway/.test(labels.istio ?? '')
    : includesLabels(labels, selector);
}

function gatewayPod(name: string, selector: Labels): StandIn['object'] {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'istio-system',
      labels: Object.keys(selector).length === 0 ? defaultLabels : { app: name, ...selector },
    },
    spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] },
  };
}

function gatewayService(
  name: string,
  selector: Labels,
  ports: readonly ServerPort[],
): StandIn['object'] {
  // 0 is that of a unix socket, where no Service leads.
  const dialled = ports.filter(({ number }) => number !== 0);
  const byNumber = new Map(dialled.map((port) => [port.number, port]));
  const names = new Set<string>();
  const unique = (port: ServerPort): string => {
    const wanted = names.has(port.name) || port.name === '' ? `tcp-${port.number}` : port.name;
    names.add(wanted);
    return wanted;
  };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'istio-system' },
    spec: {
      type: 'LoadBalancer',
      selector: Object.keys(selector).length === 0 ? defaultLabels : selector,
      ports: [...byNumber.values()].map((port) => ({ name: unique(port), port: port.number })),
    },
  };
}

const defaultLabels: Labels = { app: 'istio-ingressgateway', istio: 'ingressgateway' };

/** `istio: ingressgateway` is the workload istio-ingressgateway everywhere; others are named after what selects them. */
function nameFor(selector: Labels, taken: ReadonlyMap<string, unknown>): string {
  const { istio, app } = selector;
  const base =
    app ??
    (istio !== undefined
      ? `istio-${istio}`
      : (Object.values(selector)[0] ?? 'istio-ingressgateway'));
  const name = base.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name}-${n}`;
  return free;
}

function labelsText(labels: Labels): string {
  const text = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return text.length === 0 ? 'every gateway workload' : text.join(',');
}
