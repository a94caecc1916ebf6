/** tcpmesh tutorial --yes goes through both tutorials, checks every answer, and leaves nothing behind. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tcpmesh } from './mesh-process.ts';

const state = mkdtempSync(join(tmpdir(), 'tcpmesh-tutorial-'));
afterAll(() => rmSync(state, { recursive: true, force: true }));

describe('tcpmesh tutorial', () => {
  it.each([
    ['tcp-echo', /of all 200: \d+ times "(?:one|two) hello", \d+ times/],
    ['tcp-matching', /TCM1303/],
  ])('%s', async (name, shows) => {
    const { code, stdout, stderr } = await tcpmesh(['tutorial', name, '--yes'], { state });
    expect(stdout).not.toContain('NOT AS IT SHOULD BE');
    expect(stderr).toBe('');
    expect(stdout).toMatch(shows);
    expect(stdout).toMatch(/All of it went as it should\.\n$/);
    expect(code).toBe(0);
    expect(readdirSync(state)).toEqual([]);
  });

  it('names the tutorials that there are', async () => {
    const { code, stderr } = await tcpmesh(['tutorial', 'http'], { state });
    expect(code).toBe(2);
    expect(stderr).toMatch(/tcp-echo and tcp-matching/);
  });
});
