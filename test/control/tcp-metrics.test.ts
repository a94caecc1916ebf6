/** Istio's standard TCP metrics of a mesh that runs: who reports, and under which labels. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpMetrics } from '../../src/control/admin/tcp-metrics.ts';
import type { MeshEvent, RunningMesh } from '../../src/control/index.ts';
import { dialSocks } from '../../src/proxy/index.ts';
import { startMesh } from './start-mesh.ts';

const app = (name: string, more = ''): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ports: [{name: tcp, port: 9000}, {name: any, port: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}, app.kubernetes.io/version: "3"${more}}}
    spec: {containers: [{name: c, image: x}]}
---
`;

const text = `${app('echo')}${app('bare', ', sidecar.istio.io/inject: "false"')}apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: x, namespace: outside}
spec:
  hosts: [db.example.com]
  addresses: [240.0.0.9]
  ports: [{number: 5432, name: tcp, protocol: TCP}]
  resolution: STATIC
  endpoints: [{address: 192.0.2.7}]
`;

let mesh: RunningMesh;
let metrics: TcpMetrics;
beforeEach(async () => {
  mesh = await startMesh(text, 1);
  metrics = new TcpMetrics(() => mesh.snapshot.mesh);
  mesh.subscribe((event) => metrics.take(event));
});
afterEach(() => mesh.stop(0));

async function connect(host: string, port: number, text = 'x\n'): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    const leave = mesh.subscribe(({ event }) => {
      if (event !== 'closed') return;
      leave();
      resolve();
    });
  });
  const dial = { proxy: mesh.socksAddress, user: 'default/echo', host, port, timeoutMs: 5000 };
  const socket = await dialSocks(dial);
  socket.on('error', () => {}).resume();
  socket.end(text);
  await ended;
}

/** The labels of each series of a family, with its value. */
function series(family: string): readonly { readonly [label: string]: string }[] {
  return metrics
    .render([])
    .split('\n')
    .filter((line) => line.startsWith(`${family}{`))
    .map((line) => ({
      ...Object.fromEntries([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, k, v]) => [k, v])),
      value: line.slice(line.lastIndexOf(' ') + 1),
    }));
}

const reporters = (family: string): readonly (string | undefined)[] =>
  series(family).map(({ reporter }) => reporter);

