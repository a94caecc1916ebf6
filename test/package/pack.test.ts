/** The package as a user installs it: packed, put into an empty prefix without what only developers need, and run from elsewhere. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-package-'));
const command = join(folder, 'prefix/bin/tcpmesh');
const installed = join(folder, 'prefix/lib/node_modules/tcpmesh');

// npm tells its children about the run that called it; an installation of its own must not inherit that.
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_local|lifecycle|package)/i.test(name),
  ),
);

beforeAll(() => {
  const npm = (...args: string[]): string =>
    execFileSync('npm', args, { cwd: root, env, encoding: 'utf8' });
  npm('pack', '--ignore-scripts', '--silent', '--pack-destination', folder);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  npm(
    'install',
    '--global',
    '--prefix',
    join(folder, 'prefix'),
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    join(folder, archive),
  );
}, 180_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('runs from any folder', () => {
  const result = spawnSync(command, ['--version'], { cwd: folder, encoding: 'utf8' });
  expect(result).toMatchObject({ status: 0, stderr: '' });
  expect(result.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it('validates a file with nothing of the checkout near', () => {
  const file = join(folder, 'vs.yaml');
  writeFileSync(
    file,
    'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: x}\nspec: {hosts: [a], tcp: [{rotue: []}]}\n',
  );
  const result = spawnSync(command, ['validate', '-o', 'json', file], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(result.status).toBe(1);
  expect(result.stdout).toContain('rotue');
});

it('holds the samples, the docs and the integrations, and no sources or tests', () => {
  const names = readdirSync(installed);
  expect(names).toEqual(
    expect.arrayContaining([
      'bin',
      'dist',
      'docs',
      'integrations',
      'samples',
      'README.md',
      'action.yml',
    ]),
  );
  expect(names).not.toEqual(expect.arrayContaining(['src']));
  expect(names).not.toEqual(expect.arrayContaining(['test']));
});
