/** Clusters that go to the address that was dialled, and endpoints that nothing here can be: where connections really end up. */
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { MeshEvent, RunningMesh } from '../../src/control/index.ts';
import { dialSocks } from '../../src/proxy/index.ts';
import { startMesh } from './start-mesh.ts';

const echo = (rule: string): string => `apiVersion: v1
kind: Service
metadata: {name: echo}
spec: {clusterIP: 10.96.0.7, selector: {app: echo}, ports: [{name: tcp, port: 9000, targetPort: 7000}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: echo}
spec:
  replicas: 4
  selector: {matchLabels: {app: echo}}
  template:
    metadata: {labels: {app: echo}}
    spec: {containers: [{name: c, image: x, ports: [{containerPort: 7000}]}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: echo}
spec: {host: echo, trafficPolicy: {loadBalancer: ${rule}}}
`;

const entry = (spec: string): string => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: x}
spec: ${spec}
`;

const meshes: RunningMesh[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const mesh of meshes.splice(0)) await mesh.stop(0);
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
});

async function start(text: string): Promise<RunningMesh> {
  const mesh = await startMesh(text, 1);
  meshes.push(mesh);
  return mesh;
}

/** A server outside the mesh, on another address of loopback; its port. */
function outside(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) =>
      socket
        .on('error', () => {})
        .resume()
        .end('outside\n'),
    );
    servers.push(server);
    server.on('error', reject).listen(0, host, () => {
      const at = server.address();
      resolve(typeof at === 'object' && at !== null ? at.port : 0);
    });
  });
}

type Closed = Extract<MeshEvent, { readonly event: 'closed' }>;

/** What the connection brought, and how the mesh tells of its end. */
async function connectTo(
  mesh: RunningMesh,
  host: string,
  port: number,
  user = '-',
): Promise<Closed & { readonly text: string }> {
  let leave = (): void => {};
  const closed = new Promise<Closed>((resolve) => {
    leave = mesh.subscribe((event) => {
      if (event.event === 'closed') resolve(event);
    });
  });
  const socket = await dialSocks({ proxy: mesh.socksAddress, user, host, port, timeoutMs: 5000 });
  let text = '';
  socket.on('error', () => {}).setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('end', () => socket.end()).resume();
  socket.end('x\n');
  const event = await closed;
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  leave();
  return { ...event, text };
}

describe('names that the files give no address', () => {
  const wild = entry(
    '{hosts: ["*.wild.example.com"], ports: [{number: 9000, name: tcp, protocol: TCP}], resolution: NONE}',
  );

  it.each(['a.wild.example.com', 'b.c.wild.example.com'])(
    'are answered by one server for all that a wildcard covers: %s',
    async (name) => {
      const mesh = await start(wild);
      const { text, ...event } = await connectTo(mesh, name, 9000);
      expect(event).toMatchObject({
        outcome: 'routed',
        destination: 'outbound|9000||*.wild.example.com',
        reason: 'ended',
      });
      expect(text).toBe(`${event.workload} x\n`);
    },
  );

  it('are no wildcards themselves, and none that the cluster would have', async () => {
    const mesh = await start(wild);
    for (const name of ['*.wild.example.com', 'wild.example.com', 'a.wild.example.com.svc'])
      await expect(connectTo(mesh, name, 9000), name).rejects.toThrow();
  });

  it('have a server where a ServiceEntry without resolution gives nothing but the name', async () => {
    const mesh = await start(
      entry(
        '{hosts: [x.example.com], ports: [{number: 9000, name: tcp, protocol: TCP}], resolution: NONE}',
      ),
    );
    expect(await connectTo(mesh, 'x.example.com', 9000)).toMatchObject({ reason: 'ended' });
  });

  it('have one for what an ExternalName stands for', async () => {
    const mesh = await start(
      'apiVersion: v1\nkind: Service\nmetadata: {name: ext}\nspec: {type: ExternalName, externalName: db.example.com, ports: [{name: tcp, port: 9000}]}\n',
    );
    const { text, ...event } = await connectTo(mesh, 'ext', 9000);
    expect(event).toMatchObject({ outcome: 'passthrough', reason: 'ended' });
    expect(text).toBe(`${event.workload} x\n`);
  });
});

describe('a cluster that goes to the dialled address', () => {
  it.each([
    ['of a host', '127.0.5.5', 'x.example.com'],
    ['of a block of addresses', '127.0.5.0/24', null],
  ])('dials an address of loopback as it is: %s', async (_, address, name) => {
    const port = await outside('127.0.5.5');
    const mesh = await start(
      entry(
        `{hosts: [x.example.com], addresses: ['${address}'], ports: [{number: ${port}, name: tcp, protocol: TCP}], resolution: NONE}`,
      ),
    );
    expect(await connectTo(mesh, name ?? '127.0.5.5', port)).toMatchObject({
      text: 'outside\n',
      outcome: 'routed',
      reason: 'ended',
      destination: `outbound|${port}||x.example.com`,
      endpoint: `127.0.5.5:${port}`,
    });
  });

  it('keeps to the port that replaces the dialled one', async () => {
    const port = await outside('127.0.5.5');
    const mesh = await start(
      entry(
        `{hosts: [x.example.com], addresses: [127.0.5.5], ports: [{number: 7, targetPort: ${port}, name: tcp, protocol: TCP}], resolution: NONE}`,
      ),
    );
    expect((await connectTo(mesh, 'x.example.com', 7)).text).toBe('outside\n');
  });

  it('dials nothing beyond this computer by itself', async () => {
    const mesh = await start(
      entry(
        "{hosts: ['*.example.com'], addresses: [192.0.2.0/24], ports: [{number: 9, name: tcp, protocol: TCP}], resolution: NONE}",
      ),
    );
    expect(await connectTo(mesh, '192.0.2.1', 9)).toMatchObject({
      outcome: 'routed',
      reason: 'passthrough-not-allowed',
      destination: 'outbound|9||*.example.com',
    });
  });

  it("leads behind a Service's address as kube-proxy does", async () => {
    const mesh = await start(echo('{simple: PASSTHROUGH}'));
    expect(await connectTo(mesh, 'echo', 9000)).toMatchObject({
      reason: 'ended',
      outcome: 'routed',
      endpoint: '10.96.0.7:9000',
      bytesSent: expect.any(Number),
      text: expect.stringMatching(/x\n$/),
    });
    await Promise.all(
      mesh.workloads().map((workload) => mesh.setFault(workload, { kind: 'kill' })),
    );
    expect(await connectTo(mesh, 'echo', 9000)).toMatchObject({ reason: 'connect-failed' });
  });
});

describe('limits of a cluster that goes to the dialled address', () => {
  it('count over all addresses, and an address that failed is dialled again', async () => {
    const port = await outside('127.0.5.5');
    const mesh = await start(
      `${entry(
        `{hosts: [x.example.com], addresses: ['127.0.5.0/24'], ports: [{number: ${port}, name: tcp, protocol: TCP}], resolution: NONE}`,
      )}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: x}