describe('the standard TCP metrics', () => {
  it('of replicas are one series, for they have the same labels', async () => {
    await mesh.stop(0);
    mesh = await startMesh(
      text.replaceAll('  selector: {matchLabels', '  replicas: 4\n  selector: {matchLabels'),
      1,
    );
    metrics = new TcpMetrics(() => mesh.snapshot.mesh);
    mesh.subscribe((event) => metrics.take(event));
    for (let i = 0; i < 8; i++) await connect('echo', 9000);
    expect(mesh.snapshot.mesh.workloads.length).toBeGreaterThan(4);
    const opened = series('istio_tcp_connections_opened_total');
    expect(opened.map(({ reporter, value }) => [reporter, value])).toEqual([
      ['source', '8'],
      ['destination', '8'],
    ]);
    const lines = metrics
      .render([])
      .split('\n')
      .map((line) => line.replace(/ \S+$/, ''));
    const samples = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(samples).toEqual([...new Set(samples)]);
  });

  it('of a Pod that was dialled by its address are told by both, and only there by its service', async () => {
    const pod = mesh.snapshot.mesh.workloadIndex.named('default', 'echo')[0];
    await connect(pod?.ip ?? '', 9000);
    expect(series('istio_tcp_connections_opened_total')).toMatchObject([
      {
        reporter: 'source',
        destination_workload: 'unknown',
        destination_service: 'unknown',
        destination_service_name: 'PassthroughCluster',
      },
      {
        reporter: 'destination',
        destination_workload: 'echo',
        destination_service: 'echo.default.svc.cluster.local',
        destination_service_name: 'echo',
      },
    ]);
  });

  it("are told by the client's proxy and by the sidecar of the server", async () => {
    await connect('echo', 9000);
    for (const family of [
      'istio_tcp_connections_opened_total',
      'istio_tcp_connections_closed_total',
    ])
      expect(series(family)).toMatchObject([
        { reporter: 'source', connection_security_policy: 'unknown', value: '1' },
        { reporter: 'destination', connection_security_policy: 'none', value: '1' },
      ]);
    const [source, destination] = series('istio_tcp_received_bytes_total');
    expect(destination).toEqual({
      ...source,
      reporter: 'destination',
      connection_security_policy: 'none',
    });
    expect(source).toMatchObject({
      source_workload: 'echo',
      source_canonical_revision: '3',
      destination_workload: 'echo',
      destination_service: 'echo.default.svc.cluster.local',
      destination_service_name: 'echo',
      destination_service_namespace: 'default',
      request_protocol: 'tcp',
      response_flags: '-',
      value: '2',
    });
  });

  it('are not told by a workload without a sidecar, nor by one that was not reached', async () => {
    await connect('bare', 9000);
    expect(reporters('istio_tcp_connections_opened_total')).toEqual(['source']);
    await mesh.setFault('default/echo-0', { kind: 'kill' });
    await connect('echo', 9000);
    expect(reporters('istio_tcp_connections_closed_total')).toEqual(['source', 'source']);
  });

  it('look at a workload without a sidecar once, and again when the mesh is another', async () => {
    const seen: MeshEvent[] = [];
    mesh.subscribe((event) => seen.push(event));
    await connect('bare', 9000);
    let looks = 0;
    const watched = new Proxy(mesh.snapshot.mesh, {
      get: (target, key) => {
        looks += 1;
        return Reflect.get(target, key);
      },
    });
    const again = new TcpMetrics(() => watched);
    for (const event of seen) again.take(event);
    const first = looks;
    expect(first).toBeGreaterThan(0);
    for (let i = 0; i < 5; i += 1) for (const event of seen) again.take(event);
    expect(looks).toBe(first);

    expect(reporters('istio_tcp_connections_opened_total')).toEqual(['source']);
    const injected = text.replace('inject: "false"', 'inject: "true"');
    await mesh.follow([{ name: 'mesh.yaml', text: injected }]);
    await connect('bare', 9000);
    expect(reporters('istio_tcp_connections_opened_total')).toEqual(['source', 'destination']);
  });

  it('name a ServiceEntry by its host and its own namespace', async () => {
    await connect('db.example.com', 5432);
    expect(series('istio_tcp_connections_opened_total')).toMatchObject([
      {
        reporter: 'source',
        destination_service: 'db.example.com',
        destination_service_name: 'db.example.com',
        destination_service_namespace: 'outside',
        destination_workload: 'unknown',
      },
    ]);
  });

  it('close the series that they opened, though the workload is gone or is another', async () => {
    const replicas = (count: number, version = '3'): string =>
      app('echo')
        .replace('  selector: {matchLabels', `  replicas: ${count}\n  selector: {matchLabels`)
        .replace('version: "3"', `version: "${version}"`);
    await mesh.stop(0);
    mesh = await startMesh(replicas(3), 1);
    metrics = new TcpMetrics(() => mesh.snapshot.mesh);
    const told: MeshEvent[] = [];
    const all = (count: number, kind: MeshEvent['event']): Promise<void> =>
      new Promise((resolve) => {
        const leave = mesh.subscribe(() => {
          if (told.filter(({ event }) => event === kind).length < count) return;
          leave();
          resolve();
        });
      });
    mesh.subscribe((event) => {
      told.push(event);
      metrics.take(event);
    });
    const opened = all(12, 'connection');
    const proxy = mesh.socksAddress;
    const dial = { proxy, user: 'default/echo-0', host: 'echo', port: 9000, timeoutMs: 5000 };
    const held = await Promise.all(Array.from({ length: 12 }, () => dialSocks(dial)));
    for (const socket of held) socket.on('error', () => {}).resume();
    await opened;
    await mesh.follow([{ name: 'mesh.yaml', text: replicas(1, '4') }]);
    const closed = all(12, 'closed');
    for (const socket of held) socket.end('x\n');
    await closed;

    const reached = (kind: 'connection' | 'closed') =>
      told
        .flatMap((one) => (one.event === kind ? [`${one.id} ${one.workload}`] : []))
        .sort((a, b) => a.localeCompare(b));
    expect(new Set(reached('connection').map((one) => one.split(' ')[1]))).toEqual(
      new Set(['default/echo-0', 'default/echo-1', 'default/echo-2']),
    );
    expect(reached('closed')).toEqual(reached('connection'));
    const expected = ['source', 'destination'].map((reporter) => ({
      reporter,
      destination_workload: 'echo',
      destination_canonical_revision: '3',
      value: '12',
    }));
    expect(series('istio_tcp_connections_opened_total')).toMatchObject(expected);
    expect(series('istio_tcp_connections_closed_total')).toMatchObject(expected);
    await connect('echo', 9000);
    const revisions = series('istio_tcp_connections_opened_total').map(
      ({ reporter, destination_canonical_revision: revision, value }) =>
        `${reporter} ${revision} ${value}`,
    );
    expect(revisions).toEqual(['source 3 12', 'destination 3 12', 'source 4 1', 'destination 4 1']);
  });

  it('leave out what ends before a filter of the proxy has it', async () => {
    await connect('echo', 8080, '');
    expect(reporters('istio_tcp_connections_closed_total')).toEqual([]);
    await connect('echo', 8080);
    expect(reporters('istio_tcp_connections_closed_total')).toEqual(['source', 'destination']);
  });

  it('name what took a connection that no service has', async () => {
    await connect('192.0.2.99', 80);
    expect(series('istio_tcp_connections_closed_total')).toMatchObject([
      {
        reporter: 'source',
        destination_service: 'unknown',
        destination_service_name: 'PassthroughCluster',
        destination_service_namespace: 'unknown',
        response_flags: 'UH',
      },
    ]);
  });
});
