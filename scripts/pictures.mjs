// Makes docs/pictures/run.svg: the terminal view of `tcpmesh run` over a mesh that really runs, drawn as text.
// Port 31400 should be free; `node scripts/pictures.mjs` after a change to the view.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { svgOfTerminal } from './terminal-svg.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const columns = 100;
const rows = 26;
// Within the checkout, for ink and react are found from there.
const folder = mkdtempSync(join(root, 'node_modules', '.pictures-'));
try {
  const script = join(folder, 'picture.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['scripts/picture-of-run.tsx'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    external: ['ink', 'react', 'react/jsx-runtime', 'string-width'],
    define: { TCPMESH_VERSION: '""' },
    outfile: script,
    logLevel: 'warning',
  });
  const frame = execFileSync(process.execPath, [script, String(columns), String(rows)], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '1', NODE_ENV: 'production' },
  });
  const svg = svgOfTerminal(frame, { columns, title: 'tcpmesh run samples/tcp-echo-20-v2.yaml' });
  writeFileSync(join(root, 'docs', 'pictures', 'run.svg'), svg);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
