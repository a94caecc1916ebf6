/** EndpointSlices and Endpoints in a mesh that runs: as a cluster's controllers keep them, and where connections go by them. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  createClusterStore,
  meshSources,
  type ObjectStore,
  type RunningMesh,
} from '../../src/control/index.ts';
import { dialSocks } from '../../src/proxy/index.ts';
import { startMesh } from './start-mesh.ts';

const discovery = 'discovery.k8s.io/v1';

function makeStore(): ObjectStore {
  let ids = 0;
  return createClusterStore({
    now: Date.now,
    random: Math.random,
    standIns: false,
    uid: () => {
      ids += 1;
      return `${ids}`.padStart(5, '0');
    },
  });
}

type Manifest = Parameters<Parameters<Parameters<ObjectStore['transact']>[0]>[0]['put']>[0];

const named = (kind: string, name: string, more: object = {}): Manifest => ({
  apiVersion: kind === 'EndpointSlice' ? discovery : 'v1',
  kind,
  metadata: { name, namespace: 'default' },
  ...more,
});

const service = (selector?: { readonly app: string }): Manifest =>
  named('Service', 'db', {
    spec: { ...(selector === undefined ? {} : { selector }), ports: [{ name: 'tcp', port: 7000 }] },
  });

const endpoints = (...ips: readonly string[]): Manifest =>
  named('Endpoints', 'db', {
    subsets: [{ addresses: ips.map((ip) => ({ ip })), ports: [{ name: 'tcp', port: 9000 }] }],
  });

const slice = (name: string, manager: string, address: string): Manifest => ({
  ...named('EndpointSlice', name),
  metadata: {
    name,
    namespace: 'default',
    labels: {
      'kubernetes.io/service-name': 'db',
      ...(manager === '' ? {} : { 'endpointslice.kubernetes.io/managed-by': manager }),
    },
  },
  addressType: 'IPv4',
  endpoints: [{ addresses: [address] }],
  ports: [{ name: 'tcp', port: 9000 }],
});

const put = (store: ObjectStore, ...objects: readonly Manifest[]): void =>
  store.transact((tx) => {
    for (const object of objects) tx.put(object);
  });

/** `name: addresses` of each slice. */
function slicesIn(store: ObjectStore): readonly string[] {
  return store.list('discovery.k8s.io', 'EndpointSlice').map(({ metadata, endpoints: listed }) => {
    const addresses = JSON.stringify(listed).match(/"addresses":\["[^"]+"\]/g) ?? [];
    return `${metadata.name}: ${addresses.map((one) => one.slice(14, -2)).join(' ')}`;
  });
}

const sourcesOf = (store: ObjectStore): readonly string[] =>
  meshSources(store)
    .map(({ name }) => name)
    .filter((name) => name.startsWith('endpoint'));

describe('the controllers', () => {
  it('mirror Endpoints of a Service without a selector, and follow them', () => {
    const store = makeStore();
    put(store, service(), endpoints('192.0.2.1', '2001:db8::1'));
    const [name = ''] = slicesIn(store)[0]?.split(':') ?? [];
    expect(name).toMatch(/^db-/);
    expect(slicesIn(store)).toEqual([`${name}: 192.0.2.1`, `${name}-1: 2001:db8::1`]);
    put(store, endpoints('192.0.2.2'));
    expect(slicesIn(store)).toEqual([`${name}: 192.0.2.2`]);
    store.transact((tx) =>
      tx.remove({ group: '', kind: 'Endpoints', namespace: 'default', name: 'db' }),
    );
    expect(slicesIn(store)).toEqual([]);
  });

  it('let slices be that somebody else wrote', () => {
    const store = makeStore();
    put(store, slice('mine', '', '192.0.2.9'), service(), endpoints('192.0.2.1'));
    expect(slicesIn(store)).toContain('mine: 192.0.2.9');
    put(store, service({ app: 'db' }));
    expect(slicesIn(store)).toContain('mine: 192.0.2.9');
    expect(sourcesOf(store)).toEqual(['endpointslice/default/mine']);
  });

  it('write the slices of a Service with a selector themselves, whatever a dump says', () => {
    const store = makeStore();
    const controller = 'endpointslice-controller.k8s.io';
    put(
      store,
      slice('db-a', controller, '192.0.2.1'),
      slice('db-b', controller, '192.0.2.2'),
      endpoints('192.0.2.3'),
      service({ app: 'db' }),
    );
    expect(slicesIn(store)).toEqual(['db-a: ']);
    expect(JSON.stringify(store.list('', 'Endpoints'))).not.toContain('192.0.2.3');
    expect(sourcesOf(store)).toEqual([]);
  });
});

const running: RunningMesh[] = [];
afterEach(async () => {
  for (const mesh of running.splice(0)) await mesh.stop(0);
});

describe('a running mesh', () => {
  it('has an echo server for an address that a slice states, also one that its Pod has not', async () => {
    const { metadata, ...stated } = slice('db-1', '', '192.0.2.1');
    const ref = { kind: 'Pod', namespace: 'default', name: 'db-0' };
    const documents = [
      { ...service(), spec: { clusterIP: '10.96.0.7', ports: [{ name: 'tcp', port: 7000 }] } },
      { ...stated, metadata },
      named('Service', 'pod', {
        spec: { clusterIP: '10.96.0.8', ports: [{ name: 'tcp', port: 7000 }] },
      }),
      {
        ...slice('pod-1', '', '192.0.2.2'),
        metadata: {
          name: 'pod-1',
          namespace: 'default',
          labels: { 'kubernetes.io/service-name': 'pod' },
        },
        endpoints: [{ addresses: ['192.0.2.2'], targetRef: ref }],
      },
      named('Pod', 'db-0', { spec: { containers: [{ name: 'c', image: 'x' }] } }),
    ];
    const mesh = await startMesh(documents.map((one) => JSON.stringify(one)).join('\n---\n'), 1);
    running.push(mesh);
    expect(mesh.workloads()).toEqual(expect.arrayContaining(['192.0.2.1', '192.0.2.2']));
    for (const [host, answer] of [
      ['10.96.0.7', '192.0.2.1 x\n'],
      ['10.96.0.8', '192.0.2.2 x\n'],
    ] as const) {
      const socket = await dialSocks({
        proxy: mesh.socksAddress,
        user: 'default/db-0',
        host,
        port: 7000,
        timeoutMs: 5000,
      });
      const said = new Promise<string>((resolve, reject) => {
        socket.once('data', (chunk: Buffer) => resolve(chunk.toString())).once('error', reject);
      });
      socket.resume();
      socket.write('x\n');
      expect(await said).toBe(answer);
      socket.destroy();
    }
  });
});
