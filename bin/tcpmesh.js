#!/usr/bin/env node
'use strict';
// Starts the bundle. Help and version are answered from what the build stored; the bundle itself comes with the code
// that V8 compiled at build time. Both only save time: without them, or with another Node, everything works the same.
const { readFileSync, writeSync } = require('node:fs');
const { join } = require('node:path');

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

/** The code that V8 compiled for a command at build time; commands that have none take that of validate. */
function compiled() {
  const own = /^[a-z]+$/.test(first ?? '') ? read('code', `${first}.cache`) : undefined;
  return own ?? read('code', 'validate.cache');
}

function loadBundle() {
  const { Script, constants } = require('node:vm');
  const filename = join(dist, 'cli.cjs');
  const requireThere = (name) => require(name.startsWith('.') ? join(dist, name) : name);
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData: compiled(),
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (script.cachedDataRejected === false) return script.runInThisContext()(requireThere, dist);
  // Built by another Node. Newer ones keep compiled code themselves, when asked to.
  require('node:module').enableCompileCache?.();
  return require(filename)(requireThere, dist);
}

/** By descriptor: to make the stream takes longer than all of this. What a full pipe does not take goes the long way. */
function show(page) {
  let written = 0;
  try {
    while (written < page.length) written += writeSync(1, page, written);
  } catch (error) {
    if (error.code === 'EAGAIN') process.stdout.write(page.subarray(written));
    else if (error.code !== 'EPIPE') throw error;
  }
}

const page = storedPage();
if (page === undefined) loadBundle().start();
else show(page);
