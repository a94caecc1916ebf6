// Stores beside the bundle what makes it start fast: the help pages as text, and the code that V8 compiled
// for the commonest way through it (a validation), which bin/tcpmesh.js hands back to V8.
'use strict';
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join, resolve } = require('node:path');
const { Script, constants } = require('node:vm');

const dist = resolve(process.argv[2]);
const filename = join(dist, 'cli.cjs');
const wrapped = (text) =>
  `(function (exports, require, module, __filename, __dirname) { ${text}\n});`;
const script = new Script(wrapped(readFileSync(filename, 'latin1')), {
  filename,
  importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
const bundle = { exports: {} };
script.runInThisContext()(
  bundle.exports,
  createRequire(filename),
  bundle,
  filename,
  dirname(filename),
);
const { helpPages, start, version } = bundle.exports;

async function warmUp() {
  process.argv = [process.argv[0], 'tcpmesh', 'validate', 'samples/as-published'];
  await start();
  process.exitCode = 0;
  writeFileSync(join(dist, 'cli.cache'), script.createCachedData());
  // After the cache: commander is not on that way.
  mkdirSync(join(dist, 'help'));
  for (const [command, page] of await helpPages())
    writeFileSync(join(dist, 'help', `${command || 'tcpmesh'}.txt`), page);
  writeFileSync(join(dist, 'version.txt'), `${version}\n`);
}

warmUp();
