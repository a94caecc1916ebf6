// Runs the bundle once, as `tcpmesh ARGUMENT...`, and stores the code that V8 compiled for that, which bin/tcpmesh.js hands back to V8:
// node scripts/prepare-start.cjs DIST FILE ARGUMENT...
'use strict';
const { writeFileSync } = require('node:fs');
const { loadBundle } = require('./load-bundle.cjs');

const [node, , dist, file, ...args] = process.argv;
const { script, exports: bundle } = loadBundle(dist);
process.argv = [node, 'tcpmesh', ...args];
bundle.start().then(() => {
  if (process.exitCode !== 2) writeFileSync(file, script.createCachedData());
  process.exitCode = process.exitCode === 2 ? 2 : 0;
});
