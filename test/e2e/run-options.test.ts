/** The ways in, real backends, live change, faults, the admin address and the end of a run, through the built command. */

import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dialSocks } from '../../src/proxy/index.ts';
import { freePorts, MeshProcess, netcat, netcats, root, tcpmesh } from './mesh-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A real process's stand-in: answers with what it got, turned round. */
async function backend(): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => socket.end([...text.trim()].reverse().join('')));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
}

const passingTls = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: data}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 8443, name: tls, protocol: TLS}
    tls: {mode: PASSTHROUGH}
    hosts: ["*.example.com"]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: s, namespace: data}
spec:
  hosts: ["*.example.com"]
  gateways: [gw]
  tls:
  - match: [{sniHosts: [a.example.com]}]
    route:
    - {destination: {host: s.data.svc.cluster.local, subset: v1, port: {number: 9000}}, weight: 70}
    - {destination: {host: s.data.svc.cluster.local, subset: v2, port: {number: 9000}}, weight: 30}
  - match: [{sniHosts: [b.example.com]}]
    route: [{destination: {host: s.data.svc.cluster.local, subset: v2, port: {number: 9000}}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: s, namespace: data}
spec:
  host: s
  trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}}}
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
---
apiVersion: v1
kind: Service
metadata: {name: s, namespace: data}
spec: {selector: {app: s}, ports: [{name: tcp, port: 9000}]}
`;

const replicas = `apiVersion: v1
kind: Service
metadata: {name: echo}
spec: {selector: {app: echo}, ports: [{name: tcp, port: 9000}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: echo}
spec:
  replicas: 7
  selector: {matchLabels: {app: echo}}
  template:
    metadata: {labels: {app: echo}}
    spec: {containers: [{name: c, image: x}]}
`;

/** The address on the line that names it. */
function addressOf(mesh: MeshProcess, word: string): { host: string; port: number } {
  const line = mesh.stderr.split('\n').find((text) => text.includes(`  ${word}`)) ?? '';
  const found = /^\s+([\d.]+):(\d+)\s/.exec(line);
  if (found === null) throw new Error(`no ${word} in:\n${mesh.stderr}`);
  return { host: found[1] ?? '', port: Number(found[2]) };
}

describe('what is outside', () => {
  it('is an echo server at each address that is written out, or a real one by the host', async () => {
    const entry = (name: string, more: string): string => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: data}
spec: {hosts: [${name}.example], ports: [{number: 1521, name: tcp, protocol: TCP}], ${more}}
---
`;
    const file = join(folder, 'outside.yaml');
    writeFileSync(
      file,
      entry('legacy', 'addresses: [10.30.0.5]') +
        entry('real', 'addresses: [10.30.0.6]') +
        entry('db', 'resolution: DNS, endpoints: [{address: a.example}, {address: b.example}]'),
    );
    const { server, port } = await backend();
    const backends = ['real.example', 'db.example'].flatMap((host) => [
      '--backend',
      `${host}=127.0.0.1:${port}`,
    ]);
    const mesh = await MeshProcess.start([file, ...backends]);
    try {
      const answers: string[] = [];
      for (const to of [
        'legacy.example:1521',
        '10.30.0.5:1521',
        'real.example:1521',
        'db.example:1521',
      ])
        answers.push((await mesh.connect(['--from', 'data/client', to], 'abc\n')).stdout);
      expect(answers).toEqual(['10.30.0.5 abc\n', '10.30.0.5 abc\n', 'cba', 'cba']);
    } finally {
      expect((await mesh.stop()).code).toBe(0);
      server.close();
    }
  });
});

const tls = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: tls, port: 443}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: web}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: front}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 8443, name: tls, protocol: TLS}, tls: {mode: PASSTHROUGH}, hosts: ["*"]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web}
spec:
  hosts: ["*"]
  gateways: [front]
  tls: [{match: [{sniHosts: [web.example.com]}], route: [{destination: {host: web}}]}]
