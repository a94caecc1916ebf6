// Runs the bundle as `tcpmesh ARGUMENT...`, once for each list of arguments, and stores the code that V8 compiled for that, which
// bin/tcpmesh.js hands back to V8: node scripts/prepare-start.cjs DIST FILE JSON, where JSON is a list of lists.
'use strict';
const { writeFileSync } = require('node:fs');
const { loadBundle } = require('./load-bundle.cjs');

const [node, , dist, file, runs] = process.argv;
const { script, exports: bundle } = loadBundle(dist);

async function warmUp() {
  for (const args of JSON.parse(runs)) {
    process.argv = [node, 'tcpmesh', ...args];
    await bundle.start();
    if (process.exitCode === 2) return;
  }
  process.exitCode = 0;
  writeFileSync(file, script.createCachedData());
}

warmUp();
