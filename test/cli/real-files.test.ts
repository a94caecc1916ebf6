/** Files as the system has them: what has no size is read to a bound. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFile } from '../../src/cli/input/read-source.ts';
import { pauseMs, readPipe } from '../../src/cli/pipe.ts';
import { realFiles } from '../../src/cli/real-files.ts';
import type { FileFailure } from '../../src/cli/world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function bytesOf(read: Uint8Array | FileFailure): Uint8Array {
  if ('failure' in read) throw new Error(read.message);
  return read;
}

describe.skipIf(process.platform === 'win32')('a named pipe', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-'));
  const pipe = join(folder, 'pipe.yaml');
  beforeAll(() => {
    execFileSync('mkfifo', [pipe]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read to the end, though its writer comes late and pauses', () => {
    const writer = spawn('sh', [
      '-c',
      'sleep 0.2; (printf one; sleep 0.2; printf two) >"$0"',
      pipe,
    ]);
    writer.unref();
    const bytes = realFiles.read(pipe);
    expect(Buffer.from(bytesOf(bytes)).toString()).toBe('onetwo');
  });

  /** As if every pause were over at once. */
  const readAtOnce = () => {
    const reading = readPipe(pipe, 1000);
    let pauses = 0;
    for (;;) {
      const { done, value } = reading.next();
      if (done === true) return { value, waitedMs: pauses * pauseMs };
      pauses += 1;
    }
  };

  it('that nobody writes into is given up', () => {
    expect(readAtOnce()).toEqual({
      value: { failure: 'other', message: 'nobody writes into this pipe' },
      waitedMs: 5000,
    });
  });

  it.each([
    ['from the beginning', ''],
    ['in the middle', 'one'],
  ])('whose writer is silent %s is given up', (_, text) => {
    const writer = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      writeSync(writer, text);
      expect(readAtOnce()).toEqual({
        value: { failure: 'other', message: 'who writes into this pipe has been silent for 10 s' },
        waitedMs: 10_000,
      });
    } finally {
      closeSync(writer);
    }
  });

  it('lets other work go on while it is read, and is left where nobody waits for it any more', async () => {
    const writer = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const reading = realFiles.readMeanwhile(pipe);
    const left = new AbortController();
    const never = realFiles.readMeanwhile(pipe, undefined, left.signal);
    left.abort();
    setTimeout(() => {
      writeSync(writer, 'late');
      closeSync(writer);
    }, 50);
    expect(Buffer.from(bytesOf(await reading)).toString()).toBe('late');
    expect(await Promise.race([never, new Promise((go) => setTimeout(go, 50, 'left'))])).toBe(
      'left',
    );
  });

  it.skipIf(process.platform !== 'linux')(
    'holds up no Ctrl-C where the files are watched',
    async () => {
      const writer = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
      const child = spawn(process.execPath, ['bin/tcpmesh.js', 'validate', '--watch', pipe], {
        cwd: root,
      });
      try {
        let stderr = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          stderr += text;
        });
        const descriptors = `/proc/${child.pid}/fd`;
        const reads = (): boolean =>
          readdirSync(descriptors).some((name) => readlinkSync(join(descriptors, name)) === pipe);
        await expect.poll(reads, { timeout: 20_000 }).toBe(true);
        child.kill('SIGINT');
        const [code] = await once(child, 'close');
        expect([code, stderr]).toEqual([130, '']);
      } finally {
        child.kill('SIGKILL');
        closeSync(writer);
      }
    },
    60_000,
  );

  it('of a shell is read, and may be empty', () => {
    const read = (command: string): string =>
      execFileSync(
        'bash',
        ['-c', `"${process.execPath}" bin/tcpmesh.js validate -o concise ${command} 2>&1 || true`],
        {
          cwd: root,
        },
      ).toString();
    expect(read('<(echo "kind: [")')).toMatch(/^\/dev\/fd\/\d+:\d+:\d+: error TCM0001/);
    expect(read('<(sleep 0.3; echo "kind: [")')).toContain('TCM0001');
    expect(read('/dev/stdin <<<"kind: ["')).toContain('TCM0001');
    expect(read('- < <(sleep 0.3; echo "kind: [")')).toContain('TCM0001');
    expect(read('<(true)')).toContain('empty');
  });
});

describe.skipIf(process.platform === 'win32')('a device (Windows has none of these names)', () => {
  it('without an end is refused after so much, not read for ever', () => {
    expect(realFiles.read('/dev/zero', 1000)).toHaveLength(1000);
    const read = readFile(realFiles, { name: 'zero.yaml', path: '/dev/zero' });
    expect(read).toMatchObject({ message: expect.stringMatching(/^this is more than/) });
  });

  it('without an end fails by whatever way it is read', () => {
    expect(realFiles.read('/dev/zero')).toEqual({
      failure: 'other',
      message: 'this is no file, and there is more of it than tcpmesh reads',
    });
    expect(realFiles.read('/dev/null')).toHaveLength(0);
  });

  it('that is empty is an empty text', () => {
    expect(readFile(realFiles, { name: 'null.yaml', path: '/dev/null' })).toEqual({
      name: 'null.yaml',
      text: '',
    });
  });
});
