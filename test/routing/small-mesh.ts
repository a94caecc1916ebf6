/** Small meshes of plain values, made at random: few names, so that rules overlap, hide and miss each other. */
import fc from 'fast-check';
import { buildMesh, type Mesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { type Call, compile, route, type Verdict } from '../../src/routing/index.ts';

export const namespaces = ['default', 'foo', 'istio-system'] as const;
export type Namespace = (typeof namespaces)[number];

export type SmallService = {
  readonly name: string;
  readonly namespace: Namespace;
  readonly ip: string;
  /** Port names decide the protocol: `tcp`, `http`, or one that Istio does not know. */
  readonly ports: readonly { readonly number: number; readonly name: string }[];
  readonly versions: readonly string[];
};

export type SmallMatch = {
  readonly port?: number | undefined;
  readonly sourceNamespace?: string | undefined;
  readonly sourceLabels?: { readonly app: string } | undefined;
  readonly gateways?: readonly string[] | undefined;
  readonly destinationSubnets?: readonly string[] | undefined;
};

export type SmallDestination = {
  readonly host: string;
  readonly port?: number | undefined;
  readonly subset?: string | undefined;
};

export type SmallRule = {
  readonly match?: readonly SmallMatch[] | undefined;
  readonly route: readonly {
    readonly destination: SmallDestination;
    readonly weight?: number | undefined;
  }[];
};

export type SmallVirtualService = {
  readonly name: string;
  readonly namespace: Namespace;
  readonly created: number;
  readonly hosts: readonly string[];
  readonly gateways?: readonly string[] | undefined;
  readonly exportTo?: readonly string[] | undefined;
  readonly tcp: readonly SmallRule[];
};

export type SmallDestinationRule = {
  readonly name: string;
  readonly namespace: Namespace;
  readonly created: number;
  readonly host: string;
  readonly subsets: readonly { readonly name: string; readonly version: string }[];
};

export type SmallMesh = {
  readonly services: readonly SmallService[];
  readonly virtualServices: readonly SmallVirtualService[];
  readonly destinationRules: readonly SmallDestinationRule[];
};

export type SmallCall = {
  readonly namespace: Namespace;
  readonly app: string;
  readonly ip: string;
  readonly port: number;
};

const ports = [7000, 7001] as const;
export const serviceNames = ['a', 'b', 'c'] as const;
const subnets = [
  '10.96.0.0/16',
  '10.96.0.9/16',
  '10.96.30.0/24',
  '10.96.30.1/32',
  '10.96.30.2',
  '0.0.0.0/0',
  '192.168.0.0/16',
] as const;

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 1, arbitrary }, { weight: 2, arbitrary: fc.constant(undefined) });

const fullHosts = serviceNames.flatMap((name) =>
  ['default', 'foo'].map((namespace) => `${name}.${namespace}.svc.cluster.local`),
);
/** Mostly names that are some service's; wildcards hold several. */
const hosts = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...fullHosts) },
  { weight: 3, arbitrary: fc.constantFrom(...serviceNames) },
  {
    weight: 3,
    arbitrary: fc.constantFrom('*.default.svc.cluster.local', '*.svc.cluster.local', '*.local'),
  },
  { weight: 1, arbitrary: fc.constantFrom('a.foo', 'elsewhere.example.com') },
);

const match: fc.Arbitrary<SmallMatch> = fc.record({
  port: seldom(fc.constantFrom(...ports)),
  sourceNamespace: seldom(fc.constantFrom(...namespaces)),
  sourceLabels: seldom(fc.record({ app: fc.constantFrom('x', 'y') })),
  gateways: seldom(fc.constantFrom(['mesh'], ['gw'], ['gw', 'mesh'])),
  destinationSubnets: maybe(
    fc.uniqueArray(fc.constantFrom(...subnets), { minLength: 1, maxLength: 2 }),
  ),
});

const destination: fc.Arbitrary<SmallDestination> = fc.record({
  host: fc.constantFrom(
    'a',
    'b',
    'c',
    'a.default.svc.cluster.local',
    'nobody.example.com',
    'b.foo',
  ),
  port: maybe(fc.constantFrom(...ports)),
  subset: maybe(fc.constantFrom('v1', 'v2')),
});

const routes = fc.oneof(
  fc.record({ destination, weight: maybe(fc.constantFrom(0, 50, 100)) }).map((one) => [one]),
  fc.tuple(destination, destination).map(([a, b]) => [
    { destination: a, weight: 80 },
    { destination: b, weight: 20 },
  ]),
);

export const rule: fc.Arbitrary<SmallRule> = fc.record({
  match: maybe(fc.array(match, { maxLength: 3 })),
  route: routes,
});

const virtualService = fc.record({
  namespace: fc.constantFrom(...namespaces),
  created: fc.integer({ min: 0, max: 3 }),
  hosts: fc.uniqueArray(hosts, { minLength: 1, maxLength: 2 }),
  gateways: seldom(fc.constantFrom(['mesh'], ['gw'], ['mesh', 'gw'])),
  exportTo: maybe(
    fc.constantFrom(['.'], ['foo'], ['*'], ['default', 'foo'], ['.', 'istio-system']),
  ),
  tcp: fc.array(rule, { minLength: 1, maxLength: 3 }),
});

const destinationRule = fc.record({
  namespace: fc.constantFrom(...namespaces),
  created: fc.integer({ min: 0, max: 3 }),
  host: hosts,
  subsets: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('v1', 'v2'),
      version: fc.constantFrom('v1', 'v2'),
    }),
    { maxLength: 2, size: '+1', selector: ({ name }) => name },
  ),
});

