/** Servers of a Gateway with a bind of their own: each address of the gateway is one of this computer, and leads to its listener alone. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listenOption, wishedAddress } from '../../src/cli/run/address-options.ts';
import type { RunningMesh } from '../../src/control/index.ts';
import { type Plan, planMesh } from '../../src/control/plan.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { dialSocks } from '../../src/proxy/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { startMesh } from './start-mesh.ts';

type Server = {
  readonly number: number;
  readonly bind?: string;
  readonly host: string;
  readonly mode?: string;
};

const istio = 'networking.istio.io/v1';

/** What comes in by a server of host a.example.com goes to a, which answers `a`, and so on. */
function meshText(servers: readonly Server[]): string {
  const hosts = ['a', 'b', 'c'];
  const pod = (name: string, labels: object, podIP: string): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { containers: [{ name: 'c', image: 'x', args: ['9000', name] }] },
    status: { phase: 'Running', podIP },
  });
  const documents = [
    ...hosts.flatMap((name, i) => [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name },
        spec: {
          clusterIP: `10.96.0.${i + 1}`,
          selector: { app: name },
          ports: [{ name: 'tcp', port: 9000 }],
        },
      },
      pod(name, { app: name }, `10.244.0.${i + 1}`),
      {
        apiVersion: istio,
        kind: 'VirtualService',
        metadata: { name },
        spec: {
          hosts: [`${name}.example.com`],
          gateways: ['gw'],
          tcp: [{ route: [{ destination: { host: name } }] }],
        },
      },
    ]),
    pod('client', { app: 'client' }, '10.244.0.9'),
    pod('edge', { istio: 'edge' }, '10.244.9.1'),
    {
      apiVersion: istio,
      kind: 'Gateway',
      metadata: { name: 'gw' },
      spec: {
        selector: { istio: 'edge' },
        servers: servers.map(({ number, bind, host, mode }, i) => ({
          port: { number, name: `tcp-${i}`, protocol: mode === undefined ? 'TCP' : 'TLS' },
          hosts: [host === '*' ? host : `${host}.example.com`],
          ...(bind === undefined ? {} : { bind }),
          ...(mode === undefined ? {} : { tls: { mode, credentialName: 'own' } }),
        })),
      },
    },
  ];
  return documents.map((document) => JSON.stringify(document)).join('\n---\n');
}

const three: readonly Server[] = [
  { number: 7000, bind: '10.1.2.3', host: 'b' },
  { number: 7000, host: 'a' },
  { number: 7000, bind: '127.0.0.1', host: 'c' },
];

const running: RunningMesh[] = [];
afterEach(async () => {
  for (const mesh of running.splice(0)) await mesh.stop(0);
});

async function start(servers: readonly Server[]): Promise<RunningMesh> {
  const mesh = await startMesh(meshText(servers), 1);
  running.push(mesh);
  return mesh;
}

/** What the one at the other end says to a line. */
function answerOf(socket: Socket, line = 'x'): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(text));
    socket.on('end', () => socket.end());
    socket.end(`${line}\n`);
  });
}

function say(
  address: { host: string; port: number } | null | undefined,
  line?: string,
): Promise<string> {
  if (address === null || address === undefined) throw new Error('nothing is open there');
  const { host, port } = address;
  return answerOf(connect({ host, port, allowHalfOpen: true }), line);
}

function listener(mesh: RunningMesh, name: string) {
  return mesh.addresses().find((address) => address.name === name);
}

async function sayAsClient(mesh: RunningMesh, host: string): Promise<string> {
  const proxy = mesh.socksAddress;
  const user = 'default/client';
  return answerOf(await dialSocks({ proxy, user, host, port: 7000, timeoutMs: 5000 }));
}

