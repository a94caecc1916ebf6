/** Files of the real world: node:fs, its exceptions turned into values. */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { pauseMs, readPipe } from './pipe.ts';
import { watchPaths } from './watch-paths.ts';
import type { FileFailure, FileInfo, Files, FolderEntry } from './world.ts';

export const realFiles: Files = {
  info: (path) =>
    attempt(() => {
      // Most questions are about files that are not there; an exception would take longer than the answer.
      const stats = fs.statSync(path, { throwIfNoEntry: false });
      return stats === undefined ? absent : infoOf(stats);
    }),
  read: (path, most) => attempt(() => read(path, most)),
  readMeanwhile: async (path, most, stop) => {
    const stats = attempt(() => fs.statSync(path));
    return 'failure' in stats || !stats.isFIFO()
      ? realFiles.read(path, most)
      : readMeanwhile(path, most, stop);
  },
  list: (path) =>
    attempt(() => fs.readdirSync(path, { withFileTypes: true }).map(entryOf).sort(byName)),
  realPath: (path) => attempt(() => fs.realpathSync.native(path)),
  write: (path, text, mode) => {
    const result = attempt(() => replace(path, text, mode));
    return result === true ? undefined : result;
  },
  create: (path, text, mode) => {
    const result = attempt(() => create(path, text, mode));
    return result === true ? undefined : result;
  },
  remove: (path) => {
    const result = attempt(() => {
      fs.rmSync(path, { recursive: true });
      return true as const;
    });
    return result === true ? undefined : result;
  },
  watch: watchPaths,
};

const absent: FileFailure = { failure: 'absent', message: 'no such file or folder' };

function attempt<T>(action: () => T): T | FileFailure {
  try {
    return action();
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): FileFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return absent;
    case 'EACCES':
    case 'EPERM':
      return { failure: 'denied', message: 'permission denied' };
    case 'ELOOP':
      return { failure: 'loop', message: 'its links lead in a circle' };
    case 'EEXIST':
      return { failure: 'exists', message: 'it is there already' };
    case 'EISDIR':
      return { failure: 'kind', message: 'it is a folder' };
    default:
      return { failure: 'other', message };
  }
}

/** Of what is no file and so has no size, when nobody says how much of it is wanted. */
const mostWithoutSize = 32 * 1024 * 1024;

function read(path: string, wanted: number | undefined): Uint8Array | FileFailure {
  const stats = fs.statSync(path);
  if (stats.isDirectory() || (stats.isFile() && wanted === undefined)) return fs.readFileSync(path);
  const most = wanted ?? mostWithoutSize + 1;
  return bounded(stats.isFIFO() ? readWaiting(path, most) : readAll(path, most), wanted);
}

function bounded(
  bytes: Uint8Array | FileFailure,
  wanted: number | undefined,
): Uint8Array | FileFailure {
  return wanted === undefined && !('failure' in bytes) && bytes.length > mostWithoutSize
    ? { failure: 'other', message: 'this is no file, and there is more of it than tcpmesh reads' }
    : bytes;
}

/** Nothing else runs here as long as this waits. */
function readWaiting(path: string, most: number): Uint8Array | FileFailure {
  const reading = readPipe(path, most);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  }
}

function readMeanwhile(
  path: string,
  wanted: number | undefined,
  stop: AbortSignal | undefined,
): Promise<Uint8Array | FileFailure> {
  const reading = readPipe(path, wanted ?? mostWithoutSize + 1);
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (): void => {
      clearTimeout(timer);
      attempt(() => reading.return({ failure: 'other', message: 'it was not read to the end' }));
    };
    const step = (): void => {
      const result = attempt(() => reading.next());
      const bytes = 'failure' in result ? result : result.value;
      if (bytes === undefined) {
        timer = setTimeout(step, pauseMs);
        return;
      }
      stop?.removeEventListener('abort', end);
      resolve(bounded(bytes, wanted));
    };
    if (stop?.aborted === true) return;
    stop?.addEventListener('abort', end);
    step();
  });
}

function readAll(path: string, most: number): Uint8Array {
  const descriptor = fs.openSync(path, 'r');
  try {
    return readAtMost(most, (chunk) => fs.readSync(descriptor, chunk));
  } finally {
    fs.closeSync(descriptor);
  }
}

/** next: fills a part of the chunk and says how much; 0 at the end. */
function readAtMost(most: number, next: (chunk: Uint8Array) => number): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let rest = most; rest > 0; ) {
    const chunk = Buffer.allocUnsafe(Math.min(rest, 1 << 16));
    const length = next(chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    rest -= length;
  }
  return Buffer.concat(chunks);
}

function infoOf(stats: fs.Stats): FileInfo {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
  return { kind, size: stats.size, modified: stats.mtimeMs };
}

function entryOf(entry: fs.Dirent): FolderEntry {
  const kind = entry.isFile()
    ? 'file'
    : entry.isDirectory()
      ? 'folder'
      : entry.isSymbolicLink()
        ? 'link'
        : 'other';
  return { name: entry.name, kind };
}

function byName(a: FolderEntry, b: FolderEntry): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/**
 * Beside it first, then in its place; a file that is there keeps its permissions. A device or a pipe (/dev/null, a shell's
 * `>(jq .)`) is written to and stays what it is.
 */
function replace(path: string, text: string, mode: number | undefined): true {
  const there = fs.statSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    fs.writeFileSync(path, text);
    return true;
  }
  const target = there === undefined ? path : fs.realpathSync.native(path);
  makeFolders(dirname(target));
  const kept = there === undefined ? undefined : there.mode & 0o777;
  const beside = `${target}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(beside, text, { mode: kept ?? mode ?? 0o644 });
    fs.renameSync(beside, target);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw error;
  }
  return true;
}

/** A link to a finished file; where a file system has none, a file that is empty for a moment. */
function create(path: string, text: string, mode: number): true {
  makeFolders(dirname(path));
  const beside = `${path}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(beside, text, { mode });
    fs.linkSync(beside, path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    fs.writeFileSync(path, text, { mode, flag: 'wx' });
  } finally {
    fs.rmSync(beside, { force: true });
  }
  return true;
}

/** Not by mkdir's own `recursive`: under a folder that takes none (/proc) that goes round without end. */
function makeFolders(path: string): void {
  if (fs.statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const parent = dirname(path);
  if (parent !== path) makeFolders(parent);
  try {
    fs.mkdirSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    // Another process may have made it in the meantime.
    if (code === 'EEXIST' && fs.statSync(path).isDirectory()) return;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new Error(`there can be no folder ${path}`, { cause: error });
    throw error;
  }
}
