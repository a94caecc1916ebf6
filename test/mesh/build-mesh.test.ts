/** Ages, documents that come twice, and what stands in for what the files lack. */
import { describe, expect, it } from 'vitest';
import { buildMesh, endpointsOf, type Mesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';

function meshOf(text: string, created?: number): Mesh {
  const { resources } = decodeSources([{ name: 'm.yaml', text }], { defaultNamespace: 'default' });
  return buildMesh(resources, { created });
}

const virtualService = (name: string, more = ''): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default${more}}
spec: {hosts: [a], tcp: [{route: [{destination: {host: b}}]}]}
`;

const names = (mesh: Mesh): string[] => mesh.virtualServices.all.map(({ name }) => name);

describe('age', () => {
  it('of documents without a timestamp is later than of all that have one, in input order', () => {
    const dated = ", creationTimestamp: '2030-01-01T00:00:00Z'";
    const mesh = meshOf(virtualService('z') + virtualService('a') + virtualService('m', dated));
    expect(names(mesh)).toEqual(['m', 'z', 'a']);
  });

  it('counts from a given time on, one second apart', () => {
    const dated = ", creationTimestamp: '2024-01-01T00:00:01Z'";
    const text = virtualService('first') + virtualService('b', dated) + virtualService('third');
    const created = Date.parse('2024-01-01T00:00:00Z') / 1000;
    expect(names(meshOf(text, created))).toEqual(['first', 'b', 'third']);
    expect(names(meshOf(text, created + 10))).toEqual(['b', 'first', 'third']);
  });

  it('of equally old ones is decided by name, then namespace', () => {
    const dated = ", creationTimestamp: '2024-01-01T00:00:00.9Z'";
    const same = ", creationTimestamp: '2024-01-01T00:00:00.1Z'";
    expect(names(meshOf(virtualService('b', same) + virtualService('a', dated)))).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('a second document for one object', () => {
  it('takes the place of the first, keeps its age, and is reported', () => {
    const mesh = meshOf(virtualService('a') + virtualService('b') + virtualService('a'));
    expect(names(mesh)).toEqual(['a', 'b']);
    expect(mesh.replaced).toHaveLength(1);
    expect(mesh.replaced[0]?.resource.order).toBe(0);
    expect(mesh.virtualServices.all[0]?.resource.order).toBe(2);
  });
});

const bare = (name: string): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default}
spec: {ports: [{name: tcp, port: 1}]}
`;

describe('stand-in addresses', () => {
  const many = Array.from({ length: 300 }, (_, i) => `s${i}`);

  it('differ, and are the same in any order of the input', () => {
    const one = meshOf(many.map(bare).join(''));
    const other = meshOf(many.toReversed().map(bare).join(''));
    const addresses = (mesh: Mesh): Map<string, string> =>
      new Map(mesh.services.map(({ host, address }) => [host, address]));
    expect(new Set(addresses(one).values()).size).toBe(many.length);
    expect(addresses(other)).toEqual(
      new Map([...addresses(one)].sort(([a], [b]) => (a < b ? 1 : -1))),
    );
  });

  it('are never one that a document names', () => {
    const first = meshOf(bare('s')).services[0]?.address ?? '';
    const taken = `${bare('s')}---
apiVersion: v1
kind: Service
metadata: {name: t, namespace: default}
spec: {clusterIP: ${first}, ports: [{name: tcp, port: 1}]}
`;
    const addresses = meshOf(taken).services.map(({ address }) => address);
    expect(new Set(addresses).size).toBe(2);
  });
});

