// Runs the console blocks of the documents and writes what the commands print into them: `npm run docs` keeps them real.
// A line `…` stands for any lines. test/docs/transcripts.test.ts holds the blocks against the built command.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { blocksOf, documents, masked, outputOf, same } from './console-blocks.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
for (const name of documents) {
  const path = join(root, name);
  let text = readFileSync(path, 'utf8');
  for (const block of blocksOf(text)) {
    const output = outputOf(root, block.command);
    if (same(block.output, output)) continue;
    text = text.replace(block.whole, `\`\`\`console\n$ ${block.command}\n${masked(output)}\`\`\``);
  }
  writeFileSync(path, text);
}
