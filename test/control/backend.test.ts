/** Real processes in the place of workloads: by which names they are found, and what is said of names that nothing has. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { idleBackends, type RunningMesh } from '../../src/control/index.ts';
import { dialSocks } from '../../src/proxy/index.ts';
import { startMesh } from './start-mesh.ts';

const pod = (name: string, namespace: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}
spec: {containers: [{name: m, image: x}]}
---
`;

const text = `${pod('echo', 'default')}${pod('lone', 'default')}${pod('gw', 'edge')}apiVersion: v1
kind: Service
metadata: {name: echo}
spec: {selector: {app: echo}, ports: [{name: tcp, port: 9000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: done, labels: {app: echo}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Succeeded, podIP: 10.244.0.9}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: edge}
spec: {selector: {app: gw}, servers: [{port: {number: 9000, name: tcp, protocol: TCP}, hosts: ['*']}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: one}
spec: {hosts: [db.example.com], ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: DNS}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: two}
spec:
  hosts: [pinned.example.com]
  ports: [{number: 5433, name: tcp, protocol: TCP}]
  resolution: STATIC
  endpoints: [{address: 192.0.2.10}]
`;

let server: Server;
let mesh: RunningMesh | undefined;
beforeEach(async () => {
  server = createServer((socket) => socket.resume().end('real'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  await mesh?.stop(0);
});

async function meshWith(...names: readonly string[]): Promise<RunningMesh> {
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const at = { host: '127.0.0.1', port };
  mesh = await startMesh(text, 1, { backends: new Map(names.map((name) => [name, at])) });
  return mesh;
}

it.each([
  ['echo', 'echo:9000'],
  ['default/echo', 'echo:9000'],
  ['db.example.com', 'db.example.com:5432'],
  ['192.0.2.10', 'pinned.example.com:5433'],
])('stands for %s', async (name, target) => {
  const running = await meshWith(name);
  expect(running.warnings()).toEqual([]);
  // What is still open when the mesh stops is reset, at the process's end too.
  const served = new Promise((resolve) => {
    server.once('connection', (socket) => socket.once('close', resolve));
  });
  const [host = '', port] = target.split(':');
  const proxy = running.socksAddress;
  const to = { proxy, user: 'default/lone', host, port: Number(port), timeoutMs: 5000 };
  const socket = await dialSocks(to);
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
  });
  await once(socket.resume(), 'end');
  socket.end();
  await served;
  expect(answer).toBe('real');
});

it('says of whom it cannot stand for, and why', async () => {
  const names = ['nobody', 'lone', 'edge/gw', 'done', 'shop/echo'];
  const running = await meshWith(...names);
  const idle = idleBackends(
    running.planned,
    new Map(names.map((name) => [name, { host: '', port: 0 }])),
  );
  expect(idle.map(({ why, exists }) => `${why}: ${exists}`)).toEqual([
    'no workload is called nobody: false',
    'lone is behind no Service: true',
    'edge/gw is a gateway: true',
    'done does not run: true',
    'no workload is called shop/echo: false',
  ]);
  expect(running.warnings()).toContain(
    'lone is behind no Service, so its backend stands for nobody',
  );
});

it.each(['kill', 'reset'] as const)(
  '%s ends the connections that a process has open',
  async (kind) => {
    server.removeAllListeners('connection');
    server.on('connection', (socket) => socket.on('error', () => {}).write('open'));
    mesh = await meshWith('echo');
    const dial = { proxy: mesh.socksAddress, user: '-', host: 'echo', port: 9000, timeoutMs: 5000 };
    const socket = await dialSocks(dial);
    await once(socket.resume(), 'data');
    const failed = once(socket, 'error');
    const ended = new Promise<unknown>((resolve) => mesh?.onConnectionEnd(resolve));
    await mesh.setFault('default/echo', { kind });
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
    // In the words that are used of an echo server.
    expect(await ended).toMatchObject({
      reason: 'upstream-reset',
      trouble: expect.stringContaining('the workload reset it ('),
    });
  },
);
