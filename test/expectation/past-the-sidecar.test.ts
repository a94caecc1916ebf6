/** A client that has no sidecar, or keeps the connection from it, is not told where its sidecar would send it without a word. */
import { describe, expect, it } from 'vitest';
import { explainer, lacksSidecar } from '../../src/expectation/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { admit } from '../../src/validation/index.ts';

const service = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {clusterIP: 10.96.0.5, selector: {app: db}, ports: [{name: tcp, port: 5432}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: data}
spec: {hosts: [db], tcp: [{route: [{destination: {host: db}}]}]}
---
`;

const namespace = (labels: string) =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: web, labels: {${labels}}}\n---\n`;

const deployment = (metadata: string, spec = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: ${metadata}
    spec: {containers: [{name: c, image: x}]${spec}}
`;

const annotated = (...annotations: string[]) =>
  deployment(
    `{labels: {app: web}, annotations: {${annotations.map((one) => `traffic.sidecar.istio.io/${one}`).join(', ')}}}`,
  );

const plain = deployment('{labels: {app: web}}');

function doubts(text: string, { ambient = false, port = 5432 } = {}): readonly string[] {
  const source = { name: 'mesh.yaml', text: service + text };
  const { resources } = decodeSources([source], { defaultNamespace: 'default' });
  const { admitted } = admit(resources);
  expect(admitted).toHaveLength(resources.length);
  const { mesh, explain } = explainer({
    admitted,
    written: resources,
    options: {},
    standIns: [],
    ambient,
  });
  const pod = mesh.workloads.find(({ namespace: home }) => home === 'web');
  const from = {
    kind: 'sidecar',
    namespace: 'web',
    labels: pod?.labels ?? {},
    ip: pod?.ip,
  } as const;
  const to = { host: 'db.data', port };
  const found = explain({ from, to, protocol: 'tcp' }, [], false);
  if ('message' in found) throw new Error(found.message);
  return found.flatMap(({ doubts: told, supposed }) => [
    ...told,
    ...supposed.filter((text) => text.includes('ambient mode')),
  ]);
}

describe('what goes past the sidecar', () => {
  it.each([
    ['a namespace in ambient mode', namespace('istio.io/dataplane-mode: ambient') + plain],
    ['a pod in ambient mode', deployment('{labels: {app: web, istio.io/dataplane-mode: ambient}}')],
    ['a described client there', namespace('istio.io/dataplane-mode: ambient')],
  ])('%s', (_what, text) => {
    expect(doubts(text)).toEqual([expect.stringContaining('is in ambient mode (')]);
  });

  it('names the place of the label', () => {
    const [doubt] = doubts(namespace('istio.io/dataplane-mode: ambient') + plain);
    expect(doubt).toMatch(
      /^web\/web is in ambient mode \(.*dataplane-mode=ambient of its namespace, mesh\.yaml:\d+/,
    );
  });

  it('all workloads, where the configuration says so', () => {
    expect(doubts(plain, { ambient: true })).toHaveLength(1);
    expect(doubts(namespace('istio-injection: enabled') + plain, { ambient: true })).toEqual([]);
  });

  it.each([
    ['a label', '{labels: {app: web, sidecar.istio.io/inject: "false"}}', ''],
    ['an annotation', '{labels: {app: web}, annotations: {sidecar.istio.io/inject: "false"}}', ''],
    ['the network of its node', '{labels: {app: web}}', ', hostNetwork: true'],
  ])('a pod without injection, by %s', (_what, metadata, spec) => {
    expect(doubts(namespace('istio-injection: enabled') + deployment(metadata, spec))).toEqual([
      expect.stringMatching(/^web\/web has no sidecar \(/),
    ]);
  });

  it('a namespace without injection', () => {
    expect(doubts(namespace('istio-injection: disabled') + plain)).toHaveLength(1);
  });

  it.each([
    ['its port', 'excludeOutboundPorts: "80, 5432"'],
    ['its address', 'excludeOutboundIPRanges: 10.96.0.0/12'],
    ['other addresses', 'includeOutboundIPRanges: 172.16.0.0/12'],
  ])('a connection that annotations keep out by %s', (_what, annotation) => {
    expect(doubts(annotated(annotation))).toEqual([
      expect.stringMatching(/^web\/web keeps this connection from its sidecar \(traffic\./),
    ]);
  });

  it.each([
    ['excludeOutboundIPRanges', 'includeOutboundPorts: "5432"', '10.0.0.0/8'],
    ['includeOutboundIPRanges', 'includeOutboundPorts: "*"', '172.16.0.0/12'],
    ['includeOutboundIPRanges', 'includeOutboundPorts: "80"', '172.16.0.0/12'],
  ])('a connection that %s keeps out, whatever %s says', (ranges, ports, range) => {
    expect(doubts(annotated(ports, `${ranges}: ${range}`))).toEqual([
      expect.stringContaining(`(traffic.sidecar.istio.io/${ranges}: "${range}")`),
    ]);
  });

  it.each([
    ['is made as Istio’s', ''],
    [
      'is selected',
      '\n---\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: gw, namespace: web}\nspec: {selector: {app: web}, servers: [{port: {number: 9000, name: tcp, protocol: TCP}, hosts: ["*"]}]}\n',
    ],
  ])('a gateway that %s', (_what, gateway) => {
    const pod = `
apiVersion: v1
kind: Pod
metadata: {name: edge, namespace: web, labels: {app: web}}
spec: {containers: [{name: istio-proxy, image: auto}]}
${gateway}`;
    expect(doubts(pod)).toEqual([
      expect.stringMatching(
        gateway === ''
          ? /^web\/edge is made as Istio's gateways are and has no sidecar/
          : /^web\/edge is a workload of Gateway web\/gw and has no sidecar/,
      ),
    ]);
  });

  it.each([
    ['nothing is said', plain],
    ['the namespace is injected', namespace('istio-injection: enabled') + plain],
    [
      'the namespace is ambient and injected',
      namespace('istio-injection: enabled, istio.io/dataplane-mode: ambient') + plain,
    ],
    [
      'the pod leaves ambient mode',
      namespace('istio.io/dataplane-mode: ambient') +
        deployment('{labels: {app: web, istio.io/dataplane-mode: none}}'),
    ],
    [
      'other ports and addresses are kept out',
      deployment(
        '{labels: {app: web}, annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: "80", traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.0.0.0/16}}',
      ),
    ],
    [
      'the port is brought back',
      annotated('includeOutboundPorts: "80, 5432"', 'includeOutboundIPRanges: 172.16.0.0/12'),
    ],
  ])('none where %s', (_what, text) => {
    expect(doubts(text)).toEqual([]);
  });
});

describe('a workload without a sidecar', () => {
  it('is told by its namespace, without a search through all resources each time', () => {
    const other = plain.replaceAll('web', 'other');
    const text = `${namespace('istio-injection: disabled')}${plain}---\n${other}`;
    const { resources } = decodeSources([{ name: 'mesh.yaml', text }], { defaultNamespace: 'x' });
    const { resources: all, ...rest } = buildMesh(admit(resources).admitted);
    let searches = 0;
    const mesh = {
      ...rest,
      get resources() {
        searches += 1;
        return all;
      },
    };
    for (let i = 0; i < 3; i += 1)
      expect(mesh.workloads.map((one) => [one.namespace, lacksSidecar(one, mesh)])).toEqual([
        ['web', true],
        ['other', false],
      ]);
    expect(searches).toBe(1);
  });
});
