// Builds dist/: the command as one CommonJS bundle (it loads faster than an ES module; code of a
// command that is not asked for stays uncompiled), and the library as an ES module with its types.
// Everything is written beside dist first and then put in place, so that a running test never sees half a build.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const staging = join(root, `dist.${process.pid}`);
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // React and ink are needed on a terminal view only; they are loaded from node_modules when it opens.
  external: ['ink', 'react', 'react/jsx-runtime'],
  define: { TCPMESH_VERSION: JSON.stringify(version) },
  jsx: 'automatic',
  legalComments: 'none',
  logLevel: 'warning',
};

mkdirSync(staging, { recursive: true });
try {
  await build({
    ...shared,
    entryPoints: { cli: 'src/cli/process.ts' },
    format: 'cjs',
    outdir: staging,
    outExtension: { '.js': '.cjs' },
  });
  execFileSync(process.execPath, [join(root, 'scripts/prepare-start.cjs'), staging], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (existsSync(join(root, 'src/library.ts'))) {
    await build({
      ...shared,
      entryPoints: { library: 'src/library.ts' },
      format: 'esm',
      outdir: staging,
    });
  }
  const dist = join(root, 'dist');
  const old = join(root, `dist.old.${process.pid}`);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(staging, dist);
  rmSync(old, { recursive: true, force: true });
} finally {
  rmSync(staging, { recursive: true, force: true });
}
