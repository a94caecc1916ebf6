/** Random meshes of a few names, so that hosts, labels, subnets and gateways meet: as YAML, with what to dial in them. */
import fc from 'fast-check';
import type { Mesh } from '../../src/mesh/index.ts';

export type RandomMesh = {
  readonly text: string;
  readonly calls: (
    mesh: Mesh,
  ) => readonly { readonly host?: string; readonly ip?: string; readonly port: number }[];
};

const namespaces = ['default', 'foo'] as const;
const names = ['a', 'b', 'c'] as const;
const ports = [9000, 9001] as const;
const subsets = ['v1', 'v2', 'v3'] as const;
/** Addresses that servers are bound to: loopback, the first gateway's own, one that nothing else has, every one in words. */
export const gatewayBinds = ['127.0.0.1', '10.244.9.1', '10.1.2.3', '0.0.0.0'] as const;

const outsideHosts = ['x.example.com', 'y.w.example.com', '*.w.example.com'] as const;
const gateways = ['gw-1', 'gw-2'] as const;
const subnets = [
  '10.96.0.0/16',
  '10.96.1.0/24',
  '10.0.0.0/8',
  '192.168.0.0/16',
  '0.0.0.0/0',
  '10.96.1.1',
] as const;

const labels = fc.record(
  { app: fc.constantFrom(...names), version: fc.constantFrom(...subsets) },
  { requiredKeys: ['app'] },
);

const destination = fc.record(
  {
    host: fc.oneof(
      fc.constantFrom(...names),
      fc
        .tuple(fc.constantFrom(...names), fc.constantFrom(...namespaces))
        .map(([name, namespace]) => `${name}.${namespace}.svc.cluster.local`),
      fc.constantFrom(...outsideHosts),
    ),
    port: fc.record({ number: fc.constantFrom(...ports) }),
    subset: fc.constantFrom(...subsets),
  },
  { requiredKeys: ['host'] },
);

