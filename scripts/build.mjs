// Builds dist/: the command as one CommonJS bundle (it loads faster than an ES module; code of a command that is not
// asked for stays unevaluated), the packages that only some commands need beside it, what makes it start fast, and the
// library as an ES module with its types.
// Everything is written beside dist first and then put in place, so that a running test never sees half a build.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleCommand } from './bundle-command.mjs';
import { loadBundle } from './load-bundle.cjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const staging = join(root, `dist.${process.pid}`);
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // React, ink and what it counts columns with are needed on a terminal view only; they are loaded from node_modules when it opens.
  external: ['ink', 'react', 'react/jsx-runtime', 'string-width'],
  define: { TCPMESH_VERSION: JSON.stringify(version) },
  jsx: 'automatic',
  legalComments: 'none',
  logLevel: 'warning',
};
const commonJs = { format: 'cjs', outExtension: { '.js': '.cjs' } };

/** Packages off the way of a validation: a file each, so that V8 need not even read them. */
const apart = ['yaml', 'commander', 'chalk', 'ws', 'ip-cidr'];

/** The library's types name nothing outside their own file: that one declaration is all that the package carries. */
function emitLibraryTypes() {
  const everything = join(staging, 'declarations');
  const options = ['--declaration', '--emitDeclarationOnly', '--noEmit', 'false'];
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, 'tsconfig.library.json');
  execFileSync(process.execPath, [compiler, '-p', project, ...options, '--outDir', everything], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const declaration = join('src', 'library.d.ts');
  mkdirSync(join(staging, 'types', 'src'), { recursive: true });
  renameSync(join(everything, declaration), join(staging, 'types', declaration));
  rmSync(everything, { recursive: true });
}

/** Help needs no code at all: bin/tcpmesh.js shows the stored text. */
async function storeHelp() {
  const { helpPages, version } = loadBundle(staging).exports;
  mkdirSync(join(staging, 'help'));
  for (const [command, page] of await helpPages())
    writeFileSync(join(staging, 'help', `${command || 'tcpmesh'}.txt`), page);
  writeFileSync(join(staging, 'version.txt'), `${version}\n`);
}

/** Ordinary uses of the commands that people wait for. Where a user's takes another way, V8 compiles what is missing. */
const everyday = {
  validate: [
    ['samples/as-published', 'samples/tcp-echo/tcp-echo-20-v2.yaml'],
    ['scripts/everyday.yaml'],
  ],
  explain: [['samples/tcp-echo-20-v2.yaml', '--src-ns', 'default', '--port', '9000']],
  test: [['samples/tests']],
  run: [['samples/tcp-echo-20-v2.yaml', '--connections', '1', '--api', 'off']],
};

/** What validations of a few documents enter. */
function smallValidations() {
  const script = join(root, 'scripts/tell-entered.cjs');
  return everyday.validate.flatMap((args) => {
    const { status, output } = spawnSync(process.execPath, [script, staging, 'validate', ...args], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
      encoding: 'utf8',
    });
    if (status !== 0 && status !== 1)
      throw new Error(`validate ${args.join(' ')} ends with ${status}`);
    return output[3].split('\n');
  });
}

/** V8 takes no code that another one compiled. */
const codeFolder = join(staging, 'code', `${process.version}-${process.arch}`);

/** It only saves time: where a run fails (no port may be opened here) the command goes without. */
function storeCode(command) {
  const runs = JSON.stringify(everyday[command].map((args) => [command, ...args]));
  const script = join(root, 'scripts/prepare-start.cjs');
  try {
    execFileSync(process.execPath, [script, staging, codeFolder, command, runs], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    console.error(`no compiled code is kept for ${command}: ${error.stderr}`);
  }
}

mkdirSync(staging, { recursive: true });
try {
  await build({
    ...shared,
    ...commonJs,
    entryPoints: Object.fromEntries(apart.map((name) => [name, name])),
    outdir: join(staging, 'packages'),
  });
  await build({
    ...shared,
    entryPoints: { view: 'src/ui/view.tsx' },
    format: 'esm',
    outdir: staging,
    outExtension: { '.js': '.mjs' },
  });
  // ink can only be imported, never required, and code that V8 compiled beforehand cannot import: hence a file between.
  // React's development build measures and compares at every frame.
  writeFileSync(
    join(staging, 'view.cjs'),
    "exports.openView = async (options) => {\n  process.env.NODE_ENV ??= 'production';\n  return (await import('./view.mjs')).openView(options);\n};\n",
  );
  await bundleCommand({
    root,
    entry: 'src/cli/process.ts',
    folder: staging,
    define: shared.define,
    packages: {
      ...Object.fromEntries(apart.map((name) => [name, `./packages/${name}.cjs`])),
      'view.tsx': './view.cjs',
    },
    enteredBy: smallValidations,
  });
  await storeHelp();
  mkdirSync(codeFolder, { recursive: true });
  const mark = createHash('sha256')
    .update(readFileSync(join(staging, 'cli.cjs')))
    .update(readFileSync(join(staging, 'rest.cjs')))
    .digest('hex');
  writeFileSync(join(staging, 'build-id.txt'), mark.slice(0, 16));
  for (const command of Object.keys(everyday)) storeCode(command);
  if (existsSync(join(root, 'src/library.ts'))) {
    await build({
      ...shared,
      entryPoints: { library: 'src/library.ts' },
      format: 'esm',
      outdir: staging,
      // Code of packages that were CommonJS asks for Node's own modules by require.
      banner: {
        js: "import { createRequire as tcpmeshRequire } from 'node:module'; const require = tcpmeshRequire(import.meta.url);",
      },
    });
    emitLibraryTypes();
  }
  const dist = join(root, 'dist');
  const old = join(root, `dist.old.${process.pid}`);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(staging, dist);
  rmSync(old, { recursive: true, force: true });
} finally {
  rmSync(staging, { recursive: true, force: true });
}