const service = fc.record({
  namespace: fc.constantFrom<Namespace[]>('default', 'foo'),
  ports: fc.uniqueArray(
    fc.record({
      number: fc.constantFrom(...ports),
      name: fc.constantFrom('tcp', 'tcp-x', 'tcp-y', 'echo', 'http'),
    }),
    { minLength: 1, maxLength: 2, selector: ({ number }) => number },
  ),
  versions: fc.uniqueArray(fc.constantFrom('v1', 'v2'), { maxLength: 2, size: '+1' }),
});

/** Names are numbered, so that no document replaces another. */
export const smallMesh: fc.Arbitrary<SmallMesh> = fc
  .record({
    services: fc.tuple(service, service, service),
    virtualServices: fc.array(virtualService, { maxLength: 5, size: '+1' }),
    destinationRules: fc.array(destinationRule, { maxLength: 5, size: '+1' }),
  })
  .map((made) => ({
    services: made.services.map((one, i) => ({
      ...one,
      name: serviceNames[i] ?? 'z',
      ip: `10.96.${i === 2 ? 40 : 30}.${i + 1}`,
      ports: one.ports.map((port, n) => ({
        ...port,
        name: n === 0 ? port.name : `${port.name}-2`,
      })),
    })),
    virtualServices: made.virtualServices.map((one, i) => ({ ...one, name: `vs-${i}` })),
    destinationRules: made.destinationRules.map((one, i) => ({ ...one, name: `dr-${i}` })),
  }));

export const smallCall: fc.Arbitrary<SmallCall> = fc.record({
  namespace: fc.constantFrom(...namespaces),
  app: fc.constantFrom('x', 'y', 'z'),
  ip: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('10.96.30.1', '10.96.30.2', '10.96.40.3') },
    { weight: 1, arbitrary: fc.constant('10.96.99.9') },
  ),
  port: fc.constantFrom(...ports, ...ports, ...ports, 9),
});

/** Every client and every service address, on every port. */
export const allCalls: readonly SmallCall[] = namespaces.flatMap((namespace) =>
  ['x', 'z'].flatMap((app) =>
    ['10.96.30.1', '10.96.30.2', '10.96.40.3'].flatMap((ip) =>
      ports.map((port) => ({ namespace, app, ip, port })),
    ),
  ),
);

const stamp = (created: number): string => `2024-01-0${created + 1}T00:00:00Z`;

/** One document for each object, as JSON, which is YAML. Every one has its timestamp. */
export function documentsOf({ services, virtualServices, destinationRules }: SmallMesh): string[] {
  return [
    ...services.flatMap(({ name, namespace, ip, ports: own, versions }) => [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace, creationTimestamp: stamp(0) },
        spec: {
          clusterIP: ip,
          selector: { svc: name },
          ports: own.map(({ number, name: portName }) => ({ port: number, name: portName })),
        },
      },
      ...versions.map((version, i) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: `${name}-${version}`,
          namespace,
          creationTimestamp: stamp(0),
          labels: { svc: name, version },
        },
        spec: { containers: [{ name: 'main', image: 'x' }] },
        status: { phase: 'Running', podIP: `10.244.${name.charCodeAt(0)}.${i + 1}` },
      })),
    ]),
    ...virtualServices.map(({ name, namespace, created, ...spec }) => ({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name, namespace, creationTimestamp: stamp(created) },
      spec: { ...spec, tcp: spec.tcp.map(ruleDocument) },
    })),
    ...destinationRules.map(({ name, namespace, created, host, subsets }) => ({
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name, namespace, creationTimestamp: stamp(created) },
      spec: {
        host,
        subsets: subsets.map((subset) => ({
          name: subset.name,
          labels: { version: subset.version },
        })),
      },
    })),
  ].map((document) => JSON.stringify(document));
}

function ruleDocument({ match: matches, route: entries }: SmallRule): object {
  return {
    match: matches,
    route: entries.map(({ destination: { host, port, subset }, weight }) => ({
      destination: { host, subset, port: port === undefined ? undefined : { number: port } },
      weight,
    })),
  };
}

export function meshOfDocuments(documents: readonly string[]): Mesh {
  const text = documents.join('\n---\n');
  const { resources } = decodeSources([{ name: 'mesh.yaml', text }], {
    defaultNamespace: 'default',
  });
  return buildMesh(resources);
}

export function callFor({ namespace, app, ip, port }: SmallCall): Call {
  return {
    from: { kind: 'sidecar', namespace, labels: { app } },
    to: { ip, port },
    protocol: 'tcp',
  };
}

export function ask(mesh: Mesh, small: SmallCall): Verdict {
  const call = callFor(small);
  return route(compile(mesh, call.from), call);
}

/** What of a verdict must not depend on how the documents were written down. */
export function essence(verdict: Verdict): object {
  return {
    outcome: verdict.outcome,
    rule:
      verdict.rule === null
        ? null
        : `${verdict.rule.namespace}/${verdict.rule.name} ${verdict.rule.path}`,
    destinations: destinationsOf(verdict),
  };
}

export function destinationsOf({ destinations }: Verdict): unknown {
  return destinations
    .map(({ cluster, share, problem, endpoints }) => ({
      cluster,
      share,
      problem,
      endpoints: endpoints.map(({ address }) => address).sort(),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
