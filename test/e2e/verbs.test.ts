/** apply, get, describe, delete, exec and logs without kubectl; what is kept from run to run; two meshes at once. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type Finished, MeshProcess, root, tcpmesh } from './mesh-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-verbs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const meshes: MeshProcess[] = [];
async function start(...args: readonly string[]): Promise<MeshProcess> {
  const mesh = await MeshProcess.start(['--empty', ...args]);
  meshes.push(mesh);
  return mesh;
}
afterEach(async () => {
  for (const mesh of meshes.splice(0)) {
    mesh.signal('SIGTERM');
    await mesh.finished();
  }
});

const at =
  (mesh: MeshProcess) =>
  (args: readonly string[], input = ''): Promise<Finished> =>
    tcpmesh(args, { state: mesh.stateFolder, input });

const sample = (name: string): string => `samples/tcp-matching/${name}.yaml`;

const another = `apiVersion: v1
kind: Service
metadata: {name: another}
spec: {ports: [{port: 1}]}
`;

describe('the verbs', () => {
  it.each([
    ['logs', '-f', 'deploy/echo-server'],
    ['get', '-w', 'services'],
  ])('%s %s ends when nobody reads it any more', async (...args) => {
    const mesh = await start();
    const run = at(mesh);
    await run(['apply', '-f', sample('echoserver')]);
    const child = spawn(process.execPath, [join(root, 'bin', 'tcpmesh.js'), ...args], {
      env: { ...process.env, TCPMESH_STATE_DIR: mesh.stateFolder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      child.stdout.destroy();
      await run(['connect', 'echo-server:19000'], 'x\n');
      await run(['apply', '-f', '-'], another);
      expect(await ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('do to a mesh what kubectl does', async () => {
    const run = at(await start());
    const applied = await run([
      'apply',
      '-f',
      sample('echoserver'),
      '-f',
      sample('telnet'),
      '-f',
      sample('source-namespace'),
    ]);
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    expect(applied.stdout).toMatch(
      /^virtualservice\.networking\.istio\.io\/source-namespace created$/m,
    );
    expect((await run(['apply', '-f', sample('source-namespace')])).stdout).toBe(
      'virtualservice.networking.istio.io/source-namespace unchanged\n',
    );
    expect((await run(['get', 'pods', '-A'])).stdout).toMatch(
      /^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE\n/,
    );
    expect((await run(['get', 'vs', 'source-namespace', '-o', 'json'])).stdout).toContain(
      '"sourceNamespace": "foo"',
    );
    expect((await run(['describe', 'svc/echo-server'])).stdout).toMatch(/^Kind: +Service$/m);
    const ask = [
      'exec',
      '-i',
      'deploy/telnet-client-foo',
      '-n',
      'foo',
      '-c',
      'client',
      '--',
      'telnet',
      'echo-server.default:19000',
    ];
    expect(await run(ask, 'test\n')).toEqual({ code: 0, stdout: 'hello-2 test\n', stderr: '' });
    expect((await run(['logs', 'deploy/echo-server-2', '--tail', '1'])).stdout).toBe(
      'response: hello-2 test\n',
    );
    const pods = (await run(['get', 'pods', '-n', 'foo', '-o', 'name'])).stdout;
    const pod = pods.match(/telnet-client-foo-\S+/)?.[0] ?? 'none';
    expect(
      await run(['connect', '--from', `foo/${pod}`, 'echo-server.default:19000'], 'by Pod\n'),
    ).toMatchObject({ code: 0, stdout: 'hello-2 by Pod\n' });
    expect(await run(['exec', 'deploy/telnet-client', '--', 'sh', '-c', 'exit 9'])).toMatchObject({
      code: 9,
      stderr: 'command terminated with exit code 9\n',
    });
    for (const word of ['one', 'two', 'three'])
      expect(await run(['exec', 'deploy/telnet-client', '--', 'echo', word])).toEqual({
        code: 0,
        stdout: `${word}\n`,
        stderr: '',
      });
    expect((await run(['exec', 'deploy/telnet-client', '--', 'curl', 'x'])).stderr).toContain(
      'executable file not found',
    );
    expect((await run(['delete', 'vs', 'source-namespace'])).stdout).toBe(
      'virtualservice.networking.istio.io "source-namespace" deleted\n',
    );
    expect(await run(ask, 'test\n')).toMatchObject({ stdout: 'hello test\n' });
  });

  it('show where a gateway will be before anything listens there', async () => {
    const run = at(await start());
    const gateway = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'gw' },
      spec: {
        selector: { istio: 'edge' },
        servers: [{ port: { number: 31499, name: 'tcp', protocol: 'TCP' }, hosts: ['*'] }],
      },
    };
    await run(['apply', '-f', '-'], JSON.stringify(gateway));
    expect((await run(['get', 'svc', '-n', 'istio-system'])).stdout).toMatch(
      /LoadBalancer +10\.\S+ +127\.0\.0\.1 +31499\/TCP/,
    );
  });

  it('take away what a later file leaves out', async () => {
    const run = at(await start());
    const path = join(folder, 'map.yaml');
    const write = (data: string): void =>
      writeFileSync(path, `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: ${data}\n`);
    write('{a: "1", b: "2"}');
    await run(['apply', '-f', path]);
    write('{b: "3"}');
    expect((await run(['apply', '-f', path])).stdout).toBe('configmap/m configured\n');
    expect(JSON.parse((await run(['get', 'cm', 'm', '-o', 'json'])).stdout).data).toEqual({
      b: '3',
    });
  });

  it('say what is refused, and what is not there', async () => {
    const run = at(await start());
    const path = join(folder, 'bad.yaml');
    writeFileSync(
      path,
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: v}\nspec: {hosts: [a], tpc: []}\n',
    );
    const refused = await run(['apply', '-f', path]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/Error from server \(BadRequest\): .*unknown field "spec\.tpc"/);
    for (const [text, message] of [
      ['metadata: {name: x}', '<stdin>:1:1: this document has no apiVersion and no kind'],
      ['apiVersion: v1\nmetadata: {name: x}', '<stdin>:1:1: this document has no kind'],
      [
        'apiVersion: v1\nkind: Service\nmetadata: {name: y}',
        '<stdin>:1:1: the name of this object is read as true, and a text belongs here',
      ],
      ['- a', '<stdin>:1:1: this document is no object'],
      ['# nothing', 'the files hold no object'],
    ] as const)
      expect(await run(['apply', '-f', '-'], text)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(message),
      });
    expect(await run(['get', 'pod', 'none'])).toMatchObject({
      code: 1,
      stderr: 'Error from server (NotFound): pods "none" not found\n',
    });
    expect(await run(['logs', 'none'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('deploy/NAME is one of a Deployment'),
    });
    // As kubectl: 1 for what is not there, whichever way it is named.
    for (const args of [['logs'], ['exec']]) {
      const rest = args[0] === 'exec' ? ['--', 'date'] : [];
      expect(await run([...args, 'deploy/none', ...rest])).toMatchObject({
        code: 1,
        stderr:
          'Error from server (NotFound): deployments.apps "none" not found\n  tcpmesh get deployments -n default shows those that there are.\n',
      });
      expect(await run([...args, 'none', '-n', 'a b', ...rest])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('Error from server (NotFound): pods "none" not found\n'),
      });
      expect(await run([...args, 'deploi/none', ...rest])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('Did you mean deploy?'),
      });
    }
    expect(await run(['get', 'virtualservise'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('virtualservice'),
    });
    expect(await tcpmesh(['get', 'pods'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no mesh is running'),
    });
  });
});

describe('--state', () => {
  it('keeps what was applied over a kill, readable by this user alone', async () => {
    const state = join(folder, 'kept');
    const first = await start('--state', state);
    await at(first)(['apply', '-f', sample('echoserver'), '-f', sample('telnet')]);
    const pods = (await at(first)(['get', 'pods', '-o', 'name'])).stdout;
    first.signal('SIGKILL');
    await first.finished();
    expect(statSync(join(state, 'objects.json')).mode & 0o777).toBe(0o600);
    const second = await start('--state', state);
    expect((await at(second)(['get', 'pods', '-o', 'name'])).stdout).toBe(pods);
    const ask = ['exec', '-i', 'deploy/telnet-client', '--', 'telnet', 'echo-server:19000'];
    expect((await at(second)(ask, 'test\n')).stdout).toBe('hello test\n');
  });

  it('refuses a folder that another mesh has, until that one ends, however it ends', async () => {
    const state = join(folder, 'two');
    const first = await start('--state', state, '--name', 'first');
    const refused = await tcpmesh(['run', '--empty', '--state', state]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(
      /--state: .*\/two is in use by another mesh: first, process \d+, clients at 127\.0\.0\.1:\d+\n {2}Name another folder/,
    );
    await at(first)(['apply', '-f', sample('telnet')]);
    first.signal('SIGKILL');
    await first.finished();
    const second = await start('--state', state);
    expect((await at(second)(['get', 'deploy', '-o', 'name'])).stdout).toContain('telnet-client');
    second.signal('SIGTERM');
    await second.finished();
    await start('--state', state);
  });

  it('refuses a folder that another program wrote to', async () => {
    const state = mkdtempSync(join(folder, 'foreign-'));
    writeFileSync(join(state, 'objects.json'), '{"objects": 7}');
    const { code, stderr } = await tcpmesh(['run', '--empty', '--state', state]);
    expect(code).toBe(2);
    expect(stderr).toContain('was not written by tcpmesh');
    expect(readFileSync(join(state, 'objects.json'), 'utf8')).toBe('{"objects": 7}');
  });
});

describe('two meshes at once', () => {
  it('do not meet', async () => {
    const [one, two] = [await start('--name', 'one'), await start('--name', 'two')];
    await at(one)(['apply', '-f', sample('echoserver')]);
    expect((await at(one)(['get', 'deploy', '-o', 'name'])).stdout).toContain(
      'deployment.apps/echo-server\n',
    );
    expect((await at(two)(['get', 'deploy', '-o', 'name'])).stdout).toBe('');
  });
});

describe('--mesh', () => {
  it('lets validate and explain read a running mesh', async () => {
    const run = at(await start());
    await run(['apply', '-f', sample('echoserver'), '-f', sample('source-namespace')]);
    const explained = await run([
      ...['explain', '--mesh', 'last', '--src-ns', 'foo', '--host', 'echo-server.default'],
      ...['--port', '19000', '-o', 'json'],
    ]);
    const [result] = JSON.parse(explained.stdout).results;
    expect(result.rule).toMatchObject({
      name: 'source-namespace',
      path: 'spec.tcp[0]',
      file: 'virtualservice/default/source-namespace',
    });
    const validated = await run(['validate', '--mesh', 'last', '-o', 'json']);
    expect(JSON.parse(validated.stdout).summary.errors).toBe(0);
    expect(validated.code).toBe(0);
    const both = await run(['validate', '--mesh', 'last', sample('telnet')]);
    expect(both).toMatchObject({ code: 2, stdout: '' });
  });

  it('go on by what files say that the API does not serve', async () => {
    const installed = join(folder, 'installed.yaml');
    const operator = {
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      metadata: { name: 'installed' },
      spec: { meshConfig: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } } },
    };
    writeFileSync(installed, `${JSON.stringify(operator)}\n---\n${another}`);
    const mesh = await MeshProcess.start([installed]);
    meshes.push(mesh);
    const run = at(mesh);
    const ask = ['explain', '--mesh', 'last', '--dst-ip', '203.0.113.9', '--port', '9', '--brief'];
    expect((await run(ask)).stdout).toContain('REGISTRY_ONLY');
    await run(['apply', '-f', '-'], another.replace('another', 'one-more'));
    expect((await run(ask)).stdout).toContain('REGISTRY_ONLY');
  });

  it('lets explain stand in for what the mesh stands in for, and for nothing else', async () => {
    const lone = join(folder, 'lone.yaml');
    const spec = { hosts: ['a'], tcp: [{ route: [{ destination: { host: 'b' } }] }] };
    writeFileSync(
      lone,
      JSON.stringify({
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name: 'lone' },
        spec,
      }),
    );
    const ask = ['explain', '--mesh', 'last', '--host', 'a', '--port', '9000', '--brief'];
    const files = await MeshProcess.start([lone]);
    meshes.push(files);
    expect((await at(files)(ask)).stdout).toContain('goes to b.default.svc.cluster.local:9000\n');
    const applied = await start();
    await at(applied)(['apply', '-f', lone]);
    expect((await at(applied)(ask)).stderr).toContain('does not resolve');
  });
});
