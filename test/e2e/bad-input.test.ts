/** What a person gets for a slip: one message with a place and a remedy, exit code 2, no stack trace, and nothing left listening. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freePorts, MeshProcess, netcat, root, tcpmesh } from './mesh-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-bad-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function refuses(
  args: readonly string[],
  ...words: readonly (string | RegExp)[]
): Promise<void> {
  const { code, stderr, stdout } = await tcpmesh(['run', ...args]);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/\n\s+at /);
  for (const word of words) expect(stderr).toMatch(word);
}

describe('run refuses', () => {
  const empty = mkdtempSync(join(tmpdir(), 'tcpmesh-empty-'));
  afterAll(() => rmSync(empty, { recursive: true, force: true }));

  it('a file that is not there', () =>
    refuses(['nowhere.yaml'], /nowhere\.yaml: no such file/, /spelling/));
  it('a folder without YAML', () => refuses([empty], /no YAML in this folder/));
  it('broken YAML', () =>
    refuses([file('broken.yaml', 'a: [1,\n')], /broken\.yaml:\d+:\d+: this \[ is never closed/));
  it('a tab', () =>
    refuses([file('tab.yaml', 'kind: Service\nspec:\n\tports: []\n')], /tab\.yaml:3:\d+: .*tab/i));
  it('an empty file', () =>
    refuses([file('empty.yaml', '')], /nothing to run: .*empty\.yaml holds no/));
  it('a number where a list belongs', () =>
    refuses(
      [
        file(
          'number.yaml',
          'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: v}\nspec:\n  hosts: 7\n',
        ),
      ],
      /number\.yaml:5:\d+/,
      /nothing to run/,
    ));
  it('a kind that is a slip of the pen, if asked to be strict', () =>
    refuses(
      [
        'samples/tcp-echo-20-v2.yaml',
        file(
          'kind.yaml',
          'apiVersion: networking.istio.io/v1\nkind: Sydecar\nmetadata: {name: a}\nspec: {egress: [{hosts: ["./*"]}]}\n',
        ),
        '--strict',
      ],
      /kind\.yaml:2:\d+: Istio does not know Sydecar/,
      /Did you mean kind: Sidecar/,
    ));
  it('a port where none can be', () =>
    refuses(
      ['samples/tcp-echo-20-v2.yaml', '--listen', '31400=none'],
      /--listen: none is not an address/,
    ));
  it('a fault on nobody', () =>
    refuses(
      ['samples/tcp-echo-20-v2.yaml', '--kill', 'tcp-eccho-v1'],
      /no workload is called tcp-eccho-v1/,
      /tcp-echo-v1-0/,
    ));
  it('an unknown client', () =>
    refuses(
      [
        'samples/tcp-echo-20-v2.yaml',
        '--connections',
        '1',
        '--from',
        'x/y',
        '--to',
        'tcp-echo:9000',
      ],
      /no workload is called x\/y/,
    ));
});

describe('what goes wrong after a part is open', () => {
  const sample = 'samples/tcp-echo-20-v2.yaml';

  /** The child ends by itself, for else its time limit ends it without a code; and nothing of it is left. */
  async function endsClean(
    args: readonly string[],
    ...words: readonly (string | RegExp)[]
  ): Promise<void> {
    const state = mkdtempSync(join(tmpdir(), 'tcpmesh-clean-'));
    const { code, stderr, stdout } = await tcpmesh(['run', sample, ...freePorts, ...args], {
      state,
    });
    expect([code, stdout]).toEqual([2, '']);
    for (const word of words) expect(stderr).toMatch(word);
    expect(readdirSync(state)).toEqual([]);
    rmSync(state, { recursive: true });
  }

  it('an admin address that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await endsClean(['--admin', String(port)], `port ${port} of 127.0.0.1 is in use`);
    server.close();
  });
  it('an admin address that none can be', () =>
    endsClean(['--admin', '80000'], /--admin: 80000 is not an address/, /Write PORT/));
  it('an admin address of another computer', () =>
    endsClean(['--admin', '192.0.2.8:1234'], /no address 192\.0\.2\.8/));
  it('a watch on standard input', () =>
    endsClean(['--watch', '-'], /--watch cannot follow standard input/));
  it('a state folder that is a file', () =>
    endsClean(['--state', file('state', '')], /--state: .*state is a file/, /Name a folder/));
  it.skipIf(process.platform !== 'linux')('a state folder where none can be made', () =>
    endsClean(['--state', '/proc/nope'], /there can be no folder \/proc\/nope/, /Name a folder/),
  );
});

