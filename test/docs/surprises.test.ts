/** Every recorded answer that docs/surprises.md names is one that the golden tests run. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

it('names cases that exist', () => {
  const text = readFileSync(at('docs/surprises.md'), 'utf8');
  const named = [...text.matchAll(/\(((?:`[\w-]+`(?:, )?)+)\)/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(
    (name) =>
      !existsSync(at(`test/golden/routing/cases/${name}/routes.mesh-test.yaml`)) &&
      !existsSync(at(`test/golden/routing/cases/${name}/mesh.yaml`)),
  );
  expect(missing).toEqual([]);
});
