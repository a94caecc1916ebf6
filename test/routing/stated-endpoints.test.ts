/** What EndpointSlices and Endpoints add that no recorded answer holds: Pods found by their address, and why there is no endpoint. */
import { describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh/index.ts';
import { ask, client, meshOf } from './yaml-mesh.ts';

const service = (selector = ''): string => `apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  clusterIP: 10.96.1.1
${selector}  ports: [{name: tcp, port: 7000}]
`;

const slice = (rest: string, labels = ''): string => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, labels: {kubernetes.io/service-name: db${labels}}}
addressType: IPv4
${rest}
`;

const pod = (name: string, ip: string, namespace = 'default', version = 'v1'): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {version: ${version}}}
spec: {containers: [{name: main, image: x}]}
status: {phase: Running, podIP: ${ip}}
`;

const to = (mesh: Mesh) => ask(mesh, client(), { ip: '10.96.1.1', port: 7000 });

const addresses = (mesh: Mesh): readonly string[] =>
  to(mesh).destinations.flatMap(({ endpoints }) => endpoints.map(({ address }) => address));

/** The step that says why there is no endpoint. */
function why(...texts: readonly string[]): string | undefined {
  return to(meshOf(texts.join(''))).steps.find(({ reason }) => reason === 'no-endpoints')?.message;
}

describe('an address without targetRef', () => {
  const rest = 'endpoints: [{addresses: [10.244.0.9]}]\nports: [{name: tcp, port: 9000}]';
  const rules = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db}
spec: {host: db, subsets: [{name: v1, labels: {version: v1}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db}
spec:
  hosts: [db]
  tcp: [{route: [{destination: {host: db, subset: v1}}]}]
`;

  it('has the labels of the Pod of the namespace that has it', () => {
    const mesh = meshOf(service() + slice(rest) + rules + pod('a', '10.244.0.9'));
    expect(to(mesh).destinations[0]?.endpoints).toEqual([
      { address: '10.244.0.9:9000', workload: 'default/a', healthy: true },
    ]);
  });

  it('has none where the Pod is of another namespace, or not ready', () => {
    const elsewhere = pod('a', '10.244.0.9', 'foo');
    const unready = `${pod('a', '10.244.0.9').trimEnd().replace(/}$/, ', conditions: [{type: Ready, status: "False"}]}')}\n`;
    for (const other of [elsewhere, unready])
      expect(addresses(meshOf(service() + slice(rest) + rules + other))).toEqual([]);
  });
});

it('gives no stand-in address that a slice has', () => {
  const all = Array.from({ length: 40 }, (_, i) => `10.244.0.${i}`);
  const bare = pod('a', '').replace(/\nstatus.*/, '');
  const [before] = meshOf(bare).workloads;
  const ip = before?.ip ?? '';
  const listed = [...all, ip].map((one) => `{addresses: [${one}]}`).join(', ');
  const text = service() + slice(`endpoints: [${listed}]\nports: [{name: tcp, port: 1}]`) + bare;
  expect(meshOf(text).workloads[0]?.ip).not.toBe(ip);
});

describe('why there is no endpoint', () => {
  const ports = 'ports: [{name: tcp, port: 9000}]';
  it.each([
    ['nothing', [], 'no EndpointSlice or Endpoints is for it'],
    [
      'another port',
      [slice('endpoints: [{addresses: [192.0.2.1]}]\nports: [{name: mysql, port: 1}, {port: 2}]')],
      'EndpointSlice default/db-1 for it has no port named tcp, only mysql, one without a name',
    ],
    [
      'no address',
      [slice(`endpoints: []\n${ports}`)],
      'EndpointSlice default/db-1 for it lists no address',
    ],
    [
      'a Pod that is not there',
      [
        slice(
          `endpoints: [{addresses: [192.0.2.1], targetRef: {kind: Pod, namespace: default, name: x}}]\n${ports}`,
        ),
      ],
      'EndpointSlice default/db-1 for it names Pod default/x, which is not here: Istio waits for the Pod before it takes 192.0.2.1',
    ],
    [
      'what ends',
      [slice(`endpoints: [{addresses: [192.0.2.1], conditions: {ready: false}}]\n${ports}`)],
      'every address that EndpointSlice default/db-1 for it lists is terminating',
    ],
    [
      'names',
      [slice(`endpoints: [{addresses: [a.example.com]}]\n${ports}`).replace('IPv4', 'FQDN')],
      'EndpointSlice default/db-1 lists names, and Istio reads addresses alone',
    ],
  ])('%s', (_, texts, expected) => {
    expect(why(service(), ...texts)).toBe(`Service db has no selector, and ${expected}`);
  });

  it('Pods that only a slice of theirs tells of', () => {
    const made = slice(
      `endpoints: [{addresses: [192.0.2.1]}]\n${ports}`,
      ', endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io',
    );
    expect(why(service('  selector: {app: db}\n'), made)).toBe(
      'no running Pod of default with app=db has port 7000, and EndpointSlice default/db-1 is what a cluster makes of Pods, which are not here',
    );
  });
});

describe('why no endpoint of those that there are is sent to the proxy', () => {
  const backed = (
    labels: string,
    ready: string,
  ): string => `${service('  selector: {app: db}\n')}---
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {app: db${labels}}}
spec: {containers: [{name: main, image: x}]}
status: {phase: Running, podIP: 10.244.0.9, conditions: [{type: Ready, status: "${ready}"}]}
`;

  it('all are draining', () => {
    expect(why(backed(', istio.io/draining: "yes"', 'True'))).toMatch(
      /^its endpoints carry the label istio\.io\/draining/,
    );
  });
});
