// Runs the bundle as `tcpmesh ARGUMENT...` and writes the name of each module that is entered, a line each, to descriptor 3:
// node scripts/tell-entered.cjs DIST ARGUMENT...
'use strict';
const { writeSync } = require('node:fs');
const { loadBundle } = require('./load-bundle.cjs');

const [node, , dist, ...args] = process.argv;
process.argv = [node, 'tcpmesh', ...args];
process.on('tcpmeshEntered', (name) => writeSync(3, `${name}\n`));
loadBundle(dist).exports.start();