const match = fc.record(
  {
    port: fc.constantFrom(...ports, 31400),
    sourceLabels: labels,
    sourceNamespace: fc.constantFrom(...namespaces),
    destinationSubnets: fc.uniqueArray(fc.constantFrom(...subnets), { minLength: 1, maxLength: 2 }),
    gateways: fc.uniqueArray(fc.constantFrom('mesh', ...gateways), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);

const rule = fc.record(
  {
    match: fc.array(match, { minLength: 1, maxLength: 2 }),
    route: fc.array(fc.record({ destination, weight: fc.integer({ min: 1, max: 100 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  },
  { requiredKeys: ['route'] },
);

const virtualService = fc.record({
  namespace: fc.constantFrom(...namespaces),
  spec: fc.record(
    {
      hosts: fc.uniqueArray(
        fc.oneof(
          fc.constantFrom(...names),
          fc.constantFrom('a.default.svc.cluster.local', '*.foo.svc.cluster.local'),
          fc.constantFrom(...outsideHosts),
        ),
        { minLength: 1, maxLength: 2 },
      ),
      gateways: fc.uniqueArray(fc.constantFrom('mesh', ...gateways), {
        minLength: 1,
        maxLength: 3,
      }),
      exportTo: fc.constantFrom(['.'], ['*'], ['foo']),
      tcp: fc.array(rule, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ['hosts', 'tcp'] },
  ),
});

const destinationRule = fc.record({
  namespace: fc.constantFrom(...namespaces),
  host: fc.constantFrom(...names, 'b.default.svc.cluster.local'),
  subsets: fc.uniqueArray(fc.constantFrom(...subsets), { minLength: 1, maxLength: 3 }),
});

const service = fc.record({
  name: fc.constantFrom(...names),
  namespace: fc.constantFrom(...namespaces),
  headless: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  portNames: fc.tuple(
    fc.constantFrom('tcp', 'tcp-x', 'tls-x', 'db', 'http-x'),
    fc.constantFrom('tcp-y', 'tcp-z'),
  ),
  ports: fc.uniqueArray(fc.constantFrom(...ports), { minLength: 1, maxLength: 2 }),
});

const serviceEntry = fc.record(
  {
    namespace: fc.constantFrom(...namespaces),
    host: fc.constantFrom(...outsideHosts),
    exportTo: fc.constantFrom(['.'], ['*'], ['foo']),
    addresses: fc.constantFrom(['172.30.0.1'], ['172.30.1.0/24']),
    resolution: fc.constantFrom('NONE', 'STATIC', 'DNS'),
    protocol: fc.constantFrom('TCP', 'TCP', 'TLS'),
    port: fc.constantFrom(...ports),
  },
  { requiredKeys: ['namespace', 'host', 'resolution', 'protocol', 'port'] },
);

const pod = fc.record({ namespace: fc.constantFrom(...namespaces), labels });

const gateway = fc.record({
  name: fc.constantFrom(...gateways),
  namespace: fc.constantFrom(...namespaces),
  selects: fc.constantFrom('edge-1', 'edge-2'),
  servers: fc.array(
    fc.record({
      number: fc.constantFrom(31400, 31401, 9000),
      bind: fc.constantFrom('', '', ...gatewayBinds),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

const objects = fc.record({
  services: fc.uniqueArray(service, {
    minLength: 1,
    maxLength: 4,
    selector: ({ name, namespace }) => `${namespace}/${name}`,
  }),
  serviceEntries: fc.array(serviceEntry, { maxLength: 3 }),
  pods: fc.array(pod, { minLength: 2, maxLength: 6 }),
  virtualServices: fc.array(virtualService, { maxLength: 4 }),
  destinationRules: fc.array(destinationRule, { maxLength: 3 }),
  gateways: fc.uniqueArray(gateway, {
    maxLength: 2,
    selector: ({ name, namespace }) => `${namespace}/${name}`,
  }),
  registryOnly: fc.boolean(),
  meshRegistryOnly: fc.nat(4).map((n) => n === 0),
  /** Clients in foo; '' has no waypoint. */
  ambient: fc.constantFrom(null, null, '', 'waypoint'),
});

export const randomMesh: fc.Arbitrary<RandomMesh> = objects.map((drawn) => {
  const istio = 'networking.istio.io/v1';
  const documents: unknown[] = [
    ...drawn.services.map(({ name, namespace, headless, portNames, ports: numbers }, i) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: {
        clusterIP: headless ? 'None' : `10.96.${i % 2}.${i + 1}`,
        selector: { app: name },
        ports: numbers.map((port, j) => ({
          name: portNames[j] ?? 'tcp',
          port,
          targetPort: port + 100,
        })),
      },
    })),
    ...drawn.serviceEntries.map(
      ({ namespace, host, exportTo, addresses, resolution, protocol, port }, i) => ({
        apiVersion: istio,
        kind: 'ServiceEntry',
        metadata: { name: `se-${i}`, namespace },
        spec: {
          hosts: [host],
          ...(exportTo === undefined ? {} : { exportTo }),
          ...(addresses === undefined ? {} : { addresses }),
          ports: [{ number: port, name: protocol.toLowerCase(), protocol }],
          // No name stands behind a wildcard: Istio refuses DNS there.
          resolution: host.startsWith('*') && resolution === 'DNS' ? 'NONE' : resolution,
          ...(resolution === 'STATIC' ? { endpoints: [{ address: `192.0.2.${i + 1}` }] } : {}),
        },
      }),
    ),
    ...drawn.pods.map(({ namespace, labels: own }, i) =>
      podOf(`p-${i}`, namespace, own, `10.244.0.${i + 1}`),
    ),
    ...['edge-1', 'edge-2'].map((edge, i) =>
      podOf(edge, 'istio-system', { istio: edge }, `10.244.9.${i + 1}`),
    ),
    ...drawn.destinationRules.map(({ namespace, host, subsets: own }, i) => ({
      apiVersion: istio,
      kind: 'DestinationRule',
      metadata: { name: `dr-${i}`, namespace },
      spec: { host, subsets: own.map((name) => ({ name, labels: { version: name } })) },
    })),
    ...drawn.gateways.map(({ name, namespace, selects, servers }) => ({
      apiVersion: istio,
      kind: 'Gateway',
      metadata: { name, namespace },
      spec: {
        selector: { istio: selects },
        servers: servers.map(({ number, bind }, i) => ({
          port: { number, name: `tcp-${i}`, protocol: 'TCP' },
          hosts: ['*'],
          ...(bind === '' ? {} : { bind }),
        })),
      },
    })),
    ...drawn.virtualServices.map(({ namespace, spec }, i) => ({
      apiVersion: istio,
      kind: 'VirtualService',
      metadata: { name: `vs-${i}`, namespace },
      spec,
    })),
    ...(drawn.ambient === null
      ? []
      : [
          {
            apiVersion: 'v1',
            kind: 'Namespace',
            metadata: {
              name: 'foo',
              labels: {
                'istio.io/dataplane-mode': 'ambient',
                ...(drawn.ambient === '' ? {} : { 'istio.io/use-waypoint': drawn.ambient }),
              },
            },
          },
        ]),
    ...(drawn.meshRegistryOnly
      ? [
          {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'istio', namespace: 'istio-system' },
            data: { mesh: '{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}' },
          },
        ]
      : []),
    ...(drawn.registryOnly
      ? [
          {
            apiVersion: istio,
            kind: 'Sidecar',
            metadata: { name: 'default', namespace: 'foo' },
            spec: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
          },
        ]
      : []),
  ];
  return {
    text: documents.map((document) => JSON.stringify(document)).join('\n---\n'),
    calls: callsIn,
  };
});

function podOf(name: string, namespace: string, own: object, podIP: string): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: own },
    spec: { containers: [{ name: 'c', image: 'example/app' }] },
    status: { phase: 'Running', podIP },
  };
}

/** Every service by name (one of a wildcard's) and by address (one of a block's), a pod, and an address that is nobody's. */
function callsIn(mesh: Mesh): ReturnType<RandomMesh['calls']> {
  const byName = mesh.services.flatMap(({ host, ports: own }) =>
    own.map(({ number }) => ({ host: host.replace('*', 'q'), port: number })),
  );
  const byAddress = mesh.services
    .filter(({ address }) => address !== '0.0.0.0')
    .map(({ address }) => ({ ip: address.replace('0/24', '77'), port: 9000 }));
  return [
    ...byName,
    ...byAddress,
    { ip: '10.244.0.1', port: 9100 },
    { ip: '203.0.113.9', port: 9000 },
  ];
}
