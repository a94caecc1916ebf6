/** Files as the system has them: what has no size is read to a bound. */
import { describe, expect, it } from 'vitest';
import { readFile } from '../../src/cli/input/read-source.ts';
import { realFiles } from '../../src/cli/real-files.ts';

describe.skipIf(process.platform === 'win32')('a device (Windows has none of these names)', () => {
  it('without an end is refused after so much, not read for ever', () => {
    expect(realFiles.read('/dev/zero', 1000)).toHaveLength(1000);
    const read = readFile(realFiles, { name: 'zero.yaml', path: '/dev/zero' });
    expect(read).toMatchObject({ message: expect.stringMatching(/^this is more than/) });
  });

  it('that is empty is an empty text', () => {
    expect(readFile(realFiles, { name: 'null.yaml', path: '/dev/null' })).toEqual({
      name: 'null.yaml',
      text: '',
    });
  });
});
