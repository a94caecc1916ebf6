/** The lock of a state folder: one holder at any time, whoever died with it before. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CannotDo } from '../../src/cli/command.ts';
import { realFiles } from '../../src/cli/real-files.ts';
import { lockStateFolder, type StateLock } from '../../src/cli/run/state-lock.ts';
import type { World } from '../../src/cli/world.ts';
import { fakeWorld } from './fake-world.ts';

const world: World = {
  ...fakeWorld([]).world,
  files: realFiles,
  clock: {
    now: Date.now,
    monotonic: () => performance.now(),
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  },
};

let folder = '';
const servers: Server[] = [];
const locks: StateLock[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tcpmesh-lock-'));
});
afterEach(() => {
  for (const lock of locks.splice(0)) lock.release();
  for (const server of servers.splice(0)) server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function lock(mesh: string, from: World = world): Promise<StateLock> {
  const taken = await lockStateFolder(from, folder, { mesh, address: '127.0.0.1:1' });
  locks.push(taken);
  return taken;
}

const file = (): string => join(folder, 'in-use.json');

/** What a mesh that was killed leaves behind: a file that names a port where this is said now; null: nothing listens. */
async function left(said: string | null): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (said !== null && said !== '') socket.end(said);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  if (said === null) await new Promise((resolve) => server.close(resolve));
  else servers.push(server);
  const token = '01234567-89ab-cdef-0123-456789abcdef';
  const holder = { mesh: 'dead', process: 7, address: '127.0.0.1:2', port, token };
  writeFileSync(file(), JSON.stringify(holder));
}

describe('the lock of a state folder', () => {
  it('is refused while another has it, with who that is, and is free afterwards', async () => {
    const first = await lock('first');
    await expect(lock('second')).rejects.toThrow(
      new CannotDo(
        `--state: ${folder} is in use by another mesh: first, process 1, clients at 127.0.0.1:1`,
        'Name another folder, or end that mesh first.',
      ),
    );
    first.release();
    await lock('second');
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ mesh: 'second' });
  });

  it.each([
    ['nothing listens any more', null],
    ['another program listens', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ])('is taken over from a dead one where %s', async (_, said) => {
    await left(said);
    await lock('next');
    expect(readdirSync(folder)).toEqual(['in-use.json']);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ mesh: 'next' });
  });

  it('stays with a holder that is stopped, and is taken from a dead one whose port is silent', async () => {
    await left('');
    const stopped = { ...world, process: { id: 2, isThere: (id: number) => id === 7 } };
    await expect(lock('next', stopped)).rejects.toThrow(/in use by another mesh: dead, process 7/);
    await lock('next');
  });

  it('goes to one of many that find a dead one at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      await left(null);
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) =>
          lock(`mesh-${i}`, { ...world, process: { ...world.process, id: 100 + i } }),
        ),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(readdirSync(folder)).toEqual(['in-use.json']);
      for (const taken of locks.splice(0)) taken.release();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('is not made of a file that tcpmesh did not write', async () => {
    writeFileSync(file(), '{}');
    const clock = {
      ...world.clock,
      after: (_: number, go: () => void) => world.clock.after(0, go),
    };
    await expect(lock('next', { ...world, clock })).rejects.toThrow(/was not written by tcpmesh/);
    expect(readFileSync(file(), 'utf8')).toBe('{}');
  });
});
