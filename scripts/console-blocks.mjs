// The console blocks of a document: one command after `$ `, and what it prints.
import { spawnSync } from 'node:child_process';

/** The documents whose console blocks are run. */
export const documents = ['README.md', 'docs/explain.md', 'docs/testing.md'];

/** Every block of a text. whole: as it stands, to be replaced; command: one line; output: what follows it. */
export function blocksOf(text) {
  return [...text.matchAll(/```console\n\$ (.*)\n([\s\S]*?)```/g)].map(
    ([whole, command, output]) => ({
      whole,
      command,
      output,
    }),
  );
}

/** What a command prints, standard error first, as a person sees it in the checkout. */
export function outputOf(root, command) {
  const [program, name, ...args] = command.split(' ');
  if (program !== 'npx' || name !== 'tcpmesh') throw new Error(`not a command of ours: ${command}`);
  const { TCPMESH_DEBUG: _, ...env } = process.env;
  const result = spawnSync(process.execPath, ['bin/tcpmesh.js', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...env, NO_COLOR: '1', COLUMNS: '100' },
    timeout: 60_000,
  });
  return result.stderr + result.stdout;
}

/** Times differ from run to run. */
export function masked(output) {
  return output.replace(/ in \d+(\.\d+)? m?s/g, ' in 9 ms');
}

/** Is this output what the block says, a line `…` standing for any lines? */
export function same(expected, output) {
  const literal = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = masked(expected).split(/^…\n/m).map(literal).join('(?:.*\\n)*');
  return new RegExp(`^${pattern}$`).test(masked(output));
}
