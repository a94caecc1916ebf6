#!/usr/bin/env node
'use strict';
// Starts the bundle. Help and version are answered from what the build stored; the bundle itself comes with the code
// that V8 compiled at build time. Both only save time: without them, or with another Node, everything works the same.
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const dist = join(__dirname, '..', 'dist');
const [first, second, third] = process.argv.slice(2);

function read(...path) {
  try {
    return readFileSync(join(dist, ...path));
  } catch {
    return undefined;
  }
}

/** The stored page that was asked for: `--help`, `help`, `COMMAND --help`, `help COMMAND`, `--version`. */
function storedPage() {
  const asks = (word) => word === '--help' || word === '-h';
  if (third !== undefined) return undefined;
  if (second === undefined) {
    if (first === '--version' || first === '-V') return read('version.txt');
    return asks(first) || first === 'help' ? read('help', 'tcpmesh.txt') : undefined;
  }
  const command = asks(second) ? first : first === 'help' ? second : '';
  return /^[a-z]+$/.test(command) ? read('help', `${command}.txt`) : undefined;
}

function loadBundle() {
  const filename = join(dist, 'cli.cjs');
  const cachedData = read('cli.cache');
  if (cachedData === undefined) return require(filename);
  const { wrap } = require('node:module');
  const { Script, constants } = require('node:vm');
  const script = new Script(wrap(read('cli.cjs')), {
    filename,
    cachedData,
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, require, bundle, filename, dirname(filename));
  return bundle.exports;
}

const page = storedPage();
if (page === undefined) loadBundle().start();
else process.stdout.write(page);
