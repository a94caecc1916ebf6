/** A process that runs out of file descriptors: told once, no crash, open connections live, new ones again when there is room. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backend, client, echoing, until } from './rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-few-'));
const program = join(folder, 'few.mjs');
beforeAll(() => {
  buildSync({
    entryPoints: [fileURLToPath(new URL('few-descriptors.entry.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(process.platform === 'win32')('survives EMFILE', async () => {
  const server = await backend(echoing);
  const script = `ulimit -n 80 && exec "${process.execPath}" "${program}" ${server.port}`;
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const told = (kind: string): { port?: number; message?: string; refused?: number }[] =>
    said
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .filter((event) => event.kind === kind);
  try {
    await until('the port', () => told('listening').length === 1);
    const address = { host: '127.0.0.1', port: told('listening')[0]?.port ?? 0 };
    const callers = [];
    for (let index = 0; index < 120; index += 1) callers.push(await client(address));
    await until('overloaded', () => told('overloaded').length > 0);
    expect(told('overloaded')[0]?.message).toMatch(
      /^no file descriptors are left \(EMFILE; .*ulimit -n\): with \d+ connections open, new ones are closed at once for 1000 ms$/,
    );
    const open = callers.filter(({ ending }) => ending() === undefined);
    expect(open.length).toBeGreaterThan(10);
    open[0]?.socket.write('still here');
    await until('an answer', () => open[0]?.received().toString() === 'still here');
    for (const { socket } of callers) socket.destroy();
    await until('recovered', () => told('recovered').length > 0);
    expect(child.exitCode).toBeNull();
    let late = await client(address);
    late.socket.write('x');
    await until('a new one is served', () => late.received().toString() === 'x');
    late.socket.destroy();
    late = await client(address);
  } finally {
    child.kill('SIGKILL');
  }
});
