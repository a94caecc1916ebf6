/** What the registry says of a rule whose code is not loaded is true of the rule. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type LintOptions, lint, listedRules } from '../../src/lint/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources, type Resource } from '../../src/resource/index.ts';
import { admit } from '../../src/validation/index.ts';
import { withoutCarets } from './fixture.ts';

const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url));
const asIt: readonly Partial<LintOptions>[] = [
  {},
  { refs: 'require' },
  { mode: 'ambient' },
  { mode: 'ambient', ambientProfile: 'asm', refs: 'require' },
];

const meshes: readonly (readonly [string, readonly Resource[]])[] = readdirSync(fixtures).flatMap(
  (rule) =>
    ['bad.yaml', 'good.yaml'].map((file) => {
      const name = join(rule, file);
      const text = withoutCarets(readFileSync(join(fixtures, name), 'utf8'));
      return [
        name,
        decodeSources([{ name, text }], { defaultNamespace: 'default' }).resources,
      ] as const;
    }),
);

const groups = new Map(listedRules.map(({ wants }) => [wants.join(' or '), wants]));
groups.delete('');

describe.each([...groups])('rules that want a %s', (key, wants) => {
  const rules = listedRules
    .filter((one) => one.wants.join(' or ') === key)
    .map((one) => ({ ...one, wants: [] }));

  it('find something among the fixtures, and nothing where there is none of it', () => {
    let found = 0;
    for (const [name, all] of meshes) {
      const rest = all.filter(({ kind }) => !wants.includes(kind));
      for (const options of asIt) {
        const asked = (resources: readonly Resource[]): readonly string[] =>
          lint({ resources, mesh: buildMesh(admit(resources).admitted), options }, rules).map(
            ({ rule, message }) => `${name}: ${rule}: ${message}`,
          );
        found += asked(all).length;
        if (rest.length < all.length) expect(asked(rest)).toEqual([]);
      }
    }
    expect(found).toBeGreaterThan(0);
  });
});

it('each rule is listed under its own name', () => {
  for (const { name, rule } of listedRules) expect(rule().meta.name).toBe(name);
});
