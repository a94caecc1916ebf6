/** The view as the built command opens it, on a pseudo terminal that `script` of util-linux makes. */
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const command = `${process.execPath} ${path('bin/tcpmesh.js')} run ${path('samples/tcp-echo-20-v2.yaml')} --listen 31400=0 --api off`;
const enters = '\u001b[?1049h';
const leaves = '\u001b[?25h\u001b[?1049l';
const missing = spawnSync('script', ['--version']).status !== 0;

describe(`the view${missing ? ' (skipped: there is no `script` of util-linux here)' : ''}`, () => {
  it.skipIf(missing)(
    'opens, shows shares, and leaves the terminal as it was',
    async () => {
      const child = spawn('script', ['-qec', `stty cols 100 rows 30; ${command}`, '/dev/null'], {
        env: { ...process.env, TERM: 'xterm-256color', CI: '' },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let screen = '';
      const shown = new Promise<void>((resolve, reject) => {
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          screen += text;
          if (screen.includes('Shares: ')) resolve();
        });
        child.on('close', () => reject(new Error(`it ended before it showed anything: ${screen}`)));
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      await shown;
      child.stdin.write('q');
      expect(await ended).toBe(0);
      const hidden = screen.lastIndexOf('\u001b[?25l');
      const visible = screen.lastIndexOf('\u001b[?25h');
      expect(hidden, 'the view hides the cursor').toBeGreaterThan(-1);
      expect(visible, 'and shows it again at the end').toBeGreaterThan(hidden);
      expect(screen).not.toContain('defect');
    },
    60_000,
  );

  it.skipIf(missing).each(['-', '-f -', '--stdin-filename a.yaml'])(
    'opens where the mesh comes by standard input (%s), and takes its keys from the terminal',
    async (named) => {
      const mesh = path('samples/tcp-echo-20-v2.yaml');
      const piped = `cat ${mesh} | ${process.execPath} ${path('bin/tcpmesh.js')} run ${named} --listen 31400=0 --api off`;
      const child = spawn('script', ['-qec', `stty cols 100 rows 30; ${piped}`, '/dev/null'], {
        env: { ...process.env, TERM: 'xterm-256color', CI: '' },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let screen = '';
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const before = screen.includes('Shares: ');
        screen += text;
        if (!before && screen.includes('Shares: ')) child.stdin.write('q');
      });
      expect(await ended, screen).toBe(0);
      expect(screen).toContain('no connection was routed');
    },
    60_000,
  );

  it.skipIf(missing)(
    'says for what it waits when it is to end, and what ends it at once',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-view-'));
      const running = `stty cols 120 rows 30; ${command} --drain-timeout 30s`;
      const child = spawn('script', ['-qec', running, '/dev/null'], {
        env: { ...process.env, TERM: 'xterm-256color', CI: '', TCPMESH_STATE_DIR: folder },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let screen = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text;
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      const shows = (text: string | RegExp) =>
        expect.poll(() => screen, { timeout: 20_000 }).toMatch(text);
      try {
        await shows(/127\.0\.0\.1:\d+/);
        const port = Number(/127\.0\.0\.1:(\d+)/.exec(screen)?.[1]);
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {}).write('held\n');
        await new Promise((resolve) => socket.once('data', resolve));
        child.stdin.write('q');
        await shows('ending: 1 connection may go on for 30 s');
        child.stdin.write('q');
        expect(await ended).toBe(0);
        socket.destroy();
      } finally {
        child.kill();
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );

  it.skipIf(missing)(
    'gives the terminal back at Ctrl-Z, and takes it again when it goes on',
    async () => {
      // Job control, as a shell has it that somebody sits at.
      const job = `set -m; stty cols 100 rows 30; ${command}; echo "stopped $?"; stty -a; read line; fg; echo "ended $?"`;
      const child = spawn('script', ['-qec', job, '/dev/null'], {
        env: { ...process.env, TERM: 'xterm-256color', CI: '', SHELL: '/bin/sh' },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let screen = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text;
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      const shows = (text: string | RegExp) =>
        expect.poll(() => screen, { timeout: 20_000 }).toMatch(text);
      try {
        await shows('Shares: ');
        child.stdin.write('\u001a');
        await shows(/stopped \d+\r\n[\s\S]* icanon [\s\S]* echo /);
        const stopped = screen.indexOf('stopped ');
        expect(screen.lastIndexOf(leaves)).toBeGreaterThan(screen.lastIndexOf(enters));
        expect(screen.lastIndexOf(leaves)).toBeLessThan(stopped);
        child.stdin.write('\n');
        await expect
          .poll(() => screen.slice(stopped).split(enters).at(1) ?? '', { timeout: 20_000 })
          .toContain('Shares: ');
        child.stdin.write('q');
        await ended;
        expect(screen).toMatch(/ended 0\r\n$/);
        expect(screen.lastIndexOf(leaves)).toBeGreaterThan(screen.lastIndexOf(enters));
      } finally {
        child.kill();
      }
    },
    60_000,
  );

  it.skipIf(missing).each(['sh', 'bash'])(
    'leaves the terminal to %s while it goes on in the background: it takes it again in front, and can be ended',
    async (shell) => {
      // Job control, as a shell has it that somebody sits at.
      const job = `set -m; stty cols 100 rows 30; ${command}; echo stopped once; bg; read line; fg; echo stopped twice; bg; read line; kill %1; wait %1; echo "ended $?"`;
      const child = spawn('script', ['-qec', `exec ${shell} -c '${job}'`, '/dev/null'], {
        env: { ...process.env, TERM: 'xterm-256color', CI: '', SHELL: '/bin/sh' },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let screen = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text;
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      const shows = (text: string | RegExp) =>
        expect.poll(() => screen, { timeout: 20_000 }).toMatch(text);
      const port = (): number => Number(/127\.0\.0\.1:(\d+)/.exec(screen)?.[1]);
      const answers = () =>
        new Promise((resolve, reject) => {
          const socket = connect(port(), '127.0.0.1').on('error', reject);
          socket.once('data', resolve).on('close', resolve).end('line\n');
        });
      try {
        await shows('Shares: ');
        child.stdin.write('\u001a');
        await shows(/stopped once\r\n/);
        await answers();
        child.stdin.write('\n');
        const front = screen.indexOf('stopped once');
        await expect
          .poll(() => screen.slice(front).split(enters).at(1) ?? '', { timeout: 20_000 })
          .toContain('Shares: ');
        child.stdin.write('\u001a');
        await shows(/stopped twice\r\n/);
        const back = screen.indexOf('stopped twice');
        await answers();
        child.stdin.write('\n');
        await ended;
        expect(screen.slice(back)).toMatch(/ended 0\r\n/);
        expect(screen.slice(back)).not.toContain(enters);
      } finally {
        child.kill();
      }
    },
    60_000,
  );

  it.skipIf(missing)(
    'stays where Ctrl-Z can stop nothing, since no shell could have it go on',
    async () => {
      const child = spawn('script', ['-qec', `stty cols 100 rows 30; ${command}`, '/dev/null'], {
        env: { ...process.env, TERM: 'xterm-256color', CI: '' },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let screen = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text;
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      try {
        await expect.poll(() => screen, { timeout: 20_000 }).toContain('Shares: ');
        child.stdin.write('\u001a');
        await expect
          .poll(() => screen.split(leaves).at(1)?.split(enters).at(1) ?? '', { timeout: 20_000 })
          .toContain('Shares: ');
        child.stdin.write('q');
        expect(await ended).toBe(0);
      } finally {
        child.kill();
      }
    },
    60_000,
  );

  it.skipIf(missing)(
    'has nothing written across it when the files it watches are refused',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-view-'));
      const file = join(folder, 'mesh.yaml');
      copyFileSync(path('samples/tcp-echo-20-v2.yaml'), file);
      const good = readFileSync(file, 'utf8');
      const watching = `${process.execPath} ${path('bin/tcpmesh.js')} run ${file} --watch --listen 31400=0 --api off`;
      const child = spawn('script', ['-qec', `stty cols 200 rows 30; ${watching}`, '/dev/null'], {
        env: { ...process.env, TERM: 'xterm-256color', CI: '', TCPMESH_STATE_DIR: folder },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let screen = '';
      let look = (): void => {};
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text;
        look();
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      const shows = (text: string): Promise<void> =>
        new Promise((resolve, reject) => {
          look = () => {
            if (screen.includes(text)) resolve();
          };
          look();
          void ended.then(() => reject(new Error(`it ended without ${text}: ${screen}`)));
        });
      try {
        await shows('Shares: ');
        writeFileSync(file, good.replace('weight: 80', 'weight: ['));
        await shows('refused on disk: mesh.yaml:');
        await shows('  change refused');
        writeFileSync(file, good.replace('weight: 80', 'weight: 180'));
        await shows('  changed: ');
      } finally {
        child.stdin.write('q');
        await ended;
        rmSync(folder, { recursive: true });
      }
      // The log indents its lines; what goes to stderr begins at the margin.
      expect(screen).not.toMatch(/(?<! {2})change(d:| refused)/);
    },
    60_000,
  );

  it.skipIf(missing).each([
    ['view', 'Shares: '],
    ['text', 'listening on'],
  ])(
    '(-o %s) drains and is forgotten when its terminal is closed',
    async (output, firstWords) => {
      const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-gone-'));
      const said = join(folder, 'said');
      const state = join(folder, 'state');
      const left = (): string[] => readdirSync(state).filter((name) => /^(mesh|api)-/.test(name));
      const run = `${process.execPath} ${path('bin/tcpmesh.js')} run ${path('samples/tcp-echo-20-v2.yaml')} --listen '*=0' -o ${output}`;
      // The shell leads the session: the hangup is told to it, and not to what it started.
      const child = spawn(
        'script',
        [
          '-qec',
          `stty cols 100 rows 30; trap : HUP; ${run} 2>${said}; echo code $? >>${said}`,
          '/dev/null',
        ],
        {
          env: { ...process.env, TERM: 'xterm-256color', CI: '', TCPMESH_STATE_DIR: state },
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      );
      let screen = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text;
      });
      try {
        await expect.poll(() => screen, { timeout: 20_000 }).toContain(firstWords);
        expect(left()).toHaveLength(2);
        const port = Number(/:(\d+) +gateway/.exec(readFileSync(said, 'utf8'))?.[1]);
        const held = connect(port, '127.0.0.1');
        let answer = '';
        held.setEncoding('utf8').on('data', (text: string) => {
          answer += text;
        });
        held.write('before\n');
        await expect.poll(() => answer, { timeout: 20_000 }).toContain('before');
        child.kill('SIGKILL');
        const refused = (): Promise<boolean> =>
          new Promise((resolve) => {
            const probe = connect(port, '127.0.0.1', () => resolve(false));
            probe.on('error', () => resolve(true)).on('close', () => probe.destroy());
            probe.end();
          });
        await expect.poll(refused, { timeout: 20_000 }).toBe(true);
        held.write('after\n');
        await expect.poll(() => answer, { timeout: 20_000 }).toContain('after');
        held.end();
        await expect.poll(() => readFileSync(said, 'utf8'), { timeout: 20_000 }).toContain('code ');
        expect(readFileSync(said, 'utf8')).toMatch(/\ncode 0\n$/);
        expect(left()).toEqual([]);
      } finally {
        child.kill('SIGKILL');
        rmSync(folder, { recursive: true });
      }
    },
    60_000,
  );
});