`;

describe('connect to a gateway', () => {
  it('by its port or name, with a server name where that decides', async () => {
    const file = join(folder, 'tls.yaml');
    writeFileSync(file, tls);
    const mesh = await MeshProcess.start([file]);
    try {
      for (const to of ['8443', 'istio-system/istio-ingressgateway:8443', 'front:8443'])
        expect(await mesh.connect(['--sni', 'web.example.com', to], 'abc\n')).toEqual({
          code: 0,
          stdout: 'web abc\n',
          stderr: '',
        });
      const other = await mesh.connect(['--sni', 'other.example.com', '8443'], 'abc\n');
      expect(other.code).toBe(2);
      expect(other.stderr).toMatch(
        /server name other\.example\.com is accepted and closed at once/,
      );
      expect((await mesh.connect(['--sni', 'a..b', '8443'], '')).stderr).toMatch(
        /^tcpmesh: --sni: a\.\.b is no server name/,
      );
    } finally {
      expect((await mesh.stop()).code).toBe(0);
    }
  });
});

describe('one mesh with all its ways in', () => {
  it('publishes, speaks SOCKS, has real backends, and says how it is', async () => {
    const { server, port } = await backend();
    const mesh = await MeshProcess.start([
      ...['echoserver', 'telnet', 'source-namespace'].map(
        (name) => `samples/tcp-matching/${name}.yaml`,
      ),
      ...['--publish', '0=echo-server.default:19000@foo/telnet-client-foo', '--admin', '0'],
      ...['--backend', `default/echo-server-2=127.0.0.1:${port}`],
    ]);
    try {
      expect(await netcat(addressOf(mesh, 'published'), 'abc\n')).toBe('cba');

      const socks = addressOf(mesh, 'clients');
      const socket = await dialSocks({
        proxy: socks,
        user: 'default/telnet-client-2',
        host: 'echo-server',
        port: 19000,
        timeoutMs: 5000,
      });
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
      });
      socket.end('over socks');
      await new Promise((resolve) => socket.on('close', resolve).resume());
      expect(answer).toBe('hello over socks');

      // Netcat manners: what is large arrives whole, the end of input is passed on, and the answer is read to its end.
      const lines = Array.from({ length: 50_000 }, (_, i) => `line ${i}\n`);
      const { stdout, code } = await mesh.connect(
        ['--from', 'default/telnet-client', 'echo-server:19000'],
        lines.join(''),
      );
      expect(code).toBe(0);
      expect(stdout === lines.map((line) => `hello ${line}`).join('')).toBe(true);

      const { host, port: adminPort } = addressOf(mesh, 'admin');
      const get = async (path: string): Promise<string> =>
        (await fetch(`http://${host}:${adminPort}${path}`)).text();
      expect(await get('/healthz')).toBe('ok\n');
      expect(await get('/metrics')).toMatch(
        /istio_tcp_connections_opened_total\{reporter="source",source_workload="telnet-client-foo",source_workload_namespace="foo",[^}]*destination_service_name="echo-server-2"[^}]*\} 1\n/,
      );
      await mesh.connect(['10.20.30.40:80'], 'x\n');
      for (const family of ['opened', 'closed'])
        expect(await get('/metrics')).toMatch(
          new RegExp(
            `connections_${family}_total\\{[^}]*destination_service_name="PassthroughCluster"[^}]*response_flags="UH"[^}]*\\} 1\n`,
          ),
        );
      expect(await get('/metrics')).toMatch(
        /istio_tcp_received_bytes_total\{[^}]*telnet-client-2[^}]*\} 10\n/,
      );
      expect(JSON.parse(await get('/config?proxy=foo/telnet-client-foo-0')).proxies).toHaveLength(
        1,
      );
      expect(await get('/stats/prometheus')).toBe(await get('/metrics'));
      expect(await get('/stats')).toContain('connections.open: 0');
      const elsewhere = await fetch(`http://${host}:${adminPort}/config`, { method: 'POST' });
      expect(elsewhere.status).toBe(405);
    } finally {
      server.close();
      expect((await mesh.stop()).code).toBe(0);
    }
  });
});