describe('a port that is in use', () => {
  it('ends a run that asked for just that one', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await refuses(
      ['samples/tcp-echo-20-v2.yaml', '--listen', `31400=127.0.0.1:${port}`],
      /is in use/,
      /--listen/,
    );
    server.close();
  });

  it('is told with the option that named it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const sample = ['samples/tcp-echo-20-v2.yaml', ...freePorts];
    for (const [option, value] of [
      ['--socks', `${port}`],
      ['--admin', `${port}`],
      ['--api', `${port}`],
      ['--publish', `${port}=tcp-echo:9000`],
    ] as const)
      await refuses(
        [...sample, option, value],
        `port ${port} of 127.0.0.1 is in use\n`,
        `choose another address with ${option}.`,
      );
    await new Promise((resolve) => server.close(resolve));
    const twice = ['tcp-echo', 'tcp-echo.default'].flatMap((name) => [
      '--publish',
      `${port}=${name}:9001`,
    ]);
    const { code, stderr } = await tcpmesh(['run', ...sample, ...twice]);
    expect(stderr).toContain(
      `port ${port} of 127.0.0.1 is in use by this mesh itself, for publish default/client -> tcp-echo:9001\n  Give each an address of its own; --publish takes`,
    );
    expect(stderr).not.toContain('another mesh');
    await refuses(
      [...sample, '--api', `${port}`, '--admin', `${port}`],
      `port ${port} of 127.0.0.1 is in use by this mesh itself, for --api\n`,
    );
    expect(code).toBe(2);
  });

  it('is stepped aside from where any will do, and said', async () => {
    const ownPorts = { ownPorts: true };
    const first = await MeshProcess.start(['samples/tcp-echo-20-v2.yaml'], ownPorts);
    const second = await MeshProcess.start(['samples/tcp-echo-20-v2.yaml'], ownPorts);
    const { port } = second.gateway('istio-ingressgateway:31400');
    expect(port).not.toBe(first.gateway('istio-ingressgateway:31400').port);
    expect(second.stderr).toMatch(/port 31400 of 127\.0\.0\.1 is in use/);
    expect(await netcat(second.gateway('istio-ingressgateway:31400'), 'x\n')).toMatch(
      /^(one|two) x\n$/,
    );
    expect((await first.stop()).code).toBe(0);
    expect((await second.stop()).code).toBe(0);
  });
});

