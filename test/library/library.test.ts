/** The package as others use it: by its name, from a folder outside, typed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-library-'));

beforeAll(() => {
  mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules', 'tcpmesh'));
  symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  symlinkSync(join(root, 'node_modules/undici-types'), join(folder, 'node_modules/undici-types'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The code blocks of the documentation page, in their order. */
const examples = [
  ...readFileSync(join(root, 'docs/library.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g),
].map(([, code]) => code ?? '');

function compile(name: string, code: string): string {
  writeFileSync(join(folder, name), code);
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
  ];
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, ...options, name], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout;
}

describe('the package from outside', () => {
  it('is typed: what is right compiles, what is wrong does not', () => {
    expect(
      compile(
        'right.ts',
        "import { startMesh, type MeshEvent } from 'tcpmesh';\nconst mesh = await startMesh({ files: ['a.yaml'] });\nconst seen: readonly MeshEvent[] = mesh.events;\nconst answer: string = await mesh.say({ from: 'a/b', to: 'c:1' }, 'x');\nconsole.log(seen, answer);\nexport {};\n",
      ),
    ).toBe('');
    const wrong = compile(
      'wrong.ts',
      "import { startMesh } from 'tcpmesh';\nawait startMesh({ file: 'a.yaml' });\nexport {};\n",
    );
    expect(wrong).toContain("'file' does not exist");
  });

  it('has examples in its documentation that compile, and run green under node:test', () => {
    expect(examples.length).toBeGreaterThan(1);
    const [suite = '', ...others] = examples;
    for (const [i, example] of others.entries())
      expect(compile(`example-${i}.ts`, `${example}\nexport {};\n`)).toBe('');
    expect(compile('suite.test.ts', suite)).toBe('');
    // The suite has no types in it but those that are inferred, so that it runs as it is.
    writeFileSync(join(folder, 'suite.test.mjs'), suite);
    symlinkSync(join(root, 'samples'), join(folder, 'samples'));
    const report = execFileSync(
      process.execPath,
      ['--test', '--test-reporter=tap', 'suite.test.mjs'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect(report).toMatch(/# pass [1-9]/);
    expect(report).toMatch(/# fail 0/);
  });

  it('refuses with places what cannot be run', () => {
    const script = `
      import { MeshError, startMesh } from 'tcpmesh';
      const said = async (input) => {
        try { await startMesh(input); return 'started'; }
        catch (error) { return error instanceof MeshError ? error.message : String(error.stack); }
      };
      console.log(JSON.stringify([
        await said({ files: 'nowhere.yaml' }),
        await said({ yaml: 'a: [' }),
        await said({ yaml: '' }),
        await said({ sources: [{ name: 'v.yaml', text: 'apiVersion: networking.istio.io/v1\\nkind: VirtualService\\nmetadata: {name: v}\\nspec: {hosts: 3}\\n' }] }),
      ]));
    `;
    writeFileSync(join(folder, 'refuse.mjs'), script);
    const said: string[] = JSON.parse(
      execFileSync(process.execPath, ['refuse.mjs'], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
      }),
    );
    expect(said[0]).toContain('nowhere.yaml: no such file');
    expect(said[1]).toContain('<yaml 1>:1:');
    expect(said[2]).toContain('nothing to run');
    expect(said[3]).toContain('v.yaml:4:');
  });

  it('takes nothing in silence: unknown options, odd values, names that are not there', () => {
    const script = `
      import { MeshError, startMesh } from 'tcpmesh';
      const files = ${JSON.stringify(join(root, 'samples/tcp-echo-20-v2.yaml'))};
      const said = async (action) => {
        try { await action(); return 'done'; }
        catch (error) { return error instanceof MeshError && error.problems.length > 0 ? error.message : String(error.stack); }
      };
      const mesh = await startMesh({ files, backends: { nobody: '127.0.0.1:1' } });
      const client = 'default/client';
      console.log(JSON.stringify({
        seed: await said(() => startMesh({ files, seed: 1.5 })),
        typo: await said(() => startMesh({ files, sed: 1 })),
        ports: await said(() => startMesh({ files, ports: 'fre' })),
        backend: await said(() => startMesh({ files, backends: { 'tcp-echo-v1': '127.0.0.1:70000' } })),
        namespace: await said(() => startMesh({ files, namespace: 'A B' })),
        several: await said(() => startMesh({ yaml: 3, standIns: 'no' })),
        nothing: await said(() => startMesh()),
        none: await said(() => startMesh({})),
        empty: await said(() => startMesh({ yaml: '' })),
        port: await said(() => mesh.connect({ to: 70000 })),
        gateway: await said(() => mesh.connect({ to: 31401 })),
        dial: await said(() => mesh.say({ form: client, to: 31400 }, 'x')),
        name: await said(() => mesh.connect({ from: client, to: 'tcp-eco:9000' })),
        user: await said(() => mesh.connect({ from: 'tcp-eco-v1', to: 'tcp-echo:9000' })),
        delay: await said(() => mesh.setFault('tcp-echo-v1', { kind: 'delay', delayMs: -5 })),
        fault: await said(() => mesh.setFault('tcp-echo-v1', { kind: 'dely', delayMs: 5 })),
        noDelay: await said(() => mesh.setFault('tcp-echo-v1', { kind: 'delay' })),
        killed: await said(() => mesh.setFault('tcp-echo-v1', { kind: 'kill', delayMs: 5 })),
        foreign: await said(() => startMesh({ yaml: 'kind: Service' })),
        noItem: await said(() => startMesh({ yaml: 'apiVersion: v1\\nkind: List\\nitems: []' })),
        target: await said(() => mesh.setFault('tcp-eco-v1', { kind: 'kill' })),
        bare: await said(() => startMesh({ files, ports: Object.create(null) })),
        circle: await said(() => startMesh(((list) => { list.push(list); return list; })([Object.create(null)]))),
        list: await said(() => startMesh({ files, ports: ['free'] })),
        big: await said(() => startMesh({ files, seed: 7n })),
        symbol: await said(() => mesh.setFault(Symbol('x'), { kind: 'kill' })),
        noText: await said(() => mesh.setFault(Object.create(null), { kind: 'kill' })),
        update: await said(() => mesh.update({ file: files })),
        close: await said(() => mesh.close(-5)),
        event: mesh.events.find(({ event }) => event === 'notice')?.message,
      }));
      await mesh.close();
    `;
    writeFileSync(join(folder, 'silence.mjs'), script);
    const said: Record<string, string> = JSON.parse(
      execFileSync(process.execPath, ['silence.mjs'], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
      }),
    );
    const options = 'startMesh cannot take these options\n';
    expect(said).toEqual({
      seed: `${options}seed: 1.5 is not a whole number from 0 to 4294967295`,
      typo: `${options}there is no sed: did you mean seed?`,
      ports: `${options}ports: "fre" is not 'free' or 'as-written'`,
      backend: expect.stringContaining('"127.0.0.1:70000"} is not addresses by workload'),
      namespace: `${options}namespace: "A B" is not the name of a namespace`,
      several: `${options}yaml: 3 is not a text or a list of texts\nstandIns: "no" is not true or false`,
      nothing: `${options}undefined is not an object with files, yaml or sources`,
      none: expect.stringContaining('none of files, yaml and sources is given'),
      empty: 'there is nothing to run: the input is empty\n<yaml 1>: it holds no document',
      port: expect.stringContaining('to: 70000 is not HOST:PORT, GATEWAY:PORT or a port'),
      gateway: expect.stringContaining('no gateway listens at 31401 (Did you mean 31400?)'),
      dial: expect.stringContaining('there is no form: did you mean from?'),
      name: expect.stringContaining('does not resolve for default/client (Did you mean tcp-echo?)'),
      user: expect.stringContaining('no workload is called tcp-eco-v1 (Did you mean tcp-echo-v1?)'),
      delay: expect.stringContaining('delayMs: -5 is not a number of milliseconds'),
      fault: `this is no fault\nkind: "dely" is not 'kill' or 'reset' or 'delay'`,
      noDelay: expect.stringContaining('delayMs is missing: it has to be a number'),
      killed: 'this is no fault\nthere is no delayMs: there are kind',
      foreign: expect.stringMatching(
        /^there is nothing to run: the input holds no resources that a cluster would take\n<yaml 1>:1:1: /,
      ),
      target: expect.stringContaining('there are default/tcp-echo-v1-0'),
      noItem: expect.stringMatching(/cluster would take\n<yaml 1>: it holds no resource$/),
      bare: `${options}ports: {} is not 'free' or 'as-written'`,
      circle: `${options}this object is not an object with files, yaml or sources`,
      list: `${options}ports: ["free"] is not 'free' or 'as-written'`,
      big: `${options}seed: 7 is not a whole number from 0 to 4294967295`,
      symbol: 'there is no workload to find\nSymbol(x) is not a text',
      noText: 'there is no workload to find\n{} is not a text',
      update: expect.stringContaining('there is no file: did you mean files?'),
      close: expect.stringContaining('-5 is not a number of milliseconds'),
      event: 'no workload is called nobody, so its backend stands for nobody',
    });
  });

  it.skipIf(process.platform === 'win32')('rejects where no sockets are left, and goes on', () => {
    const more = `apiVersion: v1
kind: Service
metadata: {name: more}
spec: {selector: {app: more}, ports: [{name: tcp, port: 9000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: more, labels: {app: more}}
spec: {containers: [{name: c, image: x}]}
`;
    const script = `
      import { closeSync, openSync } from 'node:fs';
      import { MeshError, startMesh } from 'tcpmesh';
      const files = ${JSON.stringify(join(root, 'samples/tcp-echo-20-v2.yaml'))};
      const yaml = ${JSON.stringify(more)};
      const said = async (action) => {
        try { await action(); return 'done'; }
        catch (error) { return error instanceof MeshError ? error.message : String(error.stack); }
      };
      const mesh = await startMesh({ files });
      await mesh.setFault('tcp-echo-v1', { kind: 'kill' });
      const held = [];
      try { for (;;) held.push(openSync('/dev/null')); } catch {}
      const update = await said(() => mesh.update({ yaml }));
      const revive = await said(() => mesh.setFault('tcp-echo-v1', undefined));
      for (const descriptor of held) closeSync(descriptor);
      const after = await said(() => mesh.setFault('tcp-echo-v1', undefined));
      console.log(JSON.stringify([update, revive, after, await said(() => mesh.update({ yaml }))]));
      await mesh.close();
    `;
    writeFileSync(join(folder, 'few.mjs'), script);
    const command = 'ulimit -n 256 && exec "$0" few.mjs';
    const said: string[] = JSON.parse(
      execFileSync('sh', ['-c', command, process.execPath], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
      }),
    );
    expect(said).toEqual([
      expect.stringMatching(/want a socket each.*EMFILE.*ulimit -n/s),
      expect.stringContaining('EMFILE'),
      'done',
      'done',
    ]);
  });

  it('says why nobody answered, with or without a real process behind it', () => {
    const script = `
      import { createServer } from 'node:net';
      import { MeshError, startMesh } from 'tcpmesh';
      const files = ${JSON.stringify(join(root, 'samples/tcp-echo-20-v2.yaml'))};
      const said = async (mesh, dial) => {
        try { return await mesh.say(dial, 'x\\n'); }
        catch (error) { return error instanceof MeshError ? error.message : String(error.stack); }
      };
      const server = createServer((socket) => socket.end('real\\n')).listen(0, '127.0.0.1');
      await new Promise((done) => server.once('listening', done));
      const at = '127.0.0.1:' + server.address().port;
      const answers = [];
      for (const backends of [{}, { 'tcp-echo-v1': at, 'tcp-echo-v2': at }]) {
        const mesh = await startMesh({ files, backends });
        for (const target of ['tcp-echo.default:v1', 'tcp-echo:v2']) await mesh.setFault(target, { kind: 'kill' });
        for (let i = 0; i < 10; i++) answers.push(await said(mesh, { to: 31400 }));
        answers.push(await said(mesh, { from: 'default/client', to: 'tcp-echo:9009' }));
        await mesh.close();
      }
      server.close();
      console.log(JSON.stringify(answers));
    `;
    writeFileSync(join(folder, 'nobody.mjs'), script);
    const answers: string[] = JSON.parse(
      execFileSync(process.execPath, ['nobody.mjs'], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
      }),
    );
    for (const [i, answer] of answers.entries())
      expect(answer).toMatch(
        i % 11 === 10 ? /has no port 9009, only 9000 and 9001/ : /nothing answers there/,
      );
  });

  it('leaves what a listener throws to the process, whatever the event', () => {
    const script = `
      import { startMesh } from 'tcpmesh';
      const uncaught = [];
      process.on('uncaughtException', (error) => uncaught.push(error.message));
      const files = ${JSON.stringify(join(root, 'samples/tcp-echo-20-v2.yaml'))};
      const mesh = await startMesh({ files });
      const seen = [];
      mesh.onEvent(({ event }) => { throw new Error(event); });
      mesh.onEvent(({ event }) => seen.push(event));
      await mesh.setFault('tcp-echo:v1', { kind: 'delay', delayMs: 0 });
      await mesh.say({ to: 31400 }, 'x\\n');
      await mesh.close();
      console.log(JSON.stringify([seen, uncaught]));
    `;
    writeFileSync(join(folder, 'throws.mjs'), script);
    const [seen, uncaught]: string[][] = JSON.parse(
      execFileSync(process.execPath, ['throws.mjs'], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
      }),
    );
    expect(seen).toEqual(['notice', 'connection', 'closed']);
    expect(uncaught).toEqual(seen);
  });

  it('rejects what is asked of a closed mesh, and lets the process end', () => {
    const script = `
      import { MeshError, startMesh } from 'tcpmesh';
      const files = ${JSON.stringify(join(root, 'samples/tcp-echo-20-v2.yaml'))};
      const mesh = await startMesh({ files });
      await mesh.say({ to: 31400 }, 'x\\n');
      const left = await mesh.connect({ from: 'default/client', to: 'tcp-echo:9000' });
      const ended = new Promise((resolve) => left.on('close', resolve)); // and nobody listens for errors
      const under = mesh.update({ files });
      await mesh.close();
      await ended;
      await under.catch(() => {});
      const said = async (action) => {
        try { await action(); return 'done'; }
        catch (error) { return error instanceof MeshError ? error.message : String(error.stack); }
      };
      console.log(JSON.stringify([
        await said(() => mesh.update({ files })),
        await said(() => mesh.connect({ to: 31400 })),
        await said(() => mesh.say({ from: 'default/client', to: 'tcp-echo:9000' }, 'x')),
        await said(() => mesh.setFault('tcp-echo-v1', { kind: 'kill' })),
        await said(() => mesh.close()),
        mesh.shares()[0].connections,
      ]));
      const other = await startMesh({ files });
      const dialled = Array.from({ length: 5 }, () => said(async () => {
        (await other.connect({ from: 'default/client', to: 'tcp-echo:9000' })).destroy();
      }));
      await other.close();
      console.log(JSON.stringify(await Promise.all(dialled)));
      for (let i = 0; i < 15; i += 1) {
        const brief = await startMesh({ files });
        const dial = { from: 'default/client', to: 'tcp-echo:9000' };
        const late = Array.from({ length: 10 }, () => brief.connect(dial).catch(() => null));
        for (let turn = 0; turn < i % 5; turn += 1) await new Promise(setImmediate);
        await brief.close();
        // Nobody listens for errors here either.
        await Promise.all(late);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    `;
    writeFileSync(join(folder, 'closed.mjs'), script);
    // A listener that is still open would keep the child until it is ended by the time limit, without its exit code.
    const { status, stdout, stderr } = spawnSync(process.execPath, ['closed.mjs'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect([status, stderr]).toEqual([0, '']);
    const closed = 'this mesh is closed';
    const [asked, dialled] = stdout.split('\n').map((line) => JSON.parse(line || '[]'));
    expect(asked).toEqual([closed, closed, closed, closed, 'done', 1]);
    // Which of them come through is a matter of chance.
    expect(dialled).toHaveLength(5);
    for (const outcome of dialled)
      expect(['done', 'this mesh was closed meanwhile']).toContain(outcome);
  });
});
