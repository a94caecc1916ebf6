/** Every rule with its fixtures: bad.yaml is found fault with exactly where its carets are, good.yaml by no rule at all. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lintRules } from '../../src/lint/index.ts';
import { kinds } from '../../src/resource/index.ts';
import { validationRules } from '../../src/validation/index.ts';
import { findingsIn, withCarets, withoutCarets } from './fixture.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const sources = fileURLToPath(new URL('../../src/lint/rules', import.meta.url));

describe.each(lintRules().map((rule) => [rule.meta.name, rule] as const))('%s', (name) => {
  const folder = join(here, 'fixtures', name);

  it('finds what bad.yaml points at, and only that', async () => {
    const path = join(folder, 'bad.yaml');
    const text = withoutCarets(readFileSync(path, 'utf8'));
    const found = findingsIn('bad.yaml', text).filter(({ rule }) => rule === name);
    expect(found.length, 'bad.yaml must be found fault with').toBeGreaterThan(0);
    await expect(withCarets(text, found)).toMatchFileSnapshot(path);
  });

  it('leaves good.yaml alone, as all rules do', () => {
    const text = readFileSync(join(folder, 'good.yaml'), 'utf8');
    // Said of every document of a kind that is read only for what others say of it.
    const found = findingsIn('good.yaml', text).filter(({ rule }) => rule !== 'kind-not-checked');
    expect(found.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
  });
});

describe('the registry', () => {
  const all = [...lintRules().map(({ meta }) => meta), ...validationRules];

  it('has each name once, and each code of ours once', () => {
    const names = all.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    const codes = all.map(({ code }) => code).filter((code) => code.startsWith('TCM'));
    expect(codes).toEqual([...new Set(codes)]);
    for (const { code } of all) expect(code).toMatch(/^(IST|TCM)\d{4}$/);
  });

  it('lists every file of rules/, each named after its rule, each with fixtures', () => {
    const names = lintRules()
      .map(({ meta }) => meta.name)
      .sort();
    const files = readdirSync(sources).map((file) => file.replace(/\.ts$/, ''));
    expect(files.sort()).toEqual(names);
    expect(readdirSync(join(here, 'fixtures')).sort()).toEqual(names);
    for (const name of names)
      for (const file of ['bad.yaml', 'good.yaml'])
        expect(existsSync(join(here, 'fixtures', name, file)), `${name}/${file}`).toBe(true);
  });

  it('says what, why and what to do, in sentences', () => {
    for (const { name, summary, why, help } of all)
      for (const text of [summary, why, help])
        expect(text, name).toMatch(/^(istioctl|kubectl|[A-Z`]).*[.!?]$/s);
    for (const { reads } of lintRules())
      for (const kind of reads) expect(kinds).toHaveProperty(kind);
  });

  it('gives the code of Istio to rules that carry one', () => {
    for (const { meta } of lintRules())
      if (meta.code.startsWith('IST')) expect(meta.istio.code).toBe(meta.code);
  });
});
