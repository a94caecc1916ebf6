/** What a client is told who asks why nothing came of its connection: explain's words, and what this computer adds to them. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Account,
  type MeshEvent,
  type RunningMesh,
  readAccount,
} from '../../src/control/index.ts';
import { UnconnectedClients } from '../../src/control/unconnected.ts';
import { accountBySocks, dialSocks } from '../../src/proxy/index.ts';
import { firstBytes } from './first-bytes.ts';
import { startMesh } from './start-mesh.ts';

const meshText = `apiVersion: v1
kind: Service
metadata: {name: echo, namespace: default}
spec: {clusterIP: 10.96.0.7, selector: {app: echo}, ports: [{name: tcp, port: 9000}, {name: http-web, port: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: empty, namespace: default}
spec: {clusterIP: 10.96.0.8, selector: {app: none}, ports: [{name: tcp, port: 9000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: echo-0, namespace: default, labels: {app: echo}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: shut, namespace: foo, labels: {app: shut}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.0.2}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: foo}
spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
`;

const ejectsAtOnce = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: echo, namespace: default}
spec: {host: echo, trafficPolicy: {outlierDetection: {consecutive5xxErrors: 1, baseEjectionTime: 600s, maxEjectionPercent: 100}}}
`;

const passthroughGateway = `---
apiVersion: v1
kind: Pod
metadata: {name: gw, namespace: default, labels: {app: gw}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.0.3}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: default}
spec: {selector: {app: gw}, servers: [{port: {number: 443, name: tls, protocol: TLS}, tls: {mode: PASSTHROUGH}, hosts: ['*.example.com']}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: gw, namespace: default}
spec:
  gateways: [gw]
  hosts: ['*.example.com']
  tls: [{match: [{sniHosts: [a.example.com]}], route: [{destination: {host: echo, port: {number: 9000}}}]}]
`;

let mesh: RunningMesh | undefined;
afterEach(async () => {
  await mesh?.stop(0);
  mesh = undefined;
});

type Target = { readonly host: string; readonly port: number };

/** The account of one connection, from its own end. */
async function accountOf(
  running: RunningMesh,
  user: string,
  to: Target,
  text = 'x\n',
): Promise<Account | null> {
  return askFor(running, user, await connectInVain(running, user, to, text));
}

/** Its own address, once the connection is over. */
async function connectInVain(
  running: RunningMesh,
  user: string,
  to: Target,
  text: string,
): Promise<Target> {
  return endInVain(
    await dialSocks({ proxy: running.socksAddress, user, timeoutMs: 5000, ...to }),
    text,
  );
}

/** The account of one connection to a gateway. */
async function accountAtGateway(
  running: RunningMesh,
  to: Target,
  bytes: string | Buffer,
): Promise<Account | null> {
  const socket = connect({ host: to.host, port: to.port });
  await once(socket, 'connect');
  return askFor(running, '-', await endInVain(socket, bytes));
}

async function endInVain(socket: Socket, text: string | Buffer): Promise<Target> {
  const own = { host: socket.localAddress ?? '', port: socket.localPort ?? 0 };
  socket.on('error', () => {});
  const over = new Promise((resolve) => socket.once('close', resolve));
  socket.on('end', () => socket.end()).resume();
  socket.end(text);
  await over;
  return own;
}

async function askFor(running: RunningMesh, user: string, own: Target): Promise<Account | null> {
  const ask = { proxy: running.socksAddress, user, timeoutMs: 5000 };
  return readAccount(await accountBySocks({ ...ask, ...own }));
}

