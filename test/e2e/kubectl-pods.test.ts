/** What kubectl does to a Pod is what connections meet: another label, not ready, deleted. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, Kubectl, kubeconfigOf, kubectlVersion } from './kubectl-process.ts';
import { MeshProcess, root, tcpmesh } from './mesh-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-pods-'));
const file = join(folder, 'mesh.yaml');
const set = (kind: string, name: string): string => `---
apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}}
spec:
  replicas: 1
  selector: {matchLabels: {app: ${name}}}
  template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: c, image: i}]}}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ports: [{name: tcp, port: 9000}]}
`;
const gateway = `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge}
spec: {selector: {istio: edge}, servers: [{port: {number: 7000, name: tcp, protocol: TCP}, hosts: ["*"]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: edge}
spec: {hosts: ["*"], gateways: [edge], tcp: [{route: [{destination: {host: api}}]}]}
`;
writeFileSync(
  file,
  ['web', 'api', 'shop'].map((name) => set('Deployment', name)).join('') +
    set('StatefulSet', 'db') +
    set('DaemonSet', 'agent').replace('  replicas: 1\n', '') +
    gateway,
);

/** A connection that stays open. */
class Client {
  readonly #socket: Socket;
  answer = '';
  ended = false;

  constructor(port: number) {
    this.#socket = createConnection({ port, host: '127.0.0.1' });
    this.#socket.setEncoding('utf8').on('data', (text: string) => {
      this.answer += text;
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.ended = true;
    });
  }

  async asks(word: string): Promise<void> {
    this.#socket.write(`${word}\n`);
    await eventually(() => this.answer.includes(`${word}\n`), `an answer to ${word}`);
  }

  close(): void {
    this.#socket.destroy();
  }
}

describe.skipIf(kubectlVersion === null)('a Pod', () => {
  let mesh: MeshProcess;
  let kubectl: Kubectl;
  const clients: Client[] = [];
  const connect = (service: string): Client => {
    const found = new RegExp(`:(\\d+)  published default/client -> ${service}:`).exec(mesh.stderr);
    const client = new Client(Number(found?.[1]));
    clients.push(client);
    return client;
  };
  const podOf = (app: string): Promise<string> =>
    kubectl.ok('get', 'pods', '-l', `app=${app}`, '-o', 'jsonpath={.items[0].metadata.name}');
  const endpointsOf = async (service: string): Promise<readonly string[]> => {
    const { stdout } = await tcpmesh(
      ['explain', '--mesh', 'last', '--host', service, '--port', '9000', '-o', 'text'],
      { state: mesh.stateFolder },
    );
    return stdout.match(/(?<=:9000 )default\/.*/g) ?? [];
  };

  beforeAll(async () => {
    const ways = ['web', 'api', 'shop', 'db', 'agent'].flatMap((name) => [
      '--publish',
      `0=${name}:9000`,
    ]);
    mesh = await MeshProcess.start(['-f', file, '-o', 'json', ...ways]);
    kubectl = new Kubectl(kubeconfigOf(mesh), root);
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await mesh?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('that is deleted takes its connections with it, whatever has its name after it', async () => {
    for (const app of ['web', 'db']) {
      const before = connect(app);
      await before.asks('before');
      await kubectl.ok('delete', 'pod', await podOf(app));
      await eventually(() => before.ended, `the end of the connection to ${app}`);
      await connect(app).asks('after');
    }
  });

  it('of a gateway takes with it what came through it', async () => {
    const [, gateway] = /:(\d+) {2}gateway [^ ]+:7000/.exec(mesh.stderr) ?? [];
    const before = new Client(Number(gateway));
    clients.push(before);
    await before.asks('before');
    const edge = ['-n', 'istio-system', 'pod', '-l', 'istio=edge'];
    await kubectl.ok('delete', ...edge);
    await eventually(() => before.ended, 'the end of the connection through the gateway');
    const after = new Client(Number(gateway));
    clients.push(after);
    await after.asks('after');
  });

  it('with another label goes on with its connections, behind the Service that selects it now', async () => {
    const open = connect('web');
    await open.asks('before');
    const name = await podOf('web');
    await kubectl.ok('label', 'pod', name, 'app=api', '--overwrite');
    await open.asks('after');
    expect(await podOf('web')).not.toBe(name);
    expect(await endpointsOf('web')).toEqual(['default/web-1']);
    expect(await endpointsOf('api')).toEqual(['default/web-0', 'default/api-0']);
  });

  it('that is not ready is passed over by connections, as by the endpoints of its Service', async () => {
    const name = await podOf('shop');
    await kubectl.ok('run', 'hand', '--image=i', '-l', 'app=shop');
    expect(await endpointsOf('shop')).toEqual(['default/hand', 'default/shop-0']);
    const isReady = (status: string): string =>
      JSON.stringify({ status: { conditions: [{ type: 'Ready', status }] } });
    const patch = ['--subresource=status', '-p'];
    await kubectl.ok('patch', 'pod', name, ...patch, isReady('False'));
    expect(await endpointsOf('shop')).toEqual(['default/hand', 'default/shop-0 (not ready)']);
    await connect('shop').asks('one');
    await kubectl.ok('patch', 'pod', name, ...patch, isReady('True'));
    await kubectl.ok('patch', 'pod', 'hand', ...patch, isReady('False'));
    expect(await endpointsOf('shop')).toEqual(['default/hand (not ready)', 'default/shop-0']);
    await connect('shop').asks('two');
    const reached = (): readonly unknown[] =>
      mesh
        .events()
        .filter(({ event }) => event === 'connection')
        .map(({ workload }) => workload);
    await mesh.until(
      () => reached().slice(-2).join() === 'default/hand,default/shop-0',
      'connection to what is ready',
    );
  });

  it('that has failed is replaced, and its connections end', async () => {
    const failed = JSON.stringify({ status: { phase: 'Failed' } });
    for (const app of ['web', 'db', 'agent']) {
      const name = await podOf(app);
      const uid = await kubectl.ok('get', 'pod', name, '-o', 'jsonpath={.metadata.uid}');
      const before = connect(app);
      await before.asks('before');
      await kubectl.ok('patch', 'pod', name, '--subresource=status', '-p', failed);
      await eventually(() => before.ended, `the end of the connection to ${app}`);
      await connect(app).asks('after');
      const phases = await kubectl.ok(
        ...['get', 'pods', '-l', `app=${app}`],
        ...['-o', 'jsonpath={range .items[*]}{.metadata.uid} {.status.phase},{end}'],
      );
      // A ReplicaSet keeps it to be looked at; the others have one of its name, or of its node, in its place.
      const parts = phases
        .split(',')
        .filter((part) => part !== '')
        .sort();
      expect(parts.map((part) => part.replace(/^\S+ /, '')).sort()).toEqual(
        app === 'web' ? ['Failed', 'Running'] : ['Running'],
      );
      expect(parts.includes(`${uid} Failed`)).toBe(app === 'web');
      await kubectl.ok(
        'delete',
        'pods',
        '-l',
        `app=${app}`,
        '--field-selector=status.phase=Failed',
      );
    }
    expect(await kubectl.ok('get', 'deploy', 'web', '-o', 'jsonpath={.status.replicas}')).toBe('1');
  });
});
