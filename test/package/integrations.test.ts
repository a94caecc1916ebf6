/** What CI gets: the action and the pre-commit hook go by .tcpmesh.yaml where the workflow says nothing itself. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-action-'));
writeFileSync(join(folder, 'npx'), '#!/bin/sh\nfor argument; do echo "$argument"; done\n');
chmodSync(join(folder, 'npx'), 0o755);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const read = (name: string) => parse(readFileSync(join(root, name), 'utf8'));

/** The arguments of tcpmesh, with the inputs that a workflow gives. */
function calledWith(inputs: { readonly [name: string]: string }, configuration: string): string[] {
  const action = read('action.yml');
  const [step] = action.runs.steps;
  const names = { PATHS: 'paths', FAIL_ON: 'fail-on', SARIF: 'sarif', VERSION: 'version' };
  const given = Object.entries(names).map(([variable, name]) => [
    variable,
    inputs[name] ?? action.inputs[name].default,
  ]);
  writeFileSync(join(folder, '.tcpmesh.yaml'), configuration);
  const path = `${folder}${delimiter}${process.env.PATH ?? ''}`;
  const env = { ...process.env, ...Object.fromEntries(given), PATH: path };
  const options = { cwd: folder, env, encoding: 'utf8' } as const;
  const said = execFileSync('bash', ['-e', '-o', 'pipefail', '-c', step.run], options);
  return said.trim().split('\n').slice(2);
}

describe('the action', () => {
  it('leaves to .tcpmesh.yaml what the workflow does not say', () => {
    expect(calledWith({}, 'config: [k8s]\nfailOn: warning\n')).toEqual([
      'validate',
      '-o',
      'github',
      '--',
    ]);
    expect(calledWith({}, 'failOn: warning\n')).toEqual(['validate', '-o', 'github', '--', '.']);
  });
  it('passes on what the workflow says', () => {
    const inputs = { paths: 'a b\nc', 'fail-on': 'info', sarif: 'out.sarif' };
    expect(calledWith(inputs, 'config: [k8s]\n')).toEqual(
      'validate -o github -o sarif=out.sarif --fail-on info -- a b c'.split(' '),
    );
  });
});

describe('the hook for pre-commit', () => {
  const [hook] = read('.pre-commit-hooks.yaml');
  it('leaves the gravity that fails to .tcpmesh.yaml', () => {
    expect(hook.entry).toBe('tcpmesh validate --refs ignore');
  });
  it('is not given what is left out of folders', () => {
    const isLeftOut = (path: string) => new RegExp(hook.exclude).test(path);
    for (const path of [
      '.tcpmesh.yaml',
      'k8s/.tcpmesh.yaml',
      '.github/workflows/ci.yaml',
      'k8s/routes.mesh-test.yaml',
      'a/node_modules/b/c.yaml',
    ])
      expect(isLeftOut(path), path).toBe(true);
    for (const path of ['vs.yaml', 'k8s/prod.eu/mesh-test.yaml', 'my_node_modules/a.yml'])
      expect(isLeftOut(path), path).toBe(false);
  });
});
