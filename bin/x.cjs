#!/usr/bin/env node
'use strict';
// Starts the bundle. Help and version are answered from what the build stored; the bundle itself comes with the code
// that V8 compiled at build time, and in two scripts, of which the second is loaded when something of it is asked for.
// All that only saves time: without it, or with another Node, everything works the same.
const { readFileSync, writeSync } = require('node:fs');
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

const thisNode = `${process.version}-${process.arch}`;
const named = /^[a-z]+$/.test(first ?? '') ? first : '';

/** The code that V8 compiled of a script for a command at build time; commands that have none take that of validate. */
function builtCode(part) {
  return (
    read('code', thisNode, `${named}.${part}.cache`) ??
    read('code', thisNode, `validate.${part}.cache`)
  );
}

/** V8 takes code only under the flags that it was compiled with, and NODE_OPTIONS=--max-old-space-size is a flag of V8's. */
const underFlags = false;

/**
 * Where the code of a command is kept that another Node than the build's compiled, or the same under other flags; '' for words that are
 * no commands, which come without end. The build's own mark is in it: V8 looks at the length of a text only.
 */
function ownCodeFile(part) {
  if (process.env.NODE_DISABLE_COMPILE_CACHE || read('help', `${named}.txt`) === undefined)
    return '';
  const { homedir } = require('node:os');
  const caches =
    process.env.XDG_CACHE_HOME || process.env.LOCALAPPDATA || join(homedir(), '.cache');
  // One place for all flags: they come without end too, and what was compiled under others is replaced.
  const compiler = underFlags ? `${thisNode}-flags` : thisNode;
  const build = join(caches, 'tcpmesh', 'code', String(read('build-id.txt')));
  return join(build, compiler, `${named}.${part}.cache`);
}

function kept(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

const month = 30 * 24 * 3600 * 1000;

/** Of builds that were replaced long ago. */
function removeOldCode(folder) {
  const { readdirSync, rmSync, statSync } = require('node:fs');
  for (const build of readdirSync(folder).map((name) => join(folder, name)))
    if (statSync(build).mtimeMs < Date.now() - month) rmSync(build, { recursive: true });
}

/** When all is done: what was compiled on the way is kept for the next time. That only saves time, so it may fail. */
function keepAtExit(script, file) {
  process.on('exit', () => {
    const { mkdirSync, renameSync, writeFileSync } = require('node:fs');
    const beside = `${file}.${process.pid}`;
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(beside, script.createCachedData(), { mode: 0o600 });
      renameSync(beside, file);
      removeOldCode(dirname(dirname(dirname(file))));
    } catch {}
  });
}

/** The value of one of the two scripts: cli or rest. */
function scriptValue(part) {
  const { Script, constants } = require('node:vm');
  const filename = join(dist, `${part}.cjs`);
  const built = builtCode(part);
  const own = built === undefined || underFlags ? ownCodeFile(part) : '';
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData: (own === '' ? undefined : kept(own)) ?? built,
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (own !== '' && script.cachedDataRejected !== false) keepAtExit(script, own);
  return script.runInThisContext();
}

function loadBundle() {
  const requireThere = (name) => require(name.startsWith('.') ? join(dist, name) : name);
  return scriptValue('cli')(requireThere, dist, () => scriptValue('rest'));
}

/** By descriptor: to make the stream takes longer than all of this. What a full pipe does not take goes the long way. */
function show(page) {
  let written = 0;
  try {
    while (written < page.length) written += writeSync(1, page, written);
  } catch (error) {
    if (error.code === 'EAGAIN') process.stdout.write(page.subarray(written));
    // The long way drops what nobody reads, and says what cannot be written.
    else loadBundle().start();
  }
}

/** With nothing left that Node would wait for: then it need not take its heap apart either. */
function leave() {
  if (process.getActiveResourcesInfo?.().length === 0) process.exit();
}

const page = storedPage();
if (page === undefined) loadBundle().start().then(leave);
else show(page);