describe('Pods without an address', () => {
  const service = (name: string, more: string): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default}
spec: {selector: {app: a}, ports: [{name: tcp, port: 9000}], ${more}}
`;
  const pod = (name: string, status = ''): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: default, labels: {app: a}}
spec: {containers: [{name: c, image: i}]}
${status}
`;
  const reached = (mesh: Mesh, name: string): readonly string[] =>
    endpointsOf(mesh, `${name}.default.svc.cluster.local`, 'default').map(({ address }) => address);

  it.each([
    ['its address', 'clusterIP: "fd00:1::7"'],
    ['its families', 'ipFamilies: [IPv6]'],
    ['its families, headless', 'clusterIP: None, ipFamilies: [IPv6]'],
  ])('are behind a Service of IPv6 alone too, by %s', (_, more) => {
    const mesh = meshOf(service('six', more) + service('four', 'clusterIP: 10.96.0.9') + pod('p'));
    const [six = '', ...others] = reached(mesh, 'six');
    expect(six).toMatch(/^fd00:/);
    expect(others).toEqual([]);
    expect(reached(mesh, 'four')).toEqual([expect.stringMatching(/^10\.\d+\.\d+\.\d+$/)]);
  });

  it('have one address where no Service asks for another, and what is on record stays', () => {
    const recorded = 'status: {phase: Running, podIP: 10.1.1.1}';
    const mesh = meshOf(service('two', 'ipFamilies: [IPv4, IPv6]') + pod('p') + pod('q', recorded));
    expect(mesh.workloads.map(({ ips }) => ips.length)).toEqual([1, 1]);
    const six = meshOf(service('six', 'ipFamilies: [IPv6]') + pod('q', recorded));
    expect(reached(six, 'six')).toEqual([]);
  });
});

