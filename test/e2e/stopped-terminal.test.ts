/** A run whose terminal its user has stopped (Ctrl-S), on a pseudo terminal that `script` of util-linux makes. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { netcat } from './mesh-process.ts';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const run = `${process.execPath} ${path('bin/tcpmesh.js')} run ${path('samples/tcp-echo-20-v2.yaml')} --listen 31400=0 --api off -o text --drain-timeout 1s`;
const missing = spawnSync('script', ['--version']).status !== 0;

const stopKey = '\u0013';
/** Events come within milliseconds; one that has not come by then is held back, or this computer is slow and the test proves nothing. */
const heldBackMs = 1000;
const patienceMs = 20_000;

it.skipIf(missing)(
  `a run ends when it is told to, though its terminal is stopped${missing ? ' (skipped: there is no `script` of util-linux here)' : ''}`,
  async () => {
    const child = spawn('script', ['-qec', `echo process $$; exec ${run}`, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm-256color', CI: '' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const found = async (pattern: RegExp): Promise<RegExpExecArray> => {
      await expect.poll(() => pattern.test(screen), { timeout: patienceMs }).toBe(true);
      const match = pattern.exec(screen);
      if (match === null) throw new Error(screen);
      return match;
    };
    const gateway = await found(/127\.0\.0\.1:(\d+) +gateway .*: /);
    const pid = Number((await found(/process (\d+)/))[1]);
    child.stdin.write(stopKey);
    // The key takes its way through `script`: it has come when a connection is no longer told of.
    for (let told = true; told; ) {
      const before = screen.length;
      await netcat({ host: '127.0.0.1', port: Number(gateway[1]) }, 'x\n');
      told = await expect
        .poll(() => screen.length > before, { timeout: heldBackMs })
        .toBe(true)
        .then(
          () => true,
          () => false,
        );
    }
    process.kill(pid, 'SIGTERM');
    const code = await Promise.race([
      ended,
      new Promise((go) => setTimeout(go, patienceMs, 'late')),
    ]);
    if (code === 'late') process.kill(pid, 'SIGKILL');
    expect(code).toBe(0);
  },
  60_000,
);
