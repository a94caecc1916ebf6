/** Patches of a kustomization are parts of objects: they are no input of their own, and replace nothing. */
import { expect, it } from 'vitest';
import { runCommand } from './fake-world.ts';

const base = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec: {host: db.shop.svc.cluster.local, subsets: [{name: v1, labels: {version: v1}}]}
`;
const patch = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec: {exportTo: ["."]}
`;

it.each([
  [
    'patches',
    'patches:\n- path: patch.yaml\n- patch: |-\n    - op: remove\n      path: /spec/exportTo\n',
  ],
  ['patchesStrategicMerge', 'patchesStrategicMerge: [patch.yaml]\n'],
  ['patchesJson6902', 'patchesJson6902: [{path: patch.yaml, target: {name: db}}]\n'],
])('those of %s are left out, which is said', async (_, text) => {
  const files = {
    'k/base/rule.yaml': base,
    'k/prod/kustomization.yaml': `resources: [../base]\n${text}`,
    'k/prod/patch.yaml': patch,
  };
  const { code, stdout, stderr } = await runCommand(['validate', 'k', '-o', 'concise'], { files });
  expect(stderr).toContain('left out: k/prod/patch.yaml, a patch of k/prod/kustomization.yaml');
  expect(stdout).toContain('TCM0014');
  expect(stdout).not.toContain('patch.yaml');
  expect(stdout).not.toContain('error');
  expect(code).toBe(0);
});

it('the same file without a kustomization is judged as it is', async () => {
  const files = { 'k/patch.yaml': patch };
  const { code, stdout } = await runCommand(['validate', 'k', '-o', 'concise'], { files });
  expect(stdout).toContain('k/patch.yaml:');
  expect(code).toBe(1);
});
