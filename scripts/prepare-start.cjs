// Runs the bundle as `tcpmesh ARGUMENT...`, once for each list of arguments, and stores the code that V8 compiled for that, which
// bin/tcpmesh.js hands back to V8: node scripts/prepare-start.cjs DIST FOLDER NAME JSON, where JSON is a list of lists. It writes
// NAME.cli.cache and, where the runs went that far, NAME.rest.cache.
'use strict';
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { loadBundle } = require('./load-bundle.cjs');

const [node, , dist, folder, name, runs] = process.argv;
const { scripts, exports: bundle } = loadBundle(dist);

async function warmUp() {
  for (const args of JSON.parse(runs)) {
    process.argv = [node, 'tcpmesh', ...args];
    await bundle.start();
    if (process.exitCode === 2) return;
  }
  process.exitCode = 0;
  for (const [part, script] of Object.entries(scripts))
    if (script !== undefined)
      writeFileSync(join(folder, `${name}.${part}.cache`), script.createCachedData());
}

warmUp();
