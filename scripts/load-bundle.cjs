// Loads dist/cli.cjs as bin/tcpmesh.js does: as scripts of their own, whose compiled code V8 can give out.
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join, resolve } = require('node:path');
const { Script, constants } = require('node:vm');

/** One of the scripts of a build: cli.cjs or rest.cjs. cachedData: code that V8 compiled before. */
const scriptOf = (dist, file, cachedData) => {
  const filename = join(resolve(dist), file);
  return new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData,
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
};
exports.scriptOf = scriptOf;

/** What the bundle exports, and the scripts that it consists of: rest is there when something of it was asked for. */
exports.loadBundle = (dist) => {
  const folder = resolve(dist);
  const scripts = { cli: scriptOf(dist, 'cli.cjs'), rest: undefined };
  const loadRest = () => {
    scripts.rest = scriptOf(dist, 'rest.cjs');
    return scripts.rest.runInThisContext();
  };
  const start = scripts.cli.runInThisContext();
  return { scripts, exports: start(createRequire(join(folder, 'cli.cjs')), folder, loadRest) };
};
