/** The console blocks of the documents show what the built command prints. `npm run docs` renews them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { blocksOf, documents, masked, outputOf, same } from '../../scripts/console-blocks.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe.each(documents)('%s', (name) => {
  const blocks = blocksOf(readFileSync(`${root}/${name}`, 'utf8'));

  it('has blocks', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  it.each(blocks.map(({ command, output }) => [command, output]))('$ %s', (command, output) => {
    const printed = outputOf(root, command);
    if (!same(output, printed)) expect(masked(printed)).toBe(masked(output));
  });
});
