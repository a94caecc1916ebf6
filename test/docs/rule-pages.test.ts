/** docs/rules is made from the rules and their fixtures: `npm run docs` writes it, and this finds it stale. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { suppressionRules } from '../../src/diagnostic/index.ts';
import { testFileRule } from '../../src/expectation/index.ts';
import { lintRules } from '../../src/lint/index.ts';
import { ruleIndexPage, rulePage } from '../../src/report/index.ts';
import { validationRules } from '../../src/validation/index.ts';

const docs = fileURLToPath(new URL('../../docs/rules/', import.meta.url));
const fixtures = fileURLToPath(new URL('../lint/fixtures/', import.meta.url));
const validationFixtures = fileURLToPath(new URL('../validation/fixtures/', import.meta.url));

/** Rules of one document have one fixture each, of what they find. */
const longestFixture = 3000;

function fixture(rule: string, name: string): string | null {
  const paths = [`${fixtures}${rule}/${name}`];
  if (name === 'bad.yaml') paths.push(`${validationFixtures}${rule}.yaml`);
  const path = paths.find(existsSync);
  const text = path === undefined ? null : readFileSync(path, 'utf8');
  return text === null || text.length > longestFixture ? null : text;
}

const pages = [
  ...lintRules().map(({ meta, reads, kiali }) => ({ meta, reads, kiali })),
  ...[...validationRules, ...suppressionRules, testFileRule].map((meta) => ({
    meta,
    reads: [],
    kiali: null,
  })),
];

it.each(pages.map((page) => [page.meta.name, page] as const))(
  '%s has a fresh page',
  async (name, page) => {
    const text = rulePage({
      ...page,
      bad: fixture(name, 'bad.yaml'),
      good: fixture(name, 'good.yaml'),
    });
    await expect(text).toMatchFileSnapshot(`${docs}${name}.md`);
  },
);

it('lists every rule, and has no page of a rule that is gone', async () => {
  const metas = pages.map(({ meta }) => meta);
  await expect(ruleIndexPage(metas)).toMatchFileSnapshot(`${docs}README.md`);
  const expected = new Set(['README.md', ...metas.map(({ name }) => `${name}.md`)]);
  expect(readdirSync(docs).filter((page) => !expected.has(page))).toEqual([]);
});
