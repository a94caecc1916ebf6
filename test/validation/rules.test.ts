/** Every rule of validation with its fixture: found fault with exactly where the carets are, and refused by Istio exactly where the rule says so. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeSources } from '../../src/resource/index.ts';
import {
  judge,
  judgeDocuments,
  judgeEmptiness,
  validationRules,
} from '../../src/validation/index.ts';
import { withCarets, withoutCarets } from '../lint/fixture.ts';

const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));

/** Bodies too large for a fixture. */
const elsewhere = ['direct-response-body', 'direct-response-large'];

function findingsOf(text: string) {
  const decoded = decodeSources([{ name: 'fixture.yaml', text }], { defaultNamespace: 'default' });
  return [
    ...judgeDocuments(decoded),
    ...judgeEmptiness(decoded),
    ...decoded.resources.flatMap((resource) => judge(resource)),
  ];
}

describe.each(
  validationRules
    .filter(({ name }) => !elsewhere.includes(name))
    .map((rule) => [rule.name, rule] as const),
)('%s', (name, rule) => {
  const path = join(fixtures, `${name}.yaml`);

  it('finds what its fixture points at', async () => {
    const text = withoutCarets(readFileSync(path, 'utf8'));
    const found = findingsOf(text).filter((finding) => finding.rule === name);
    expect(found.length, 'the fixture must be found fault with').toBeGreaterThan(0);
    for (const finding of found) {
      expect(finding.istio.rejects).toBe(rule.istio.rejects);
      expect(finding.span.start).toBeLessThan(finding.span.end);
    }
    await expect(withCarets(text, found)).toMatchFileSnapshot(path);
  });
});

it('has no fixture of a rule that is gone', () => {
  const names = validationRules.map(({ name }) => `${name}.yaml`);
  expect(readdirSync(fixtures).filter((file) => !names.includes(file))).toEqual([]);
});

it.each([
  ['direct-response-large', 'string', 100 * 1024, 'x'],
  ['direct-response-body', 'string', 1024 * 1024, 'x'],
  ['direct-response-large', 'bytes', 100 * 1024, 'AAAA'],
] as const)('%s begins above the limit, counted in bytes of %s', (name, field, limit, unit) => {
  const bytesOfUnit = field === 'bytes' ? 3 : 1;
  const found = (units: number) =>
    findingsOf(
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web}\nspec:\n  hosts: [web]\n  http:\n  - directResponse: {status: 200, body: {${field}: ${unit.repeat(units)}}}\n`,
    ).map(({ rule }) => rule);
  expect(found(Math.floor(limit / bytesOfUnit))).not.toContain(name);
  expect(found(Math.floor(limit / bytesOfUnit) + 1)).toContain(name);
});