describe('live change', () => {
  it('refuses a broken edit with its place, keeps the last good mesh, and lets open connections be', async () => {
    const file = join(folder, 'mesh.yaml');
    copyFileSync(join(root, 'samples/tcp-echo-20-v2.yaml'), file);
    const mesh = await MeshProcess.start(['--watch', file]);
    const gateway = mesh.gateway('istio-ingressgateway:31400');
    const open = connect({ ...gateway, allowHalfOpen: true });
    let answer = '';
    open.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    open.write('a\n');
    await mesh.until(() => answer.endsWith('a\n'), 'answer');
    try {
      appendFileSync(file, '---\nkind: VirtualService\n\tbroken: true\n');
      await mesh.until(() => mesh.stderr.includes('change refused'), 'refusal');
      expect(mesh.stderr).toMatch(/change refused, the last good mesh stays: .*mesh\.yaml:\d+:\d+/);
      expect([...(await netcats(gateway, 40)).keys()].sort()).toEqual(['one', 'two']);
      // What is still wrong in the same way is not said again.
      appendFileSync(file, '# more\n');
      writeFileSync(join(folder, 'beside.yaml'), '');

      const good = readFileSync(join(root, 'samples/tcp-echo-20-v2.yaml'), 'utf8');
      writeFileSync(
        file,
        good.replace('weight: 80', 'weight: 0').replace('weight: 20', 'weight: 100'),
      );
      await mesh.until(() => mesh.stderr.includes('v2 20 % -> 100 %'), 'change');
      writeFileSync(file, good.replace('kind: DestinationRule', 'kind: DestinationRul'));
      await mesh.until(() => mesh.stderr.includes('does not know DestinationRul of'), 'refusal');
      writeFileSync(
        file,
        good.replace('weight: 80', 'weight: 0').replace('weight: 20', 'weight: 100'),
      );
      await mesh.until(() => mesh.stdout.includes('"mended"'), 'mended');
      await mesh.until(() => mesh.stderr.includes('mended: what is on disk'), 'the same as prose');
      expect(mesh.stderr.match(/change refused/g)).toHaveLength(2);
      expect(mesh.stderr.match(/mesh\.yaml:\d+:\d+: /g)).toHaveLength(2);
      writeFileSync(file, '');
      await mesh.until(() => mesh.stderr.includes('mesh.yaml holds no resources'), 'refusal');
      expect([...(await netcats(gateway, 40)).keys()]).toEqual(['two']);
      open.write('b\n');
      await mesh.until(() => answer.endsWith('b\n'), 'answer on the open connection');
      open.destroy();
    } finally {
      expect((await mesh.stop()).code).toBe(0);
    }
  });
});

