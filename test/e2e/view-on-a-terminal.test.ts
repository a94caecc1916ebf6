/** The view as the built command opens it, on a pseudo terminal that `script` of util-linux makes. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const command = `${process.execPath} ${path('bin/tcpmesh.js')} run ${path('samples/tcp-echo-20-v2.yaml')} --listen 31400=0 --api off`;
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
});