describe('connect', () => {
  it('takes a plain address of the mesh as it is', async () => {
    const mesh = await MeshProcess.start(['samples/tcp-echo-20-v2.yaml']);
    const { host, port } = mesh.gateway('istio-ingressgateway:31400');
    const { stdout, code } = await tcpmesh(['connect', `${host}:${port}`], { input: 'x\n' });
    expect(stdout).toMatch(/^(one|two) x\n$/);
    expect(code).toBe(0);
    expect((await mesh.stop()).code).toBe(0);
    expect((await tcpmesh(['connect', `${host}:${port}`])).code).toBe(2);
  });
  it('waits no longer than timers do', async () => {
    const { code, stderr } = await tcpmesh(['connect', '127.0.0.1:1', '--timeout', '597h']);
    expect(stderr).toBe('tcpmesh: --timeout: 597h is too long\n  Take 596h at most.\n');
    expect(code).toBe(2);
  });
  it('says so when no mesh runs', async () => {
    const { code, stderr } = await tcpmesh(['connect', 'echo:1']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no mesh is running/);
  });
  it('says where a connection went that came to nothing, in the words of explain', async () => {
    const mesh = await MeshProcess.start(['samples/tcp-echo-20-v2.yaml', '--name', 'lost']);
    try {
      const twin = await tcpmesh(['run', 'samples/tcp-echo-20-v2.yaml', '--name', 'lost'], {
        state: mesh.stateFolder,
      });
      expect(twin.stderr).toMatch(
        /^tcpmesh: --name: a mesh named lost runs already, its clients at /,
      );
      expect(twin.code).toBe(2);
      const { code, stdout, stderr } = await mesh.connect(['tcp-echo:9999'], 'x\n');
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(
        /^tcpmesh: connect: client in default → tcp-echo:9999 \(\S+\) passes through to .*tcp-echo\.default\.svc\.cluster\.local has no port 9999, only 9000 and 9001; nothing answers there\n {2}The whole way: tcpmesh explain --mesh lost --src-ns default --host tcp-echo --port 9999\n$/,
      );
      const asked = stderr.slice(stderr.indexOf('explain')).trim().split(' ');
      const explained = await tcpmesh(asked, { state: mesh.stateFolder });
      expect(explained.stdout).toContain('has no port 9999, only 9000 and 9001');
    } finally {
      expect((await mesh.stop()).code).toBe(0);
    }
  });
  it('ends with the connection, though its input goes on', async () => {
    const mesh = await MeshProcess.start(['samples/tcp-echo-20-v2.yaml']);
    const child = spawn(
      process.execPath,
      [join(root, 'bin', 'tcpmesh.js'), 'connect', 'tcp-echo:9999'],
      {
        env: { ...process.env, TCPMESH_STATE_DIR: mesh.stateFolder },
        stdio: ['pipe', 'ignore', 'ignore'],
        timeout: 20_000,
      },
    );
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2);
    await mesh.stop();
  });
  it('ends when nobody reads its answers any more, though its input goes on', async () => {
    const mesh = await MeshProcess.start(['samples/tcp-echo-20-v2.yaml']);
    const child = spawn(
      process.execPath,
      [join(root, 'bin', 'tcpmesh.js'), 'connect', 'tcp-echo:9000'],
      {
        env: { ...process.env, TCPMESH_STATE_DIR: mesh.stateFolder },
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: 20_000,
      },
    );
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    const feed = (): void => {
      while (child.stdin.write('y\n'.repeat(1000)));
    };
    child.stdin.on('error', () => {}).on('drain', feed);
    feed();
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ended).toBe(0);
    expect(said).toBe('');
    expect((await mesh.stop()).code).toBe(0);
  });
  it('names what it does not know', async () => {
    const mesh = await MeshProcess.start(['samples/tcp-echo-20-v2.yaml']);
    const nobody = await mesh.connect(['--from', 'no/body', 'tcp-echo:9000'], '');
    expect(nobody.code).toBe(2);
    expect(nobody.stderr).toMatch(/no workload "no\/body"/);
    const nowhere = await mesh.connect(['tcp-eccho:9000'], '');
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toMatch(/tcp-eccho:9000/);
    const nonsense = await mesh.connect(['tcp-echo'], '');
    expect(nonsense.stderr).toMatch(/no host:port/);
    const twice = await mesh.connect(['tcp-echo:9000', 'x'], '');
    expect(twice.stderr).toMatch(/tcp-echo:9000 x is no host:port/);
    const apart = await mesh.connect(['tcp-echo', '9000'], 'x\n');
    expect(apart.stdout).toMatch(/^(one|two) x\n$/);
    const gateway = await mesh.connect(['31401'], '');
    expect(gateway.code).toBe(2);
    expect(gateway.stderr).toBe(
      'tcpmesh: connect: no gateway listens at 31401 (Did you mean 31400?)\n  There are istio-system/istio-ingressgateway:31400.\n',
    );
    const inside = await mesh.connect(['--from', 'default/client', '31400'], '');
    expect(inside.stderr).toMatch(/31400 is no host:port, which a workload dials/);
    expect((await mesh.stop()).code).toBe(0);
  });
});
