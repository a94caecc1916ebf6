/** What the settings of the mesh do to connections that really go: limits of what nothing takes, and patience with silent clients. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { MeshEvent, RunningMesh } from '../../src/control/index.ts';
import { dialSocks } from '../../src/proxy/index.ts';
import { compile, route } from '../../src/routing/index.ts';
import { startMesh } from './start-mesh.ts';

const settings = (text: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: '${text}'}
---
`;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(text: string): Promise<RunningMesh> {
  const mesh = await startMesh(text, 1);
  ends.push(() => mesh.stop(0));
  return mesh;
}

/** A server outside the mesh that keeps its connections open; its port. */
function outside(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer((socket) => socket.on('error', () => {}).resume());
    ends.push(() => new Promise((done) => server.close(done)));
    server.on('error', reject).listen(0, '127.0.0.9', () => {
      const at = server.address();
      resolve(typeof at === 'object' && at !== null ? at.port : 0);
    });
  });
}

async function dial(mesh: RunningMesh, host: string, port: number): Promise<Socket> {
  const proxy = mesh.socksAddress;
  const socket = await dialSocks({ proxy, user: '-', host, port, timeoutMs: 5000 });
  socket.on('error', () => {}).resume();
  ends.push(() => socket.destroy());
  return socket;
}

function next(mesh: RunningMesh, kind: 'connection' | 'closed'): Promise<MeshEvent> {
  return new Promise((resolve) => {
    const leave = mesh.subscribe((event) => {
      if (event.event !== kind) return;
      leave();
      resolve(event);
    });
  });
}

it('limits connections to what nothing in the mesh takes', async () => {
  const port = await outside();
  const mesh = await start(
    settings('{defaultTrafficPolicy: {connectionPool: {tcp: {maxConnections: 1}}}}'),
  );
  const opened = next(mesh, 'connection');
  await dial(mesh, '127.0.0.9', port);
  expect(await opened).toMatchObject({ outcome: 'passthrough', endpoint: `127.0.0.9:${port}` });
  const closed = next(mesh, 'closed');
  await dial(mesh, '127.0.0.9', port);
  expect(await closed).toMatchObject({ reason: 'overflow', flags: ['UO'] });
});

it('goes on without a word of the client after protocolDetectionTimeout', async () => {
  const mesh = await start(
    `${settings('{protocolDetectionTimeout: 50ms}')}apiVersion: v1
kind: Service
metadata: {name: echo}
spec: {clusterIP: 10.96.0.7, selector: {app: echo}, ports: [{port: 9000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: echo, labels: {app: echo}}
spec: {containers: [{name: c, image: x}]}
`,
  );
  const opened = next(mesh, 'connection');
  await dial(mesh, 'echo', 9000);
  expect(await opened).toMatchObject({ outcome: 'routed', workload: 'default/echo' });
});

const outside203 = { ip: '203.0.113.9', port: 9 };
const outcomeOutside = (mesh: RunningMesh): string => {
  const { planned } = mesh;
  const client = mesh.client('-');
  if (client === null) throw new Error('no client');
  const from = client.viewpoint;
  const call = { from, to: outside203, protocol: 'tcp' } as const;
  return route(compile(planned.mesh, from), call).outcome;
};

it('goes on with the last good settings where Istio refuses the new ones, and says so', async () => {
  const text = (mode: string): string =>
    settings(`{outboundTrafficPolicy: {mode: ${mode}}, connectTimeout: 2s}`);
  const mesh = await start(text('REGISTRY_ONLY'));
  const told: string[] = [];
  mesh.subscribe((event) => {
    if (event.event === 'notice') told.push(`${event.level}: ${event.message}`);
    if (event.event === 'changed') told.push(...event.lines);
  });
  const follow = (one: string) => mesh.follow([{ name: 'mesh.yaml', text: one }]);
  await follow(text('REGISTRY_ONLY').replace('2s', 'banana'));
  expect(outcomeOutside(mesh)).toBe('blackhole');
  expect(told).toEqual([
    'ConfigMap istio-system/istio changed',
    expect.stringMatching(
      /^error: ConfigMap istio-system\/istio: Istio takes none of these settings: .*; the last good ones hold on$/,
    ),
  ]);
  told.length = 0;
  await follow(text('ALLOW_ANY'));
  expect(outcomeOutside(mesh)).toBe('passthrough');
  expect(told).toEqual([
    'ConfigMap istio-system/istio: outboundTrafficPolicy REGISTRY_ONLY -> ALLOW_ANY',
  ]);
});
