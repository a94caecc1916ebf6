/** A full named pipe blocks its writer as a stopped terminal does. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TerminalQueue } from '../../src/cli/terminal-queue.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tcpmesh-queue-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(process.platform === 'win32')('a queue to a terminal', () => {
  it('lets who writes go on while nobody reads, and loses nothing', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const descriptor = openSync(path, constants.O_RDWR);
    const queue = new TerminalQueue(descriptor);
    const lines = Array.from({ length: 40_000 }, (_, i) => `line ${i} of what nobody reads yet\n`);
    for (const line of lines) queue.add(line);
    const text = lines.join('');
    await new Promise((resolve) => setImmediate(resolve));
    expect(queue.size).toBeGreaterThan(0);

    const reader = await open(path, constants.O_RDONLY);
    let read = '';
    while (read.length < text.length) {
      const { bytesRead, buffer } = await reader.read({ buffer: Buffer.alloc(1 << 16) });
      read += buffer.toString('latin1', 0, bytesRead);
    }
    expect(read === text).toBe(true);
    await new Promise<void>((resolve) => queue.whenIdle(resolve));
    expect(queue.size).toBe(0);
    await reader.close();
    closeSync(descriptor);
  });

  it('gives up when the terminal is gone', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDWR);
    const descriptor = openSync(path, constants.O_WRONLY);
    closeSync(reader);
    const queue = new TerminalQueue(descriptor);
    queue.add('nobody will see this\n');
    await new Promise<void>((resolve) => queue.whenIdle(resolve));
    expect(queue.closed).toBe(true);
    expect(queue.size).toBe(0);
    closeSync(descriptor);
  });
});