spec:
  host: x.example.com
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: 1}}
    outlierDetection: {consecutive5xxErrors: 1, maxEjectionPercent: 100}
`,
    );
    // Nobody listens at this one.
    for (let i = 0; i < 3; i += 1)
      expect(await connectTo(mesh, '127.0.5.9', port)).toMatchObject({ reason: 'connect-failed' });
    const dial = { proxy: mesh.socksAddress, user: '-', port, timeoutMs: 5000 };
    const opened = new Promise<void>((resolve) => {
      mesh.subscribe(({ event }) => event === 'connection' && resolve());
    });
    // The server ends its side alone: the connection stays open until this one does.
    const held = await dialSocks({ ...dial, host: '127.0.5.5' });
    held.on('error', () => {}).resume();
    await opened;
    expect(await connectTo(mesh, '127.0.5.6', port)).toMatchObject({
      reason: 'overflow',
      flags: ['UO'],
    });
    held.end();
    await new Promise((resolve) => held.once('close', resolve));
    expect((await connectTo(mesh, '127.0.5.5', port)).text).toBe('outside\n');
  });
});

describe('a Service that nobody is behind', () => {
  const words = async (mesh: RunningMesh, host: string, port: number): Promise<Closed> => {
    const event = await connectTo(mesh, host, port);
    expect(event).toMatchObject({ reason: 'connect-failed', flags: ['UF', 'URX'], text: '' });
    return event;
  };

  it('has no TCP where its port is UDP alone', async () => {
    const mesh = await start(
      echo('{simple: RANDOM}').replace('name: tcp, ', 'name: u, protocol: UDP, '),
    );
    expect(await words(mesh, 'echo', 9000)).toMatchObject({
      outcome: 'passthrough',
      workload: null,
    });
  });

  it('is not called beyond this computer', async () => {
    const mesh = await start(echo('{simple: PASSTHROUGH}').replace('replicas: 4', 'replicas: 0'));
    expect((await words(mesh, 'echo', 9000)).detail).toBe(
      'no ready Pod is behind TCP port 9000 of the Service at 10.96.0.7',
    );
  });
});

describe('an endpoint that nothing here can be', () => {
  it('is not called killed: the path of a socket', async () => {
    const mesh = await start(
      entry(
        "{hosts: [x.example.com], addresses: [240.0.0.9], ports: [{number: 9, name: tcp, protocol: TCP}], resolution: STATIC, endpoints: [{address: 'unix:///var/run/x.sock'}]}",
      ),
    );
    expect(await connectTo(mesh, 'x.example.com', 9)).toMatchObject({
      reason: 'connect-failed',
      detail: 'unix:///var/run/x.sock is the path of a socket, which is not opened here',
    });
  });
});

describe('consistentHash.useSourceIp', () => {
  it('has one endpoint for a client that no Pod is', async () => {
    const mesh = await start(echo('{consistentHash: {useSourceIp: true}}'));
    const met = new Set<string | null>();
    for (let i = 0; i < 20; i += 1) met.add((await connectTo(mesh, 'echo', 9000)).endpoint);
    // By chance alone: 4 to the power of -19.
    expect(met.size).toBe(1);
    expect([...met][0]).toMatch(/:7000$/);
  });
});
