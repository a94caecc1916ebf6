/** The life of a running mesh: what follows a change, and what does not. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type MeshEvent, type RunningMesh, readGatewayAnswer } from '../../src/control/index.ts';
import { dialSocks, gatewayBySocks } from '../../src/proxy/index.ts';
import { startMesh } from './start-mesh.ts';

const istio = 'networking.istio.io/v1';

type Parts = { readonly weights: readonly [number, number]; readonly ports: readonly number[] };

/** Service tcp-echo with v1 and v2, a gateway with some ports, and one rule for all of them. */
function meshText({ weights, ports }: Parts): string {
  const pod = (name: string, labels: object, args?: readonly string[]): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { containers: [{ name: 'c', image: 'x', ...(args === undefined ? {} : { args }) }] },
  });
  const documents = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'echo' },
      spec: {
        clusterIP: '10.96.0.7',
        selector: { app: 'echo' },
        ports: [{ name: 'tcp', port: 9000 }],
      },
    },
    pod('echo-v1', { app: 'echo', version: 'v1' }, ['9000', 'one']),
    pod('echo-v2', { app: 'echo', version: 'v2' }, ['9000', 'two']),
    pod('client', { app: 'client' }),
    pod('edge', { istio: 'edge' }),
    {
      apiVersion: istio,
      kind: 'DestinationRule',
      metadata: { name: 'echo' },
      spec: {
        host: 'echo',
        subsets: ['v1', 'v2'].map((name) => ({ name, labels: { version: name } })),
      },
    },
    {
      apiVersion: istio,
      kind: 'Gateway',
      metadata: { name: 'gw' },
      spec: {
        selector: { istio: 'edge' },
        servers: ports.map((number) => ({
          port: { number, name: `tcp-${number}`, protocol: 'TCP' },
          hosts: ['*'],
        })),
      },
    },
    {
      apiVersion: istio,
      kind: 'VirtualService',
      metadata: { name: 'echo' },
      spec: {
        hosts: ['*.example.com'],
        gateways: ['gw'],
        tcp: [
          {
            route: ['v1', 'v2'].map((subset, i) => ({
              destination: { host: 'echo', subset, port: { number: 9000 } },
              weight: weights[i],
            })),
          },
        ],
      },
    },
  ];
  return documents.map((document) => JSON.stringify(document)).join('\n---\n');
}

const sourcesOf = (parts: Parts) => [{ name: 'mesh.yaml', text: meshText(parts) }];

const running: RunningMesh[] = [];
afterEach(async () => {
  for (const mesh of running.splice(0)) await mesh.stop(0);
});

async function start(parts: Parts, seed = 1): Promise<RunningMesh> {
  const mesh = await startMesh(meshText(parts), seed);
  running.push(mesh);
  return mesh;
}

function gateway(mesh: RunningMesh, port: number): { host: string; port: number } {
  const found = mesh.addresses().find(({ name }) => name === `default/edge:${port}`);
  if (found === undefined) throw new Error(`no gateway at ${port}`);
  return found;
}

function read(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(text));
  });
}

function say(address: { host: string; port: number }, text: string): Promise<string> {
  const socket = connect({ host: address.host, port: address.port, allowHalfOpen: true });
  socket.on('end', () => socket.end());
  socket.end(text);
  return read(socket);
}

/** The answer to one line on a connection that stays open. */
function ask(socket: Socket, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    socket.write(line);
  });
}

