/** Who connects to what, as an upstream behind the PROXY protocol is told: addresses of the mesh, and not those of this computer. */
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunningMesh } from '../../src/control/index.ts';
import { dialSocks } from '../../src/proxy/index.ts';
import { startMesh } from './start-mesh.ts';

const text = `apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: 10.96.0.7, selector: {app: db}, ports: [{name: tcp, port: 5432, targetPort: 15432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, labels: {app: db}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.0.7}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.0.8}
---
apiVersion: v1
kind: Pod
metadata: {name: edge, labels: {istio: edge}}
spec: {containers: [{name: m, image: x}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw}
spec: {selector: {istio: edge}, servers: [{port: {number: 31400, name: tcp, protocol: TCP}, hosts: ['*']}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: gw}
spec: {hosts: ['*'], gateways: [gw], tcp: [{route: [{destination: {host: db}}]}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db}
spec: {host: db, trafficPolicy: {proxyProtocol: {version: V1}}}
`;

let server: Server;
let mesh: RunningMesh;
const headers: string[] = [];
beforeEach(async () => {
  headers.length = 0;
  server = createServer((socket) => {
    socket.setEncoding('latin1').once('data', (bytes: string) => {
      headers.push(bytes.split('\r\n')[0] ?? '');
      socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const backends = new Map([['default/db', { host: '127.0.0.1', port: address.port }]]);
  mesh = await startMesh(text, 1, { backends });
});
afterEach(async () => {
  server.close();
  await mesh.stop(0);
});

it.each(['db', '10.96.0.7'])('a client that dials %s', async (host) => {
  const dial = {
    proxy: mesh.socksAddress,
    user: 'default/web',
    port: 5432,
    timeoutMs: 5000,
    host,
  };
  const socket = await dialSocks(dial);
  socket.end('x');
  await expect.poll(() => headers, { timeout: 20_000 }).toHaveLength(1);
  expect(headers[0]).toMatch(/^PROXY TCP4 10\.244\.0\.8 10\.96\.0\.7 \d+ 5432$/);
});

it('a client of the gateway', async () => {
  const gateway = mesh.addresses().find(({ name }) => name.includes('31400'));
  const socket = connect(gateway?.port ?? 0, '127.0.0.1');
  await once(socket, 'connect');
  const { localPort } = socket;
  socket.end('x');
  await expect.poll(() => headers, { timeout: 20_000 }).toHaveLength(1);
  expect(headers[0]).toBe(`PROXY TCP4 127.0.0.1 127.0.0.1 ${localPort} 31400`);
});
