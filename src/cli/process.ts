/** The outermost layer: makes the real world and sets the exit code. Nothing here is made before it is asked for. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { main } from './main.ts';
import { openKeyboard } from './open-keyboard.ts';
import { realFiles } from './real-files.ts';
import { closeGoneTerminals, realInput, realOutput } from './real-streams.ts';
import { startProgram } from './spawn-program.ts';
import type { Output, Signal, World } from './world.ts';

export { version } from './build-version.ts';

/** For the build, which stores the pages. */
export async function helpPages(): Promise<ReadonlyMap<string, string>> {
  return (await import('./help-pages.ts')).helpPages();
}

/** Entry of the bundle: bin/tcpmesh.js calls it. */
export async function start(): Promise<void> {
  const stderr = realOutput(2);
  const stdout = realOutput(1, (message) =>
    stderr.write(`tcpmesh: the output cannot be written, the rest of it is lost: ${message}\n`),
  );
  if (stdout.isTTY || stderr.isTTY) process.on('exit', closeGoneTerminals);
  const cwd = currentFolder();
  if (cwd === null) {
    stderr.write('tcpmesh: the folder that it was started in is gone\n  Change to another one.\n');
    process.exitCode = 2;
    return;
  }
  const code = await main(realWorld(cwd, stdout, stderr));
  process.exitCode = stdout.failed ? 2 : code;
  if (stdout.givenUp || stderr.givenUp) process.exit();
}

/** The bundle is in dist/; from source it is the checkout that one works in. */
const packageFolder = typeof __dirname === 'string' ? dirname(__dirname) : process.cwd();

/** Null where it was removed. */
function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

function realWorld(cwd: string, stdout: Output, stderr: Output): World {
  return {
    argv: process.argv.slice(2),
    cwd,
    env: process.env,
    nodeVersion: process.versions.node,
    packageFolder,
    stdin: realInput(),
    stdout,
    stderr,
    files: realFiles,
    clock: { now: Date.now, monotonic, after },
    random: Math.random,
    onSignal,
    process: { id: process.pid, isThere },
    spawn: startProgram,
    get terminal() {
      const { stdin, stdout, stderr } = process;
      return stdin.isTTY && stdout.isTTY ? { stdin, stdout, stderr, ...ownTerminal } : null;
    },
    openTerminal() {
      const { stdout, stderr } = process;
      const stdin = stdout.isTTY ? openKeyboard() : null;
      return stdin === null ? null : { stdin, stdout, stderr, ...ownTerminal };
    },
  };
}

/** process.hrtime, for the `performance` object takes 2 ms to load. */
function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

function isThere(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    // Not ours to signal is there, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function atExit(restore: () => void): () => void {
  process.on('exit', restore);
  return () => process.off('exit', restore);
}

/** Long for a signal to come. */
const signalMs = 100;

function suspend(goesOn: () => void): void {
  // Windows has no such signals.
  const hasSignals = process.platform !== 'win32';
  if (hasSignals) process.kill(0, 'SIGTSTP');
  setTimeout(() => {
    // Who is stopped is not told that the terminal has another size.
    if (hasSignals) process.kill(process.pid, 'SIGWINCH');
    goesOn();
  }, signalMs);
}

function isOurs(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // Its name may hold anything, brackets too.
    const [, , , group, , , foreground] = stat.slice(stat.lastIndexOf(')')).split(' ');
    return foreground === '-1' || foreground === group;
  } catch {
    return true;
  }
}

const ownTerminal = { atExit, suspend, isOurs };

function onSignal(signal: Signal, listener: () => void): () => void {
  process.on(signal, listener);
  return () => process.off(signal, listener);
}