describe('workloads', () => {
  const deployment = (replicas: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: default}
spec:
  ${replicas}
  selector: {matchLabels: {app: d}}
  template: {metadata: {labels: {app: d}}, spec: {containers: [{name: c}]}}
`;
  const pod = `---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: default, labels: {app: d}}
spec: {containers: [{name: c}]}
status: {phase: Running, podIP: 10.1.1.1}
`;

  it('are made for each replica of a template', () => {
    expect(meshOf(deployment('replicas: 2')).workloads.map(({ name }) => name)).toEqual([
      'd-0',
      'd-1',
    ]);
    expect(meshOf(deployment('')).workloads).toHaveLength(1);
    expect(meshOf(deployment('replicas: 0')).workloads).toHaveLength(0);
  });

  it('are not made where the Pods are there', () => {
    expect(meshOf(deployment('replicas: 2') + pod).workloads.map(({ name }) => name)).toEqual([
      'p',
    ]);
  });

  it.each([
    ['a recorded Pod that lacks a label of the template', 'app: d', false],
    ['a recorded Pod with all of them', 'app: d, version: v1', true],
    ['a Pod of an older template', 'app: d, version: v0, pod-template-hash: 5f7c', true],
  ])('are made beside %s unless it is one of them', (_, labels, isOne) => {
    const versioned = deployment('').replace(
      'labels: {app: d}}, spec',
      'labels: {app: d, version: v1}}, spec',
    );
    const other = pod.replace('labels: {app: d}', `labels: {${labels}}`);
    expect(meshOf(versioned + other).workloads.map(({ name }) => name)).toEqual(
      isOne ? ['p'] : ['p', 'd-0'],
    );
    const adopted = versioned.replace('kind: Deployment', 'kind: ReplicaSet');
    expect(meshOf(adopted + other).workloads.map(({ name }) => name)).toEqual(['p']);
  });

  /** A Pod as somebody writes it, or as a cluster does: named, and with what it says of its owner. */
  const written = (name: string, more = '', labels = 'app: d'): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: default, labels: {${labels}}${more}}
spec: {containers: [{name: c}]}
`;
  const owned = (kind: string, name: string, apiVersion = 'apps/v1'): string =>
    `, ownerReferences: [{apiVersion: ${apiVersion}, kind: ${kind}, name: ${name}, uid: u, controller: true}]`;
  const hashed = 'app: d, pod-template-hash: 5f7c';
  const set = (kind: string): string =>
    deployment('replicas: 2').replace('kind: Deployment', `kind: ${kind}`);
  const namesBeside = (kind: string, ...pods: readonly string[]): readonly string[] =>
    meshOf(set(kind) + pods.join('')).workloads.map(({ name }) => name);

  it.each([
    ['Deployment', ['p', 'd-0', 'd-1']],
    // These take a Pod over that fits their selector, and start what they lack then.
    ['ReplicaSet', ['p', 'd-0']],
    ['DaemonSet', ['p']],
    ['StatefulSet', ['p', 'd-0', 'd-1']],
  ])(
    'of a %s are what it starts beside a Pod by hand with all labels of its template',
    (kind, expected) => {
      expect(namesBeside(kind, written('p'))).toEqual(expected);
    },
  );

  it('are counted with those that a StatefulSet finds under their names', () => {
    expect(namesBeside('StatefulSet', written('d-1'))).toEqual(['d-1', 'd-0']);
    expect(namesBeside('StatefulSet', written('d-x'))).toEqual(['d-x', 'd-0', 'd-1']);
  });

  it.each([
    ['Deployment', written('p', owned('ReplicaSet', 'd-5f7c'), hashed)],
    ['Deployment', written('d-5f7c-abcde', '', hashed)],
    ['ReplicaSet', written('p', owned('ReplicaSet', 'd'))],
    ['StatefulSet', written('d-0', owned('StatefulSet', 'd'))],
    ['DaemonSet', written('p', owned('DaemonSet', 'd'))],
  ])('of a %s are those on record alone', (kind, one) => {
    expect(namesBeside(kind, one)).toHaveLength(1);
  });

  it.each([
    ['Deployment', written('p', owned('ReplicaSet', 'e-5f7c'), hashed)],
    ['Deployment', written('e-5f7c-abcde', '', hashed)],
    ['Deployment', written('p', owned('Job', 'd', 'batch/v1'))],
    ['ReplicaSet', written('p', owned('ReplicaSet', 'e'))],
    ['StatefulSet', written('p', owned('StatefulSet', 'd', 'apps.kruise.io/v1beta1'))],
  ])('of a %s are none that belong to something else', (kind, other) => {
    expect(namesBeside(kind, other)).toHaveLength(3);
  });

  const ended = (one: string, phase: string): string =>
    `${one}status: {phase: ${phase}, podIP: 10.1.1.9}\n`;

  it.each([
    ['ReplicaSet', [ended(written('p'), 'Succeeded')], ['p', 'd-0', 'd-1']],
    [
      'Deployment',
      [ended(written('p', owned('ReplicaSet', 'd-5f7c'), hashed), 'Failed')],
      ['p', 'd-0', 'd-1'],
    ],
    [
      'Deployment',
      [
        ended(written('p', owned('ReplicaSet', 'd-5f7c'), hashed), 'Failed'),
        written('q', owned('ReplicaSet', 'd-5f7c'), hashed),
      ],
      ['p', 'q'],
    ],
    ['DaemonSet', [ended(written('p', owned('DaemonSet', 'd')), 'Failed')], ['p', 'd-0']],
    // The one that has ended keeps its name here.
    ['StatefulSet', [ended(written('d-0', owned('StatefulSet', 'd')), 'Failed')], ['d-0', 'd-1']],
  ])('of a %s are not those that have ended: it starts others', (kind, pods, expected) => {
    expect(namesBeside(kind, ...pods)).toEqual(expected);
  });

  it('of a Deployment are not made again by its ReplicaSet', () => {
    const replicaSet = (more: string): string =>
      set('ReplicaSet').replace('{name: d,', `{name: d-5f7c${more},`);
    expect(meshOf(set('Deployment') + replicaSet(owned('Deployment', 'd'))).workloads).toHaveLength(
      2,
    );
    expect(meshOf(replicaSet(owned('Deployment', 'd'))).workloads).toHaveLength(2);
    expect(meshOf(set('Deployment') + replicaSet('')).workloads).toHaveLength(4);
  });

  it.each([
    ['Deployment', written('p', owned('ReplicaSet', 'd-5f7c'), hashed), 'Deployment d'],
    ['StatefulSet', written('d-0', owned('StatefulSet', 'd')), 'StatefulSet d'],
    ['Deployment', written('p', owned('ReplicaSet', 'e-5f7c'), hashed), 'none'],
    ['Deployment', written('p'), 'none'],
  ])(
    'on record have what started them for their owner where the input has it',
    (kind, pod, expected) => {
      const [{ owner } = { owner: null }] = meshOf(set(kind) + pod).workloads;
      expect(owner === null ? 'none' : `${owner.kind} ${owner.name}`).toBe(expected);
    },
  );

  it('are found by their own name and by that of what started them', () => {
    const { workloadIndex } = meshOf(deployment('replicas: 2'));
    expect(workloadIndex.named('default', 'd')).toHaveLength(2);
    expect(workloadIndex.named('default', 'd-1')).toHaveLength(1);
  });
});
