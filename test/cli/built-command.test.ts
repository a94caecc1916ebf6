/** The built command as a child process: what only a real process, real files and real pipes can show. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allCommands } from '../../src/cli/commands/registry.ts';
import { helpPages } from '../../src/cli/help-pages.ts';

const bin = fileURLToPath(new URL('../../bin/tcpmesh.js', import.meta.url));
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const require = createRequire(import.meta.url);
const { version } = require('../../package.json');
const { scriptOf } = require('../../scripts/load-bundle.cjs');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tcpmesh-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tcpmesh(args: readonly string[], input = '', cwd = folder) {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const result = spawnSync(process.execPath, [bin, ...args], {
    cwd,
    input,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

const service = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: d}\nspec:\n  ports: [{name: tcp, port: 1}]\n`;

describe.skipIf(process.platform !== 'linux')('an output that takes no more', () => {
  it.each([[['--version']], [['validate', '--help']], [['validate', '-', '-o', 'json']]])(
    'is said after %j, and ends with 2',
    (args) => {
      const full = openSync('/dev/full', 'w');
      const stdio: ['pipe', number, 'pipe'] = ['pipe', full, 'pipe'];
      const options = { cwd: folder, input: service('a'), stdio, encoding: 'utf8' } as const;
      const { status, stderr } = spawnSync(process.execPath, [bin, ...args], options);
      closeSync(full);
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/^tcpmesh: the output cannot be written, .* ENOSPC: [^\n]*\n$/),
      ]);
    },
  );
});

it.skipIf(process.platform === 'win32')('says so where its folder is gone', () => {
  const script = 'mkdir gone && cd gone && rmdir ../gone && "$0" "$1" validate a.yaml';
  const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, bin], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([
    2,
    'tcpmesh: the folder that it was started in is gone\n  Change to another one.\n',
  ]);
});

describe('help', () => {
  it('is stored as it would be made', () => {
    for (const [command, page] of helpPages()) {
      const stored = readFileSync(join(dist, 'help', `${command || 'tcpmesh'}.txt`), 'utf8');
      expect(stored, `${command}: npm run build makes it anew`).toBe(page);
    }
  });

  it.each([[['--help']], [['-h']], [['help']], [['help', 'validate']], [['validate', '--help']]])(
    '%j prints and succeeds',
    (args) => {
      const { code, stdout, stderr } = tcpmesh(args);
      expect(stdout).toContain('Usage: tcpmesh');
      expect(stderr).toBe('');
      expect(code).toBe(0);
    },
  );

  it('names every command', () => {
    const { stdout } = tcpmesh(['--help']);
    for (const { name, summary } of allCommands()) {
      expect(stdout).toContain(`  ${name} `);
      expect(stdout.replace(/\s+/g, ' ')).toContain(summary);
    }
  });
});

describe('version', () => {
  it('is that of the package', () => {
    expect(tcpmesh(['--version']).stdout).toBe(`${version}\n`);
    expect(JSON.parse(tcpmesh(['version', '-o', 'json']).stdout)).toMatchObject({ version });
  });
});

describe('the stored code', () => {
  const code = join(dist, 'code', `${process.version}-${process.arch}`);

  it.each(readdirSync(code))('%s is taken by V8', (file) => {
    const [, part] = file.split('.');
    const script = scriptOf(dist, `${part}.cjs`, readFileSync(join(code, file)));
    expect(script.cachedDataRejected).toBe(false);
  });

  it('is there for a command that people wait for', () => {
    expect(readdirSync(code)).toContain('validate.cli.cache');
  });

  it('is made by another Node for itself, once, and only if there is a place for it', () => {
    const elsewhere = join(folder, 'package');
    cpSync(dist, join(elsewhere, 'dist'), { recursive: true });
    cpSync(dirname(bin), join(elsewhere, 'bin'), { recursive: true });
    rmSync(join(elsewhere, 'dist', 'code'), { recursive: true });
    const cache = join(folder, 'cache');
    const older = join(cache, 'tcpmesh', 'code', 'older-build');
    mkdirSync(older, { recursive: true });
    utimesSync(older, 0, 0);
    const other = join(cache, 'tcpmesh', 'code', 'other-build');
    mkdirSync(other);
    const run = (env: Record<string, string>): string => {
      const args = [join(elsewhere, 'bin', 'tcpmesh.js'), 'version'];
      return execFileSync(process.execPath, args, { env: { ...process.env, ...env } }).toString();
    };
    const kept = (): readonly string[] =>
      readdirSync(join(cache, 'tcpmesh', 'code'), { recursive: true, encoding: 'utf8' });
    expect(run({ XDG_CACHE_HOME: cache })).toContain(version);
    const [first] = kept().filter((name) => name.endsWith('version.cli.cache'));
    expect(first).toContain(process.version);
    expect(kept()).not.toContain('older-build');
    expect(kept()).toContain('other-build');
    const made = statSync(join(cache, 'tcpmesh', 'code', first ?? '')).mtimeMs;
    expect(run({ XDG_CACHE_HOME: cache })).toContain(version);
    expect(statSync(join(cache, 'tcpmesh', 'code', first ?? '')).mtimeMs).toBe(made);
    expect(run({ XDG_CACHE_HOME: bin })).toContain(version);
    const before = kept();
    const wrong = [join(elsewhere, 'bin', 'tcpmesh.js'), 'nosuchcommand'];
    spawnSync(process.execPath, wrong, { env: { ...process.env, XDG_CACHE_HOME: cache } });
    expect(kept()).toEqual(before);
  });

  it('is left aside where it does not fit, and made anew for the flags that Node was given', () => {
    const { code, stdout } = tcpmesh(['validate', '-'], service('a'));
    const cache = join(folder, 'cache-of-flags');
    const run = (flag: string, env: Record<string, string> = {}): string =>
      execFileSync(process.execPath, [flag, bin, 'validate', '-'], {
        cwd: folder,
        input: service('a'),
        encoding: 'utf8',
        env: { ...process.env, ...env, XDG_CACHE_HOME: cache },
      });
    const kept = (): readonly string[] =>
      existsSync(cache)
        ? readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((name) =>
            name.endsWith('.cache'),
          )
        : [];
    const madeAt = (): number => statSync(join(cache, kept()[0] ?? '')).mtimeMs;
    const timeless = (text: string): string => text.replace(/ in [\d.]+ m?s\)/, ')');
    expect(timeless(run('--no-warnings'))).toBe(timeless(stdout));
    expect(kept()).toEqual([]);
    expect(timeless(run('--stack-size=900'))).toBe(timeless(stdout));
    expect(kept()).toHaveLength(1);
    const first = madeAt();
    expect(timeless(run('--stack-size=900'))).toBe(timeless(stdout));
    expect(madeAt()).toBe(first);
    expect(timeless(run('--no-warnings', { NODE_OPTIONS: '--max-old-space-size=1000' }))).toBe(
      timeless(stdout),
    );
    expect(kept()).toHaveLength(1);
    expect(madeAt()).not.toBe(first);
    expect(code).toBe(0);
  });
});

describe('a pipe that closes early', () => {
  it('ends the command without a word', async () => {
    const child = spawn(process.execPath, [bin, 'rules'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

describe('colour', () => {
  const run = (args: readonly string[], env: Record<string, string>): boolean => {
    const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env;
    const { stdout } = spawnSync(process.execPath, [bin, 'validate', '-', ...args], {
      input: service('a'),
      env: { ...rest, ...env },
      encoding: 'utf8',
    });
    return stdout.includes('\u001b[');
  };

  it.each([
    [[], {}, false],
    [['--color', 'always'], {}, true],
    [['--color', 'never'], { FORCE_COLOR: '1' }, false],
    [[], { FORCE_COLOR: '1' }, true],
    [[], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [['--color', 'always'], { NO_COLOR: '1' }, true],
  ])('%j with %j: %s', (args, env, expected) => {
    expect(run(args, env)).toBe(expected);
  });
});

describe('real files', () => {
  it('by the thousand are read', () => {
    const many = join(folder, 'many');
    mkdirSync(many);
    for (let i = 0; i < 3000; i++) writeFileSync(join(many, `s${i}.yaml`), service(`s${i}`));
    const { code, stdout } = tcpmesh(['validate', 'many']);
    expect(stdout).toMatch(/^nothing found \(3000 resources in 3000 files in /);
    expect(code).toBe(0);
  });

  it('behind links in a circle are read once', () => {
    const linked = join(folder, 'linked');
    mkdirSync(join(linked, 'deep'), { recursive: true });
    writeFileSync(join(linked, 'deep', 'a.yaml'), service('a'));
    symlinkSync('..', join(linked, 'deep', 'up'));
    symlinkSync('loop', join(linked, 'loop'));
    const { code, stdout } = tcpmesh(['validate', 'linked']);
    expect(stdout).toContain('1 resource in 1 file');
    expect(code).toBe(0);
    expect(tcpmesh(['validate', 'linked/loop']).stderr).toContain('its links lead in a circle');
  });

  it('of 100 MB are refused before they are read', () => {
    const huge = join(folder, 'huge.yaml');
    writeFileSync(huge, Buffer.alloc(100 * 1024 * 1024, 0x61));
    const { code, stderr } = tcpmesh(['validate', 'huge.yaml']);
    rmSync(huge);
    expect(stderr).toContain('huge.yaml: 100 MiB is more than tcpmesh reads');
    expect(code).toBe(2);
  });

  it('can be pipes', () => {
    const { stdout } = spawnSync(
      'bash',
      ['-c', `"$0" "$1" validate <(printf '%s' "$2")`, process.execPath, bin, service('a')],
      { encoding: 'utf8' },
    );
    expect(stdout).toContain('1 resource in 1 file');
  });

  it('never lead to a stack trace', () => {
    const nested = `a: ${'['.repeat(100_000)}`;
    const bomb = [
      'a: &a [x]',
      ...Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [*a, *a]`),
    ].join('\n');
    for (const text of [
      nested,
      bomb,
      '\t',
      '{'.repeat(5000),
      '- ? : !',
      '%YAML 9',
      '&',
      '"',
      '\u0000',
      '__proto__: {a: 1}',
    ]) {
      const { stderr, stdout } = tcpmesh(['validate', '-'], text);
      expect(stderr + stdout, JSON.stringify(text.slice(0, 20))).not.toMatch(
        /\n\s+at |defect of tcpmesh/,
      );
    }
  });
});

describe.skipIf(process.platform === 'win32')('a report', () => {
  it('is written into a pipe, which stays one', () => {
    const pipe = join(folder, 'report');
    execFileSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const { code } = tcpmesh(['validate', '-', '-o', `json=${pipe}`], service('a'));
    const buffer = Buffer.alloc(1 << 16);
    const text = buffer.toString('utf8', 0, readSync(reader, buffer));
    closeSync(reader);
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ summary: { errors: 0 } });
    expect(statSync(pipe).isFIFO()).toBe(true);
  });
});

describe('fixes', () => {
  it('reach the file with its line breaks, its permissions and its byte order mark', () => {
    const file = join(folder, 'fix.yaml');
    const text =
      '\ufeff# a comment\r\napiVersion: networking.istio.io/v1\r\nkind: VirtualService\r\nmetadata: {name: a, namespace: d}\r\nspec:\r\n  hosts: [a.example.com]\r\n  tcp:\r\n  - mach:  # why\r\n    - port: 1\r\n    route:\r\n    - destination: {host: a.example.com}\r\n';
    writeFileSync(file, text, { mode: 0o640 });
    const dry = tcpmesh(['validate', 'fix.yaml', '--fix', '--dry-run']);
    expect(dry.stdout).toContain('-  - mach:  # why\r\n+  - match:  # why\r\n');
    expect(readFileSync(file, 'utf8')).toBe(text);
    const { stderr } = tcpmesh(['validate', 'fix.yaml', '--fix']);
    expect(stderr).toContain('mended 1 finding in 1 file');
    expect(readFileSync(file, 'utf8')).toBe(text.replace('mach', 'match'));
  });
});

describe.skipIf(process.platform === 'win32')('a mesh with more workloads than sockets', () => {
  it('says so, and what to do', () => {
    const endpoints = Array.from({ length: 300 }, (_, i) => `{address: 10.0.${i >> 7}.${i & 127}}`);
    writeFileSync(
      join(folder, 'many.yaml'),
      `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: many, namespace: default}
spec:
  hosts: [many.example.com]
  addresses: [192.0.2.1]
  resolution: STATIC
  ports: [{number: 9000, name: tcp, protocol: TCP}]
  endpoints: [${endpoints.join(', ')}]
`,
    );
    const command = 'ulimit -n 200 && exec "$0" "$1" run --api off many.yaml';
    const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, bin], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: folder },
      timeout: 60_000,
    });
    expect(stderr).toContain('300 workloads and addresses want a socket each');
    expect(stderr).toContain('ulimit -n');
    expect(status).toBe(2);
  });
});

describe('a validation of a few documents', () => {
  it('loads nothing of Node that takes longer than itself', () => {
    const ask = `process.argv.splice(1, 0, 'node'); process.on('exit', () => console.error(process.moduleLoadList.join('\\n'))); require(${JSON.stringify(bin)})`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['-e', ask, 'validate', join(dirname(dirname(bin)), 'samples/tcp-echo-20-v2.yaml')],
      { encoding: 'utf8' },
    );
    expect(stdout).toContain('nothing found');
    const loaded = stderr.split('\n');
    expect(loaded).toContain('NativeModule vm');
    for (const name of [
      'net',
      'tty',
      'stream',
      'child_process',
      'worker_threads',
      'http',
      'crypto',
    ])
      expect(loaded, name).not.toContain(`NativeModule ${name}`);
  });
});