describe('the account of a connection', () => {
  it.each([
    [
      'a port that the service lacks',
      { user: '-', to: { host: 'echo', port: 9999 } },
      'client in default → echo:9999 (10.96.0.7) passes through to 10.96.0.7:9999, as if there were no mesh: echo.default.svc.cluster.local has no port 9999, only 9000 and 8080; nothing answers there',
      '--src-ns default --host echo --port 9999',
    ],
    [
      'an address beyond this computer',
      { user: 'default/echo-0', to: { host: '192.0.2.1', port: 9 } },
      'client in default (app=echo) → 192.0.2.1:9 passes through to 192.0.2.1:9, as if there were no mesh: 192.0.2.1 is the address of no service; nothing beyond this computer is dialled without --allow-passthrough (in the library: allowPassthrough)',
      '--from default/echo-0 --dst-ip 192.0.2.1 --port 9',
    ],
    [
      'REGISTRY_ONLY',
      { user: 'foo/shut', to: { host: '192.0.2.1', port: 9 } },
      'client in foo (app=shut) → 192.0.2.1:9 is closed: nothing that the mesh knows is there, and REGISTRY_ONLY lets nothing else out: 192.0.2.1 is the address of no service',
      '--from foo/shut --dst-ip 192.0.2.1 --port 9',
    ],
    [
      'a service without endpoints',
      { user: '-', to: { host: 'empty', port: 9000 } },
      'client in default → empty:9000 (10.96.0.8) goes to empty.default.svc.cluster.local:9000 (no-endpoints): no running Pod of default with app=none has port 9000',
      '--src-ns default --host empty --port 9000',
    ],
  ])('tells of %s', async (_, { user, to }, message, explain) => {
    mesh = await startMesh(meshText, 1);
    const account = await accountOf(mesh, user, to);
    expect(account?.message).toBe(message);
    expect(account?.explain.join(' ')).toBe(explain);
  });

  it('tells of endpoints that are all ejected', async () => {
    mesh = await startMesh(meshText + ejectsAtOnce, 1);
    await mesh.setFault('default/echo-0', { kind: 'kill' });
    const ends: (string | null)[] = [];
    mesh.onConnectionEnd(({ trouble }) => ends.push(trouble));
    const told: string[] = [];
    mesh.subscribe((event) => event.event === 'notice' && told.push(event.message));
    const to = { host: 'echo', port: 9000 };
    expect((await accountOf(mesh, '-', to))?.message).toMatch(/; nothing answers there \(/);
    const account = await accountOf(mesh, '-', to);
    expect(account?.message).toBe(
      'client in default → echo:9000 (10.96.0.7) goes to echo.default.svc.cluster.local:9000; every endpoint is ejected (outlierDetection)',
    );
    expect(ends.at(-1)).toBe(account?.message);
    expect(told.join('\n')).toMatch(/ ejects .* after 1 failure$/m);
  });

  it('tells who speaks no TLS to a gateway that passes it on that a server name is missing', async () => {
    mesh = await startMesh(meshText + passthroughGateway, 1);
    const gateway = mesh.addresses().find(({ purpose }) => purpose === 'gateway');
    const account = await accountAtGateway(mesh, gateway ?? { host: '', port: 0 }, 'test\n');
    expect(account?.message).toMatch(
      /is accepted and closed at once: no filter chain of the listener takes it: it sent no server name$/,
    );
    const named = firstBytes('tls', 'b.example.com');
    const other = await accountAtGateway(mesh, gateway ?? { host: '', port: 0 }, named);
    expect(other?.message).toMatch(/no filter chain of the listener takes it$/);
  });

  it('tells of HTTP, which run does not relay, and of what the first bytes were', async () => {
    mesh = await startMesh(meshText, 1);
    const to = { host: 'echo', port: 8080 };
    const account = await accountOf(mesh, '-', to, firstBytes('http', undefined).toString());
    expect(account?.message).toMatch(/is handled as HTTP: .*; run relays no HTTP$/);
    expect(account?.explain.join(' ')).toBe(
      '--src-ns default --host echo --port 8080 --protocol http',
    );
  });

  it('names the client of a connection that ends before it said what it speaks', async () => {
    mesh = await startMesh(meshText, 1);
    const closed: MeshEvent[] = [];
    mesh.subscribe((event) => event.event === 'closed' && closed.push(event));
    const account = await accountOf(mesh, 'default/echo-0', { host: 'echo', port: 8080 }, '');
    expect(account?.message).toMatch(/^it was closed before it was decided: the client ended/);
    expect(closed).toMatchObject([
      {
        from: 'default/echo-0',
        proxy: 'default/echo-0',
        to: 'echo:8080',
        listener: 'client default/echo-0',
        rule: null,
        reason: 'inspection-failed',
      },
    ]);
  });

  it('is none where there was a connection', async () => {
    mesh = await startMesh(meshText, 1);
    expect(await accountOf(mesh, '-', { host: 'echo', port: 9000 })).toBeNull();
  });

  it('outlives a change of the mesh, but keeps no mesh that is long past', async () => {
    let later = 0;
    mesh = await startMesh(meshText, 1, { now: () => performance.now() + later });
    const own = await connectInVain(mesh, '-', { host: 'empty', port: 9000 }, 'x\n');
    const change = (running: RunningMesh) =>
      running.follow([{ name: 'mesh.yaml', text: meshText.replace('port: 8080', 'port: 8081') }]);
    await change(mesh);
    expect(await askFor(mesh, '-', own)).not.toBeNull();
    later = 60_000;
    expect(await askFor(mesh, '-', own)).not.toBeNull();
    await change(mesh);
    expect(await askFor(mesh, '-', own)).toBeNull();
  });

  it('is that of the last connection from a port, whatever became of it', () => {
    const clients = new UnconnectedClients(
      () => 0,
      () => null,
    );
    const remote = { host: '127.0.0.1', port: 40000 };
    const connection = {
      ...{ id: 1, listener: 'socks', remote, request: undefined, route: undefined },
      ...{ cluster: undefined, endpoint: undefined, state: 'closed' as const },
      ...{ acceptedAt: 0, bytesReceived: 0, bytesSent: 0 },
    };
    const closed = { kind: 'closed' as const, connection, durationMs: 0, flags: [] };
    clients.take({ ...closed, reason: 'inspection-failed', detail: 'too long' });
    expect(clients.accountOf(remote)?.message).toMatch(/too long$/);
    clients.take({ kind: 'opened', connection });
    expect(clients.accountOf(remote)).toBeNull();
  });
});