describe('what is watched', () => {
  it('are the files that come to a folder, at any depth, and those that .tcpmesh.yaml comes to name', async () => {
    const home = mkdtempSync(join(folder, 'watched-'));
    const configMap = (name: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
    mkdirSync(join(home, 'mesh', 'more'), { recursive: true });
    copyFileSync(join(root, 'samples/tcp-echo-20-v2.yaml'), join(home, 'mesh', 'echo.yaml'));
    writeFileSync(join(home, '.tcpmesh.yaml'), 'config: [mesh/echo.yaml]\n');
    writeFileSync(join(home, 'other.yaml'), configMap('other'));
    const named = await MeshProcess.start(['--watch'], { cwd: home });
    const whole = await MeshProcess.start(['--watch', join(home, 'mesh')]);
    try {
      writeFileSync(join(home, 'mesh', 'more', 'new.yaml'), configMap('new'));
      await whole.until(() => whole.stderr.includes('ConfigMap default/new added'), 'new file');
      writeFileSync(join(home, '.tcpmesh.yaml'), 'config: [mesh/echo.yaml, other.yaml]\n');
      await named.until(() => named.stderr.includes('ConfigMap default/other added'), 'new name');
      writeFileSync(join(home, 'other.yaml'), configMap('another'));
      await named.until(() => named.stderr.includes('default/another added'), 'edit of it');
      expect(named.stderr.match(/^reading /gm)).toHaveLength(1);
    } finally {
      for (const mesh of [named, whole]) expect((await mesh.stop()).code).toBe(0);
    }
  });
});

describe('a folder in which something is written all the time', () => {
  it('is followed all the same', async () => {
    const home = mkdtempSync(join(folder, 'busy-'));
    const echo = join(home, 'echo.yaml');
    copyFileSync(join(root, 'samples/tcp-echo-20-v2.yaml'), echo);
    const mesh = await MeshProcess.start(['--watch', home]);
    // More often than a file has to rest for before it is read.
    const writing = setInterval(() => appendFileSync(join(home, 'notes.yaml'), '# more\n'), 20);
    try {
      writeFileSync(
        echo,
        readFileSync(echo, 'utf8')
          .replace('weight: 80', 'weight: 70')
          .replace('weight: 20', 'weight: 30'),
      );
      await mesh.until(() => mesh.stderr.includes('v1 80 % -> 70 %'), 'edit');
    } finally {
      clearInterval(writing);
      expect((await mesh.stop()).code).toBe(0);
    }
  });
});

describe('a folder that nobody named', () => {
  it('is followed from empty to full, whatever its configuration says meanwhile', async () => {
    const home = mkdtempSync(join(folder, 'unnamed-'));
    const good = readFileSync(join(root, 'samples/tcp-echo-20-v2.yaml'), 'utf8');
    const mesh = await MeshProcess.start(['--watch'], { cwd: home });
    const configuration = join(home, '.tcpmesh.yaml');
    try {
      expect(mesh.stderr).toContain('this folder holds no YAML');
      writeFileSync(join(home, 'a.yaml'), good);
      await mesh.until(() => mesh.stderr.includes('VirtualService default/tcp-echo added'), 'add');
      writeFileSync(configuration, 'mode: ambient\n');
      await mesh.until(() => mesh.stderr.includes('mode of .tcpmesh.yaml: from the next'), 'mode');
      writeFileSync(configuration, 'config: [gone]\n');
      await mesh.until(() => mesh.stderr.includes('change refused'), 'refusal');
      writeFileSync(
        join(home, 'a.yaml'),
        good.replace('weight: 80', 'weight: 60').replace('weight: 20', 'weight: 40'),
      );
      rmSync(configuration);
      await mesh.until(() => mesh.stderr.includes('v1 80 % -> 60 %'), 'change');
    } finally {
      expect((await mesh.stop()).code).toBe(0);
    }
  });
});

describe('few file descriptors', () => {
  it.skipIf(process.platform !== 'linux')('are told of, and the mesh goes on', async () => {
    const command = [process.execPath, join(root, 'bin/tcpmesh.js'), 'run', ...freePorts];
    const child = spawn(
      'sh',
      ['-c', 'ulimit -n 72 && exec "$@"', 'sh', ...command, 'samples/tcp-echo-20-v2.yaml'],
      {
        cwd: root,
        env: { ...process.env, TCPMESH_STATE_DIR: join(folder, 'few') },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    const address = () => /\s([\d.]+):(\d+) {2}gateway/.exec(said);
    const sockets: Socket[] = [];
    try {
      await expect.poll(address, { timeout: 20_000 }).not.toBeNull();
      const [, host = '', port] = address() ?? [];
      const gateway = { host, port: Number(port) };
      for (let i = 0; i < 60; i += 1) sockets.push(connect(gateway).on('error', () => {}));
      await expect
        .poll(() => said, { timeout: 20_000 })
        .toMatch(/no file descriptors are left \(.*ulimit -n\): with \d+ connections open/);
      for (const socket of sockets) socket.destroy();
      await expect
        .poll(() => said, { timeout: 20_000 })
        .toContain('connections are accepted again');
      expect(await netcat(gateway, 'x\n')).toMatch(/^(one|two) x/);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

/** A mesh whose events nobody reads until the caller does. redirection: of the shell, `>/dev/full`. */
async function unreadMesh(redirection = '') {
  const run = [join(root, 'bin/tcpmesh.js'), 'run', 'samples/tcp-echo-20-v2.yaml', ...freePorts];
  const child = spawn('sh', ['-c', `exec "$0" "$@" ${redirection}`, process.execPath, ...run], {
    cwd: root,
    env: { ...process.env, TCPMESH_STATE_DIR: join(folder, 'unread') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const address = () => /\s([\d.]+):(\d+) {2}gateway/.exec(stderr);
  await expect.poll(address, { timeout: 20_000 }).not.toBeNull();
  const [, host = '', port] = address() ?? [];
  return { child, ended, exited, said: () => stderr, gateway: { host, port: Number(port) } };
}

describe('a reader of the events', () => {
  it('that pauses holds up no connection, and is told how much it missed', async () => {
    const { child, ended, gateway } = await unreadMesh();
    try {
      // Two events of half a kilobyte each: more than the pipe and the queue hold.
      await netcats(gateway, 2500);
      let stdout = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      const events = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(events.find(({ event }) => event === 'dropped')?.events).toBeGreaterThan(0);
      expect(events.at(-1)).toMatchObject({ event: 'summary', shares: [{ connections: 2500 }] });
    } finally {
      child.kill('SIGKILL');
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'that is a full disk ends no mesh, and is said',
    async () => {
      const { child, ended, gateway, said } = await unreadMesh('>/dev/full');
      try {
        expect(await netcat(gateway, 'x\n')).toMatch(/^(one|two) x/);
        child.kill('SIGTERM');
        expect(await ended).toBe(2);
        expect(
          said().match(/the output cannot be written, the rest of it is lost: ENOSPC/g),
        ).toHaveLength(1);
        expect(said()).toContain('1 connection');
      } finally {
        child.kill('SIGKILL');
      }
    },
  );

  it('that never comes back does not keep the mesh from ending', async () => {
    const { child, exited, gateway } = await unreadMesh();
    try {
      await netcats(gateway, 500);
      child.kill('SIGTERM');
      expect(await exited).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('faults and the end', () => {
  it('kills a subset; the others go on; a drain is bounded', async () => {
    const mesh = await MeshProcess.start([
      'samples/tcp-echo-20-v2.yaml',
      ...['--kill', 'tcp-echo:v2', '--drain-timeout', '300ms'],
    ]);
    const gateway = mesh.gateway('istio-ingressgateway:31400');
    const words = new Set<string>();
    for (let i = 0; i < 60; i += 1)
      words.add((await netcat(gateway, 'x\n').catch(() => 'reset')).split(' ')[0] ?? '');
    expect(words.has('one')).toBe(true);
    expect(words.has('two')).toBe(false);
    // The connection is closed, with or without a reset on the way.
    expect(words.size).toBeGreaterThan(1);
    const open = connect(gateway);
    await new Promise((resolve) => open.once('connect', resolve));
    open.on('error', () => {});
    const closed = new Promise((resolve) => open.once('close', resolve));
    mesh.signal('SIGTERM');
    const { code } = await mesh.finished();
    expect(code).toBe(0);
    await closed;
  });

  it('does not wait for open connections when it is asked twice', async () => {
    const mesh = await MeshProcess.start([
      'samples/tcp-echo-20-v2.yaml',
      ...['--drain-timeout', '9999h'],
    ]);
    const gateway = mesh.gateway('istio-ingressgateway:31400');
    const open = connect(gateway);
    open.on('error', () => {});
    open.write('x\n');
    await mesh.until(() => mesh.stdout.includes('"connection"'), 'connection');
    mesh.signal('SIGINT');
    const door = () =>
      netcat(gateway, 'x\n').then(
        () => 'open',
        () => 'closed',
      );
    await expect.poll(door, { timeout: 20_000 }).toBe('closed');
    mesh.signal('SIGINT');
    expect((await mesh.finished()).code).toBe(0);
  });

  const making = (count: number, ...args: readonly string[]) =>
    tcpmesh([
      ...['run', 'samples/tcp-echo-20-v2.yaml', '--connections', String(count)],
      ...[...freePorts, '-o', 'json', ...args],
    ]);
  const summaryOf = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

  it('judges shares that a fault spoils by what the rule chose, and says what failed', async () => {
    const { code, stdout, stderr } = await making(
      100,
      ...['--delay', 'default/tcp-echo-v1=1ms', '--reset', 'tcp-echo-v2', '--to', '31400'],
      ...['--seed', '1'],
    );
    expect(stderr).toContain('100 connections, shares as expected in what the rule chose\n');
    const { made, shares } = summaryOf(stdout);
    const toV2 = shares[0].destinations[1].observed;
    expect(toV2).toBeGreaterThan(0);
    expect(stderr).toMatch(
      new RegExp(`\n${toV2} of 100 connections FAILED\n {2}${toV2}: the workload reset it \\(`),
    );
    expect(made).toMatchObject({ connections: 100, failed: toV2 });
    expect(code).toBe(1);
  });

  it('does not take connections that all failed for good ones', async () => {
    const kills = ['--kill', 'tcp-echo:v1', '--kill', 'tcp-echo:v2'];
    const { code, stdout, stderr } = await making(40, ...kills, '--to', '31400');
    expect(stderr).toMatch(/\n40 of 40 connections FAILED\n {2}\d+: .*nothing answers there/);
    const { made } = summaryOf(stdout);
    expect(made).toMatchObject({ connections: 40, failed: 40 });
    expect(made.failures[0].why).toContain('ECONNREFUSED');
    expect(code).toBe(1);
  });

  it('says once what failed alike at several replicas, and where', async () => {
    const file = join(folder, 'replicas.yaml');
    writeFileSync(file, replicas);
    for (const [fault, words] of [
      ['kill', /^client .* \(connect (127\.0\.0\.1:\d+, ){4}127\S+ and 2 more ECONNREFUSED\)$/],
      ['reset', /^the workload reset it \((10\.[\d.]+:9000, ){4}10\.\S+ and 2 more\)$/],
    ] as const) {
      const { stdout } = await tcpmesh([
        ...['run', file, '--connections', '300', '--from', 'default/client', '--to', 'echo:9000'],
        ...[`--${fault}`, 'default/echo', '--seed', '1', '-o', 'json'],
      ]);
      const { made } = summaryOf(stdout);
      expect(made.failures).toEqual([{ connections: 300, why: expect.stringMatching(words) }]);
    }
  });

  it('speaks TLS where nothing else is routed, and opens no more at once than a pool takes', async () => {
    const file = join(folder, 'tls.yaml');
    writeFileSync(file, passingTls);
    const args = ['run', file, ...freePorts, '--connections', '200', '--seed', '3', '--to'];
    const good = await tcpmesh([...args, '8443']);
    expect(good.stderr).toContain('a TLS client hello for a.example.com');
    expect(good.stderr).toContain('data/s spec.tls[0]: 200 connections, shares as expected\n');
    expect(good.code).toBe(0);
    const named = await tcpmesh([...args, '8443', '--sni', 'b.example.com']);
    expect(named.stderr).toContain('data/s spec.tls[1]: 200 connections\n');
    const unknown = await tcpmesh([...args, '8443', '--sni', 'c.example.com']);
    expect(unknown.stderr).toContain('200 of 200 connections FAILED');
    const many = await tcpmesh([...args, 's.data:9000', '--parallel', '40']);
    expect(many.stderr).toContain('it is one too many: more than 1 connection');
    expect([unknown.code, many.code]).toEqual([1, 1]);
    const pending = 'http: {http1MaxPendingRequests: 1}';
    writeFileSync(file, passingTls.replace('tcp: {maxConnections: 1}', pending));
    const onePending = await tcpmesh([...args, 's.data:9000']);
    expect(onePending.stderr).not.toContain('FAILED');
    expect(onePending.code).toBe(0);
  });

  it('counts no failure where there is none', async () => {
    const good = await making(40, '--from', 'default/client', '--to', 'tcp-echo:9000');
    expect(good.stderr).not.toContain('FAILED');
    expect(summaryOf(good.stdout).made).toEqual({ connections: 40, failed: 0, failures: [] });
    expect(good.code).toBe(0);
  });

  it.skipIf(process.platform !== 'linux')('counts what no descriptor was left for', () => {
    const command = [process.execPath, join(root, 'bin/tcpmesh.js'), 'run', ...freePorts];
    const args = ['samples/tcp-echo-20-v2.yaml', '--connections', '120', '--parallel', '120'];
    const { status, stdout, stderr } = spawnSync(
      'sh',
      [
        ...['-c', 'ulimit -n 100 && exec "$@"', 'sh', ...command, ...args],
        ...['--to', '31400', '--api', 'off', '-o', 'json'],
      ],
      { cwd: root, encoding: 'utf8' },
    );
    const { made, shares } = summaryOf(stdout);
    const routed = shares.reduce(
      (sum: number, share: { readonly connections: number }) => sum + share.connections,
      0,
    );
    expect(made.connections).toBe(120);
    expect(made.failed).toBeGreaterThan(0);
    expect(made.failed).toBeGreaterThanOrEqual(120 - routed);
    expect(stderr).toContain('no file descriptors are left (more with ulimit -n)');
    expect(stderr).not.toContain('undefined');
    expect(status).toBe(1);
  });

  it('says why nothing was routed', async () => {
    const nowhere = await making(5, '--from', 'default/client', '--to', 'nosuch:99');
    expect(nowhere.stderr).toMatch(
      /--to: the name nosuch does not resolve for default\/client\n {2}Names that do: tcp-echo/,
    );
    expect(nowhere.code).toBe(2);
    const beyond = await making(5, '--from', 'default/client', '--to', '192.0.2.8:53');
    expect(beyond.stderr).toMatch(
      /no connection was routed\n5 of 5 connections FAILED\n {2}5: .*--allow-passthrough/,
    );
    expect(beyond.code).toBe(1);
  });
});
