// Loads dist/cli.cjs as bin/tcpmesh.js does: as a script of its own, whose compiled code V8 can give out.
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join, resolve } = require('node:path');
const { Script, constants } = require('node:vm');

/** The script and what it exports. cachedData: code that V8 compiled before. */
exports.loadBundle = (dist, cachedData) => {
  const filename = join(resolve(dist), 'cli.cjs');
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData,
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return { script, exports: script.runInThisContext()(createRequire(filename), resolve(dist)) };
};
