/** A process that runs out of file descriptors: told once, no crash, open connections live, new ones again when there is room. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const most = 80;
const many = 120;

type Told = { readonly port?: number; readonly message?: string };

/** The program, with `most` descriptors of which it holds some. told: what it said of a kind. */
function start(backendPort: number, held: number, descriptorMax: string) {
  const script = `ulimit -n ${most} && exec "${process.execPath}" "${program}" ${backendPort} ${held} "${descriptorMax}"`;
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const told = (kind: string): Told[] =>
    said
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .filter((event) => event.kind === kind);
  return { child, told };
}

type Program = ReturnType<typeof start>;

/** More callers than it has room for; each is served in the end or closed. */
async function crowd({ told }: Program) {
  await until('the port', () => told('listening').length === 1);
  const address = { host: '127.0.0.1', port: told('listening')[0]?.port ?? 0 };
  const callers: Awaited<ReturnType<typeof client>>[] = [];
  for (let index = 0; index < many; index += 1) callers.push(await client(address));
  const ended = () => callers.filter(({ ending }) => ending() !== undefined).length;
  await until('all to be served or closed', () => ended() + told('opened').length >= many);
  return { address, callers };
}

async function expectRecovery(
  { child, told }: Program,
  { address, callers }: Awaited<ReturnType<typeof crowd>>,
): Promise<void> {
  const open = callers.filter(({ ending }) => ending() === undefined);
  expect(open.length).toBeGreaterThan(10);
  open[0]?.socket.write('still here');
  await until('an answer', () => open[0]?.received().toString() === 'still here');
  for (const { socket } of callers) socket.destroy();
  await until('recovered', () => told('recovered').length > 0);
  expect(child.exitCode).toBeNull();
  const late = await client(address);
  late.socket.write('x');
  await until('a new one is served', () => late.received().toString() === 'x');
  late.socket.destroy();
}

describe.skipIf(process.platform === 'win32')('few descriptors', () => {
  it.each([0, 1])('are known beforehand, %d of them in use elsewhere', async (held) => {
    const { port } = await backend(echoing);
    const running = start(port, held, String(most));
    try {
      const crowded = await crowd(running);
      await until('overloaded', () => running.told('overloaded').length > 0);
      expect(running.told('overloaded')[0]?.message).toMatch(
        /^no file descriptors are left \(of 80; more with ulimit -n\): with \d+ connections open, new ones are closed at once for 1000 ms$/,
      );
      await expectRecovery(running, crowded);
    } finally {
      running.child.kill('SIGKILL');
    }
  });

  /** Where the very last one goes to an accept, libuv closes what comes after without a word: that of one parity is told. */
  it('run out, and nobody said how many there are', async () => {
    const { port } = await backend(echoing);
    let told = 0;
    for (const held of [0, 1]) {
      const running = start(port, held, '');
      try {
        const crowded = await crowd(running);
        const [overloaded] = running.told('overloaded');
        if (overloaded === undefined) continue;
        told += 1;
        expect(overloaded.message).toMatch(
          /^no file descriptors are left \(EMFILE; .*ulimit -n\): with \d+ connections open, new ones are closed at once for 1000 ms$/,
        );
        await expectRecovery(running, crowded);
      } finally {
        running.child.kill('SIGKILL');
      }
    }
    expect(told).toBeGreaterThan(0);
  });
});
