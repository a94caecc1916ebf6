/** Options of `run` that name what is not there, or mean nothing: said before anything is opened. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freePorts, MeshProcess, root, tcpmesh } from './mesh-process.ts';

const sample = 'samples/tcp-echo-20-v2.yaml';
const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-names-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what a run is asked for and cannot be', () => {
  it.each([
    [
      ['--listen', '31401=0'],
      'no gateway has a port 31401 (Did you mean 31400?)',
      'There are istio-system/istio-ingressgateway:31400.',
    ],
    [['--listen', 'ingressgateway-2:31400=0'], 'no gateway has a port ingressgateway-2:31400', ''],
    [
      ['--listen', '31400=8080', '--listen', '31400=8081'],
      '--listen: 31400=8080 and 31400=8081 are for the same 31400',
      'Leave one of them out.',
    ],
    [
      ['--backend', 'tcp-echo-v1=127.0.0.1:1', '--backend', 'tcp-echo-v1=127.0.0.1:2'],
      'are for the same tcp-echo-v1',
      '',
    ],
    [['--listen', '*=8080'], 'gives every port of every gateway the same address', 'Write *=0'],
    [
      ['--publish', '0=tcp-ech:9000'],
      '--publish: the name tcp-ech does not resolve for default/client (Did you mean tcp-echo?)',
      'tcp-echo.default.svc.cluster.local:9000',
    ],
    [
      ['--publish', '0=tcp-echo:9009'],
      '--publish: nothing routes tcp-echo:9009 for default/client: no service has that name and the port 9009',
      'Ports that are routed: tcp-echo.default.svc.cluster.local:9000, tcp-echo.default.svc.cluster.local:9001.',
    ],
    [
      ['--publish', '0=tcp-echo:9000@tcp-echo-v3'],
      '--publish: no workload is called tcp-echo-v3 (Did you mean tcp-echo-v1?)',
      'Workloads are default/tcp-echo-v1, default/tcp-echo-v2',
    ],
    [
      ['--backend', 'tcp-echo-v3=127.0.0.1:5432'],
      '--backend: no workload is called tcp-echo-v3 (Did you mean tcp-echo-v1?)',
      'Workloads are default/tcp-echo-v1, default/tcp-echo-v2.',
    ],
    [['--from', 'default/client'], '--from is about the connections that --connections', ''],
    [['--to', '31400'], '--to is about the connections that --connections makes', ''],
    [['--connections', '0'], 'none at all show nothing', ''],
    [['--connections', '5', '--to', '31401'], 'no gateway has a port 31401 (Did you mean', ''],
    [
      ['--connections', '5', '--to', '127.0.0.1:31400', '--from', 'default/client'],
      '--to: 127.0.0.1:31400 is where istio-system/istio-ingressgateway:31400 listens on this computer, and no address of the mesh',
      'Leave out --from to connect to the gateway as from outside, or dial it as the mesh knows it: --to HOST:31400.',
    ],
    [
      ['--connections', '5', '--to', '31400', '--from', 'default/client'],
      '31400 is no HOST:PORT',
      'leave out --from for a gateway',
    ],
    [
      ['--connections', '5', '--from', 'tcp-eco-v1', '--to', 'tcp-echo:9000'],
      '--from: no workload is called tcp-eco-v1 (Did you mean tcp-echo-v1?)',
      'NAMESPACE/client is one without labels',
    ],
    [['--connections', '5', '--to', 'tcp-eco:9000'], '(Did you mean tcp-echo?)', ''],
    [
      ['--kill', 'tcp-echo-v3'],
      '(Did you mean tcp-echo-v1?)',
      'Those that can be broken are default/tcp-echo-v1',
    ],
    [
      ['--kill', 'istio-system/istio-ingressgateway'],
      '--kill: istio-system/istio-ingressgateway is a gateway',
      '',
    ],
    [
      ['--delay', 'tcp-echo:v9=5s'],
      '--delay: default/tcp-echo has no subset v9: it has v1, v2',
      'SERVICE:SUBSET',
    ],
    [
      ['--delay', 'tcp-eco.default:v1=5s'],
      '--delay: no workload is called tcp-eco.default:v1',
      'SERVICE:SUBSET',
    ],
    [
      ['--kill', 'tcp-echo.default:v1', '--delay', 'tcp-echo:v1=5s'],
      '--kill and --delay are both for default/tcp-echo-v1-0, and a workload has one fault',
      'Leave one of them out.',
    ],
    [['--delay', 'tcp-echo:v1=597h'], '--delay: 597h is too long', 'Take 596h at most.'],
    [['--seed', '4294967296'], '--seed: 4294967296 is too large', 'from 0 to 4294967295'],
    [['-o', 'view'], 'the view needs a terminal', '-o json'],
  ])('%s', async (args, message, remedy) => {
    const state = mkdtempSync(join(folder, 'state-'));
    const { code, stdout, stderr } = await tcpmesh(['run', sample, ...args], { state });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain(remedy);
    // Nothing was opened on the way: what says so comes first.
    expect(stderr).not.toMatch(/stand-in|ready/);
    expect(readdirSync(state)).toEqual([]);
  });

  it('is no slip where a Gateway has the port and nothing is bound to it, or a cluster would refuse it', async () => {
    const file = join(folder, 'silent.yaml');
    const gateway = (name: string, port: number, rest: string): string =>
      `---\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: ${name}}\nspec:\n  selector: {istio: ingressgateway}\n  servers: [{port: {number: ${port}, name: tcp, protocol: TCP}${rest}}]\n`;
    const good = readFileSync(join(root, sample), 'utf8');
    writeFileSync(
      file,
      `${good}${gateway('idle', 31500, ", hosts: ['*']")}${gateway('odd', 31600, '')}`,
    );
    const { code, stderr } = await tcpmesh([
      ...['run', file, ...freePorts, '--listen', '31500=0', '--listen', '31600=0'],
      ...['--connections', '1', '--to', 'tcp-echo:9000'],
    ]);
    expect(stderr).toContain('left out: Gateway default/odd');
    for (const port of [31500, 31600])
      expect(stderr).toContain(
        `warning: --listen: nothing listens on port ${port}, as no rule is bound to it\n`,
      );
    expect(code).toBe(0);
  });

  it('may still come where files are followed', async () => {
    const mesh = await MeshProcess.start([
      ...[sample, '--watch', '--listen', '31401=0', '--publish', '0=other:9000'],
      ...['--backend', 'shop/db=127.0.0.1:5432'],
    ]);
    try {
      expect(mesh.stderr).toContain('warning: --listen: no gateway has a port 31401');
      expect(mesh.stderr).toContain('warning: --publish: the name other does not resolve');
      expect(mesh.stderr).toContain('warning: no workload is called shop/db, so its backend');
      await mesh.until(() => mesh.stdout.includes('"listening"'), 'event');
      const said = mesh.events().filter(({ level }) => level === 'warning');
      expect(said.map(({ message }) => message)).toEqual([
        expect.stringContaining('shop/db'),
        expect.stringContaining('31401'),
        expect.stringContaining('the name other'),
      ]);
    } finally {
      expect((await mesh.stop()).code).toBe(0);
    }
  });
});

describe('what is wrong or broken from the start', () => {
  it('is told in words and as events', async () => {
    const mesh = await MeshProcess.start([
      ...[sample, '--kill', 'tcp-echo:v2', '--delay', 'tcp-echo-v1=20ms'],
    ]);
    try {
      for (const said of ['tcp-echo-v2-0 has a fault: kill', 'v1-0 has a fault: delay of 20 ms']) {
        expect(mesh.stderr).toContain(said);
        await mesh.until(() => mesh.stdout.includes(said), said);
      }
    } finally {
      await mesh.stop();
    }
  });

  it('of an edit too: an error that Istio accepts is taken over, and said once', async () => {
    const good = readFileSync(join(root, sample), 'utf8');
    const file = join(folder, 'mesh.yaml');
    const bad = good.replace('subset: v2', 'subset: v9');
    writeFileSync(file, bad);
    const mesh = await MeshProcess.start(['--watch', file]);
    const errors = (): number =>
      mesh.stderr.match(/^error: .*subset v9.*\[IST0101\]$/gm)?.length ?? 0;
    try {
      await mesh.until(() => errors() === 1, 'error at the start');
      writeFileSync(file, good);
      await mesh.until(() => mesh.stderr.includes('no errors any more'), 'mended');
      writeFileSync(
        file,
        bad.replace('weight: 80', 'weight: 70').replace('weight: 20', 'weight: 30'),
      );
      await mesh.until(() => errors() === 2, 'error of the edit');
      expect(mesh.stderr).toMatch(/error: .*mesh\.yaml:\d+:\d+: no DestinationRule defines/);
      // The same error some lines further down is not another one.
      writeFileSync(file, `# a line more\n${bad}`);
      await mesh.until(() => mesh.stderr.split('changed: ').length > 3, 'change');
      await mesh.until(
        () => mesh.events().filter(({ event }) => event === 'changed').length === 3,
        'events',
      );
      expect(errors()).toBe(2);
      const levels = mesh.events().filter(({ event }) => event === 'notice');
      expect(levels.map(({ level }) => level)).toEqual(['error', 'info', 'error']);
    } finally {
      expect((await mesh.stop()).code).toBe(0);
    }
  });
});

describe('.tcpmesh.yaml', () => {
  it("tells a run the cluster's domain", async () => {
    const home = mkdtempSync(join(folder, 'home-'));
    writeFileSync(join(home, '.tcpmesh.yaml'), 'clusterDomain: corp.example\n');
    const args = ['run', join(root, sample), ...freePorts, '--connections', '3'];
    const { code, stderr } = await tcpmesh(
      [...args, '--to', 'tcp-echo.default.svc.corp.example:9000'],
      { cwd: home },
    );
    expect(stderr).toContain('outbound|9000||tcp-echo.default.svc.corp.example: 3 connections');
    expect(stderr).toContain('--from default/client tcp-echo.default:9000');
    expect(code).toBe(0);
  });
});

describe('an address beyond loopback', () => {
  it('is opened where somebody asks for it, and said', async () => {
    const args = ['run', sample, ...freePorts, '--connections', '1', '--to', 'tcp-echo:9000'];
    const { code, stderr } = await tcpmesh([...args, '--socks', '0.0.0.0:0']);
    expect(stderr).toMatch(/^warning: 0\.0\.0\.0:\d+ \(clients\) can be reached from other/m);
    expect(stderr.match(/other computers/g)).toHaveLength(1);
    expect(code).toBe(0);
  });
});

describe('--connections by passthrough', () => {
  it('counts what reached the very address that was dialled', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    try {
      const { code, stderr } = await tcpmesh([
        ...['run', sample, ...freePorts, '--connections', '5'],
        ...['--from', 'default/client', '--to', `127.0.0.1:${port}`],
      ]);
      expect(stderr).toContain('passthrough: 5 connections to the very address that was dialled');
      expect(stderr).not.toContain('no connection was routed');
      expect(code).toBe(0);
    } finally {
      server.close();
    }
  });
});
