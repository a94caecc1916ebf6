/** Files as the system has them: what has no size is read to a bound. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readFile } from '../../src/cli/input/read-source.ts';
import { realFiles } from '../../src/cli/real-files.ts';

describe.skipIf(process.platform === 'win32')('a named pipe', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-'));
  const pipe = join(folder, 'pipe.yaml');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read to the end, though its writer comes late and pauses', () => {
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('sh', [
      '-c',
      'sleep 0.2; (printf one; sleep 0.2; printf two) >"$0"',
      pipe,
    ]);
    writer.unref();
    const bytes = realFiles.read(pipe);
    expect('failure' in bytes ? bytes : Buffer.from(bytes).toString()).toBe('onetwo');
  });

  it('that nobody writes into is given up', () => {
    expect(realFiles.read(pipe)).toEqual({
      failure: 'other',
      message: 'nobody writes into this pipe',
    });
  }, 30_000);

  it.each([
    ['from the beginning', 'exec sleep 60'],
    ['in the middle', 'printf one; exec sleep 60'],
  ])(
    'whose writer is silent %s is given up',
    (_, command) => {
      const writer = spawn('sh', ['-c', `exec >"$0"; ${command}`, pipe]);
      try {
        expect(realFiles.read(pipe)).toEqual({
          failure: 'other',
          message: 'who writes into this pipe has been silent for 10 s',
        });
      } finally {
        writer.kill();
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
          cwd: fileURLToPath(new URL('../..', import.meta.url)),
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