describe('a running mesh', () => {
  it('opens and closes listeners with its Gateways, and lets the others be', async () => {
    const mesh = await start({ weights: [100, 0], ports: [7000, 7001] });
    const kept = gateway(mesh, 7000).port;
    const gone = gateway(mesh, 7001);
    const events: MeshEvent[] = [];
    mesh.subscribe((event) => events.push(event));
    await mesh.follow(sourcesOf({ weights: [100, 0], ports: [7000, 7002] }));
    expect(gateway(mesh, 7000).port).toBe(kept);
    expect(await say(gateway(mesh, 7002), 'x\n')).toBe('one x\n');
    await expect(say(gone, 'x\n')).rejects.toThrow(/ECONNREFUSED/);
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['stopped-listening', 'listening', 'changed']),
    );
  });

  it('opens a listener that comes back where it was, though any port would do', async () => {
    const both: Parts = { weights: [100, 0], ports: [7000, 7001] };
    const mesh = await start(both);
    const { port } = gateway(mesh, 7001);
    await mesh.follow(sourcesOf({ ...both, ports: [7000] }));
    await mesh.follow(sourcesOf(both));
    expect(gateway(mesh, 7001).port).toBe(port);
  });

  it('sends new connections by new weights and leaves open ones where they are', async () => {
    const mesh = await start({ weights: [100, 0], ports: [7000] });
    const address = gateway(mesh, 7000);
    const open = connect({ host: address.host, port: address.port });
    expect(await ask(open, 'a\n')).toBe('one a\n');
    const lines = await mesh.follow(sourcesOf({ weights: [0, 100], ports: [7000] }));
    expect(lines).toEqual([
      'VirtualService default/echo spec.tcp[0]: v1 100 % -> 0 %, v2 0 % -> 100 %',
    ]);
    expect(await say(address, 'b\n')).toBe('two b\n');
    expect(await ask(open, 'c\n')).toBe('one c\n');
    open.destroy();
    expect(mesh.shares().map(({ connections, current }) => [connections, current])).toEqual([
      [1, false],
      [1, true],
    ]);
  });

  it('ends the connections of a client that is removed, and of no other', async () => {
    const parts: Parts = { weights: [100, 0], ports: [7000] };
    const mesh = await start(parts);
    const dial = (user: string): Promise<Socket> =>
      dialSocks({ proxy: mesh.socksAddress, user, host: 'echo', port: 9000, timeoutMs: 5000 });
    const leaving = await dial('client');
    const staying = await dial('echo-v2');
    expect(await ask(leaving, 'a\n')).toMatch(/^(one|two) a\n$/);
    expect(await ask(staying, 'a\n')).toMatch(/^(one|two) a\n$/);
    const ended = new Promise<MeshEvent>((resolve) => {
      mesh.subscribe((event) => event.event === 'closed' && resolve(event));
    });
    const failure = new Promise<Error>((resolve) => leaving.once('error', resolve));
    const documents = meshText(parts).split('---\n');
    const without = documents.filter((text) => !text.includes('"labels":{"app":"client"}'));
    expect(without).toHaveLength(documents.length - 1);
    await mesh.follow([{ name: 'mesh.yaml', text: without.join('---\n') }]);
    expect(await ended).toMatchObject({ from: 'default/client', reason: 'client-removed' });
    expect(await failure).toMatchObject({ code: 'ECONNRESET' });
    expect(await ask(staying, 'b\n')).toMatch(/^(one|two) b\n$/);
    staying.destroy();
  });

  it('ends what came through a gateway whose Pod is removed, and what one of two made that is renewed', async () => {
    const parts: Parts = { weights: [100, 0], ports: [7000] };
    const mesh = await start(parts);
    const ends: MeshEvent[] = [];
    mesh.subscribe((event) => event.event === 'closed' && ends.push(event));
    const through = async (): Promise<{
      readonly socket: Socket;
      readonly code: Promise<string>;
    }> => {
      const { host, port } = gateway(mesh, 7000);
      const socket = connect(port, host);
      expect(await ask(socket, 'a\n')).toBe('one a\n');
      const code = new Promise<string>((resolve) =>
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? '')),
      );
      return { socket, code };
    };
    const inside = await dialSocks({
      proxy: mesh.socksAddress,
      user: 'client',
      host: 'echo',
      port: 9000,
      timeoutMs: 5000,
    });
    expect(await ask(inside, 'a\n')).toMatch(/ a\n$/);

    const first = await through();
    await mesh.renew(new Set(['default/edge']));
    expect(await first.code).toBe('ECONNRESET');

    const second = await through();
    const without = meshText(parts)
      .split('---\n')
      .filter((text) => !text.includes('"name":"edge"'));
    await mesh.follow([{ name: 'mesh.yaml', text: without.join('---\n') }]);
    expect(await second.code).toBe('ECONNRESET');
    expect(ends).toMatchObject([{ reason: 'gateway-removed' }, { reason: 'gateway-removed' }]);
    expect(await ask(inside, 'b\n')).toMatch(/ b\n$/);
    inside.destroy();
  });

  it('knows a gateway by its port where it is open, and no other', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const second = (text: string): string =>
      `${text}\n---\n{"apiVersion":"v1","kind":"Pod","metadata":{"name":"far","labels":{"istio":"edge"}},"spec":{"containers":[{"name":"c","image":"x"}]}}`;
    const before: Parts = { weights: [100, 0], ports: [7000] };
    const mesh = await startMesh(second(meshText(before)), 1, {
      listen: ({ gateway, dialled }) => ({
        host: '127.0.0.1',
        port: gateway === 'default/edge' && dialled === 7001 ? port : 0,
      }),
    });
    running.push(mesh);
    const text = second(meshText({ ...before, ports: [7000, 7001] }));
    await mesh.follow([{ name: 'mesh.yaml', text }]);
    taken.close();
    expect(mesh.gatewayAt('7000')?.name).toBe('default/edge:7000');
    expect(mesh.gatewayAt('7001')?.name).toBe('default/far:7001');
    expect(mesh.gatewayAt('default/edge:7001')).toBeNull();
    const { host, port: at } = mesh.socksAddress;
    const told = await gatewayBySocks({
      proxy: { host, port: at },
      user: '-',
      name: 'default/edge:7001',
      timeoutMs: 5000,
    });
    expect(readGatewayAnswer(told)).toMatchObject({
      missing: {
        remedy: 'There are default/edge:7000, default/far:7000, default/far:7001.',
      },
    });
  });

  it('lets go on what came through a gateway that was stood in for, when the Gateway is removed', async () => {
    const without = (name: string): string =>
      meshText({ weights: [100, 0], ports: [7000] })
        .split('---\n')
        .filter((text) => !text.includes(name))
        .join('---\n');
    const mesh = await startMesh(without('"name":"edge"'), 1, { standIns: true });
    running.push(mesh);
    const [open] = mesh.addresses().filter(({ purpose }) => purpose === 'gateway');
    const socket = connect(open?.port ?? 0, open?.host);
    expect(await ask(socket, 'a\n')).toBe('one a\n');
    await mesh.follow([{ name: 'mesh.yaml', text: without('"istio":"edge"') }]);
    expect(mesh.addresses().filter(({ purpose }) => purpose === 'gateway')).toEqual([]);
    expect(await ask(socket, 'b\n')).toBe('one b\n');
    socket.destroy();
  });

  it('has a server for each of two sets with one name, and ends both', async () => {
    const set = (kind: string, more: string): string =>
      `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: db}\nspec:\n  ${more}selector: {matchLabels: {app: db}}\n  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: x}]}}\n`;
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {clusterIP: 10.96.0.8, selector: {app: db}, ports: [{name: tcp, port: 5432}]}\n';
    const mesh = await startMesh(
      [set('Deployment', ''), set('StatefulSet', 'serviceName: db\n  '), service].join('---\n'),
      1,
    );
    expect([...mesh.workloads()].sort()).toEqual(['default/db-0', 'default/db-deployment-0']);
    const servers = (): number =>
      process.getActiveResourcesInfo().filter((one) => one === 'TCPServerWrap').length;
    await mesh.stop(0);
    // Those of the meshes before are on their way out too.
    await expect.poll(servers).toBe(0);
  });

  it('draws the same for the same seed, and otherwise for another', async () => {
    const draws = async (seed: number): Promise<string> => {
      const mesh = await start({ weights: [50, 50], ports: [7000] }, seed);
      let drawn = '';
      for (let i = 0; i < 40; i += 1)
        drawn += (await say(gateway(mesh, 7000), 'x\n')).startsWith('one') ? '1' : '2';
      return drawn;
    };
    const first = await draws(1);
    expect(await draws(1)).toBe(first);
    expect(await draws(2)).not.toBe(first);
  });

  it('kills a workload and brings it back', async () => {
    const mesh = await start({ weights: [100, 0], ports: [7000] });
    await mesh.setFault('default/echo-v1', { kind: 'kill' });
    expect(await say(gateway(mesh, 7000), 'x\n').catch(() => '')).toBe('');
    await mesh.setFault('default/echo-v1', undefined);
    expect(await say(gateway(mesh, 7000), 'x\n')).toBe('one x\n');
  });

  it('breaks what comes to a broken subset later, until that is well again', async () => {
    const mesh = await start({ weights: [100, 0], ports: [7000] });
    mesh.holdFault('echo:v1', { kind: 'kill' });
    await mesh.setFault('default/echo-v1', { kind: 'kill' });
    const more = (name: string): string =>
      `${meshText({ weights: [100, 0], ports: [7000] })}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: echo, version: v1}}\nspec: {containers: [{name: c, image: x}]}\n`;
    const told: string[] = [];
    mesh.subscribe((event) => event.event === 'notice' && told.push(event.message));
    await mesh.follow([{ name: 'mesh.yaml', text: more('echo-more') }]);
    expect(mesh.fault('default/echo-more')).toEqual({ kind: 'kill' });
    expect(mesh.fault('default/echo-v2')).toBeUndefined();
    expect(told).toEqual(['workload default/echo-more has a fault: kill']);
    mesh.holdFault('echo:v1', undefined);
    await mesh.follow([{ name: 'mesh.yaml', text: more('echo-other') }]);
    expect(mesh.fault('default/echo-other')).toBeUndefined();
  });

  it('says which fault another takes the place of', async () => {
    const mesh = await start({ weights: [100, 0], ports: [7000] });
    const told: string[] = [];
    mesh.subscribe((event) => event.event === 'notice' && told.push(event.message));
    await mesh.setFault('default/echo-v1', { kind: 'kill' });
    await mesh.setFault('default/echo-v1', { kind: 'kill' });
    await mesh.setFault('default/echo-v1', { kind: 'delay', delayMs: 500 });
    await mesh.setFault('default/echo-v1', undefined);
    expect(told).toEqual([
      'workload default/echo-v1 has a fault: kill',
      'workload default/echo-v1 has a fault: kill',
      'workload default/echo-v1 has a fault: delay of 500 ms instead of kill',
      'workload default/echo-v1 is well again',
    ]);
  });

  it('lets a client reach a gateway workload, and from there its rule', async () => {
    const mesh = await start({ weights: [0, 100], ports: [7000] });
    const edge = mesh.snapshot.mesh.workloadIndex.named('default', 'edge')[0];
    const socket = await dialSocks({
      proxy: mesh.socksAddress,
      user: 'default/client',
      host: edge?.ip ?? '',
      port: 7000,
      timeoutMs: 5000,
    });
    socket.end('x\n');
    socket.on('end', () => socket.end());
    expect(await read(socket.resume())).toBe('two x\n');
  });

  it('dials nothing beyond this computer by itself', async () => {
    const mesh = await start({ weights: [100, 0], ports: [7000] });
    const closed = new Promise<MeshEvent>((resolve) => {
      mesh.subscribe((event) => {
        if (event.event === 'closed') resolve(event);
      });
    });
    const socket = await dialSocks({
      proxy: mesh.socksAddress,
      user: 'default/client',
      host: '192.0.2.1',
      port: 9,
      timeoutMs: 5000,
    });
    socket.on('error', () => {}).end('x\n');
    socket.resume();
    expect(await closed).toMatchObject({
      outcome: 'passthrough',
      reason: 'passthrough-not-allowed',
    });
  });
});