describe('a server with a bind of its own', () => {
  it('is reached at an address that stands for its bind, the others at the gateway’s', async () => {
    const mesh = await start(three);
    expect(await say(listener(mesh, 'default/edge:7000'))).toBe('a x\n');
    const bound = listener(mesh, 'default/edge@10.1.2.3:7000');
    expect(bound).toMatchObject({ purpose: 'gateway', bind: '10.1.2.3' });
    expect(await say(bound)).toBe('b x\n');
    expect(await say(listener(mesh, 'default/edge@127.0.0.1:7000'))).toBe('c x\n');
  });

  it('is what clients inside the mesh meet who dial just that address', async () => {
    const mesh = await start([
      ...three.slice(0, 2),
      { number: 7000, bind: '10.244.9.1', host: 'c' },
    ]);
    expect(await sayAsClient(mesh, '10.1.2.3')).toBe('b x\n');
    expect(await sayAsClient(mesh, '10.244.9.1')).toBe('c x\n');
  });

  it('is on localhost inside the Pod where it is bound to that', async () => {
    const mesh = await start(three);
    expect(await say(mesh.socketOf('default/edge', 7000))).toBe('c x\n');
    expect(await sayAsClient(mesh, '10.244.9.1')).toBe('a x\n');
  });

  it('is closed when it is gone, and the others stay', async () => {
    const mesh = await start(three);
    const kept = listener(mesh, 'default/edge:7000');
    const gone = listener(mesh, 'default/edge@10.1.2.3:7000');
    await mesh.follow([{ name: 'mesh.yaml', text: meshText(three.slice(1)) }]);
    expect(listener(mesh, 'default/edge:7000')).toEqual(kept);
    await expect(say(gone)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('has an address of this computer by its gateway and its place there', () => {
    const { listeners } = planOf([...three, { number: 7001, bind: '10.1.2.3', host: 'a' }]);
    expect(listeners.map(({ name, address }) => [name, `${address.host}:${address.port}`])).toEqual(
      [
        ['default/edge:7000', '127.0.0.1:7000'],
        ['default/edge@10.1.2.3:7000', '127.0.1.1:7000'],
        ['default/edge@127.0.0.1:7000', '127.0.1.2:7000'],
        ['default/edge@10.1.2.3:7001', '127.0.1.1:7001'],
      ],
    );
  });

  it('is no address where it is a socket of the Pod, and this is said', () => {
    const { gateways, listeners } = planOf([
      { number: 7000, host: 'a' },
      { number: 0, bind: 'unix:///run/x.sock', host: 'b' },
    ]);
    expect(listeners.map(({ name }) => name)).toEqual(['default/edge:7000']);
    expect(gateways.flatMap(({ unopened }) => unopened)).toEqual([
      "Gateway default/gw: unix:///run/x.sock is a socket inside the gateway's Pod, and nothing is opened for it here",
    ]);
  });

  it('is moved by --listen under its own name alone', () => {
    const { listeners } = planOf(three);
    const moved = (wish: string): readonly string[] =>
      listeners
        .filter((one) => wishedAddress(listenOption([wish]), one) !== null)
        .map(({ name }) => name);
    expect(moved('7000=8080')).toEqual(['default/edge:7000']);
    expect(moved('default/edge:7000=8080')).toEqual(['default/edge:7000']);
    expect(moved('edge@10.1.2.3:7000=8080')).toEqual(['default/edge@10.1.2.3:7000']);
    expect(moved('@127.0.0.1:7000=8080')).toEqual(['default/edge@127.0.0.1:7000']);
    expect(moved('edge@10.1.2.4:7000=8080')).toEqual([]);
    const [plain] = listeners;
    if (plain === undefined) throw new Error('no listener');
    const both = listenOption(['7000=8080', 'edge:7000=8081']);
    expect(wishedAddress(both, plain)?.port).toBe(8081);
  });
});

function planOf(servers: readonly Server[], more = '', before?: Plan): Plan {
  const sources = [{ name: 'mesh.yaml', text: `${more}${meshText(servers)}` }];
  const { resources } = decodeSources(sources, { defaultNamespace: 'default' });
  return planMesh(buildMesh(resources), before);
}

/** A gateway in front of the other one, with a rule or not yet. */
const front = (rule: 'with a rule' | 'silent'): string => `apiVersion: v1
kind: Pod
metadata: {name: front, labels: {istio: front}}
spec: {containers: [{name: c, image: x}]}
status: {phase: Running, podIP: 10.244.9.2}
---
apiVersion: ${istio}
kind: Gateway
metadata: {name: front}
spec: {selector: {istio: front}, servers: [{port: {number: 7000, name: tcp, protocol: TCP}, hosts: ['*']}]}
---
${
  rule === 'silent'
    ? ''
    : `apiVersion: ${istio}
kind: VirtualService
metadata: {name: front}
spec: {hosts: ['*'], gateways: [front], tcp: [{route: [{destination: {host: a}}]}]}
---
`
}`;

describe('the address of a gateway', () => {
  const addresses = ({ listeners }: Plan): string[] =>
    listeners.map(({ name, address }) => `${name} ${address.host}`).sort();

  it('is by its place among those that listen at the start, and stays while the mesh changes', () => {
    const first = planOf(three, front('silent'));
    const edge = [
      'default/edge:7000 127.0.0.1',
      'default/edge@10.1.2.3:7000 127.0.1.1',
      'default/edge@127.0.0.1:7000 127.0.1.2',
    ];
    expect(addresses(first)).toEqual(edge);
    const second = planOf(three, front('with a rule'), first);
    expect(addresses(second)).toEqual([...edge, 'default/front:7000 127.0.0.2']);
    // Without a start before it, it would have been the first.
    expect(addresses(planOf(three, front('with a rule')))).toContain(
      'default/front:7000 127.0.0.1',
    );

    const less = planOf(three.slice(1), front('with a rule'), second);
    expect(addresses(less)).toEqual([edge[0], edge[2], 'default/front:7000 127.0.0.2']);
    const more = planOf(
      [{ number: 7000, bind: '10.9.9.9', host: 'b' }, ...three.slice(1)],
      '',
      less,
    );
    expect(addresses(more)).toEqual([edge[0], 'default/edge@10.9.9.9:7000 127.0.1.1', edge[2]]);
    expect(addresses(planOf(three.slice(1, 2), front('with a rule'), more))).toEqual([
      edge[0],
      'default/front:7000 127.0.0.2',
    ]);
  });
});

describe('a server that ends TLS in a cluster', () => {
  it('is said when it comes by a change, once', async () => {
    const plain = { number: 7001, host: 'a' };
    const mesh = await start([plain]);
    const told: string[] = [];
    mesh.subscribe((event) => event.event === 'notice' && told.push(event.message));
    const follow = (servers: readonly Server[]) =>
      mesh.follow([{ name: 'mesh.yaml', text: meshText(servers) }]);
    await follow([plain, { number: 7000, host: '*', mode: 'SIMPLE' }]);
    await follow([
      { ...plain, host: 'b' },
      { number: 7000, host: '*', mode: 'SIMPLE' },
    ]);
    expect(told).toEqual([
      'Gateway default/gw port 7000: TLS (SIMPLE) is not terminated here, bytes are relayed as they come',
    ]);
  });

  it('relays bytes as they come, and this is said', async () => {
    const mesh = await start([
      { number: 7000, host: '*', mode: 'SIMPLE' },
      { number: 7001, host: 'a' },
    ]);
    expect(mesh.warnings()).toEqual([
      'Gateway default/gw port 7000: TLS (SIMPLE) is not terminated here, bytes are relayed as they come',
    ]);
    // Long enough to be seen not to be TLS.
    expect(await say(listener(mesh, 'default/edge:7000'), 'in the clear')).toBe('a in the clear\n');
  });
});
