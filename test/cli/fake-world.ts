/** A world in memory: files in a map, output collected, the clock standing still unless told. */
import { dirname, join, resolve } from 'node:path/posix';
import { main } from '../../src/cli/main.ts';
import type { FileFailure, FileInfo, Files, FolderEntry, World } from '../../src/cli/world.ts';

/** Text, bytes, a link to another path, or a file that must not be read. */
export type FakeFile = string | Uint8Array | { readonly link: string } | { readonly denied: true };

export type FakeWorldOptions = {
  readonly files?: Readonly<Record<string, FakeFile>>;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly tty?: boolean;
  readonly columns?: number;
  readonly onSignal?: World['onSignal'];
};

export type Outcome = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every file afterwards, by absolute path. */
  readonly files: ReadonlyMap<string, FakeFile>;
};

/** Runs a command line in a world made for it. */
export async function runCommand(
  argv: readonly string[],
  options: FakeWorldOptions = {},
): Promise<Outcome> {
  const { world, outcome } = fakeWorld(argv, options);
  const code = await main(world);
  return { code, ...outcome() };
}

export function fakeWorld(
  argv: readonly string[],
  options: FakeWorldOptions = {},
): { world: World; outcome: () => Omit<Outcome, 'code'> } {
  const cwd = options.cwd ?? '/home/me';
  const tree = new Map<string, FakeFile>();
  for (const [path, file] of Object.entries(options.files ?? {}))
    tree.set(resolve(cwd, path), file);
  let stdout = '';
  let stderr = '';
  const look = { isTTY: options.tty ?? false, columns: options.columns ?? 100 };
  const output = (take: (text: string) => void) => ({
    write: take,
    writeBytes: (bytes: Uint8Array) => take(Buffer.from(bytes).toString('latin1')),
    offer: (text: string) => {
      take(text);
      return true;
    },
    settle: async () => {},
    onGone: () => () => {},
    closed: false,
    ...look,
  });
  const input = Buffer.from(options.stdin ?? '');
  const world: World = {
    argv,
    cwd,
    env: options.env ?? {},
    nodeVersion: '20.19.0',
    packageFolder: '/package',
    stdin: {
      isTTY: options.stdin === undefined,
      readAll: async (limit) => (input.length > limit ? null : input),
      chunks: async function* () {
        yield input;
      },
      close: () => {},
    },
    stdout: output((text) => {
      stdout += text;
    }),
    stderr: output((text) => {
      stderr += text;
    }),
    files: fakeFiles(tree, cwd),
    clock: { now: () => Date.UTC(2026, 0, 1), monotonic: () => 0, after: () => () => {} },
    random: () => 0.5,
    onSignal: options.onSignal ?? (() => () => {}),
    process: { id: 1, isThere: () => false },
    spawn: () => {
      throw new Error('this world starts no programs');
    },
    terminal: null,
    openTerminal: () => null,
  };
  return { world, outcome: () => ({ stdout, stderr, files: tree }) };
}

function fakeFiles(tree: Map<string, FakeFile>, cwd: string): Files {
  const absent: FileFailure = { failure: 'absent', message: 'no such file or folder' };
  const isFolder = (path: string): boolean =>
    path === '/' || path === cwd || [...tree.keys()].some((known) => known.startsWith(`${path}/`));

  /** Follows links in every part of the path. */
  const real = (path: string, hops = 0): string | FileFailure => {
    if (hops > 40) return { failure: 'loop', message: 'its links lead in a circle' };
    const parts = path.split('/').filter((part) => part !== '');
    let at = '/';
    for (let i = 0; i < parts.length; i++) {
      at = join(at, parts[i] ?? '');
      const file = tree.get(at);
      if (typeof file === 'object' && 'link' in file)
        return real(join(resolve(dirname(at), file.link), ...parts.slice(i + 1)), hops + 1);
    }
    return tree.has(at) || isFolder(at) ? at : absent;
  };

  const info = (path: string): FileInfo | FileFailure => {
    const target = real(path);
    if (typeof target !== 'string') return target;
    const file = tree.get(target);
    if (file === undefined) return { kind: 'folder', size: 0, modified: 0 };
    const size =
      typeof file === 'string' ? Buffer.byteLength(file) : 'length' in file ? file.length : 0;
    return { kind: 'file', size, modified: 0 };
  };

  const list = (path: string): readonly FolderEntry[] | FileFailure => {
    const target = real(path);
    if (typeof target !== 'string') return target;
    const prefix = target === '/' ? '/' : `${target}/`;
    const entries = new Map<string, FolderEntry>();
    for (const [known, file] of tree) {
      if (!known.startsWith(prefix)) continue;
      const [name = '', ...more] = known.slice(prefix.length).split('/');
      const link = typeof file === 'object' && 'link' in file;
      entries.set(name, { name, kind: more.length > 0 ? 'folder' : link ? 'link' : 'file' });
    }
    return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  };

  return {
    info,
    list,
    realPath: (path) => real(path),
    read: (path) => {
      const target = real(path);
      if (typeof target !== 'string') return target;
      const file = tree.get(target);
      if (file === undefined) return { failure: 'kind', message: 'it is a folder' };
      if (typeof file === 'string') return Buffer.from(file);
      if (file instanceof Uint8Array) return file;
      return { failure: 'denied', message: 'permission denied' };
    },
    async readMeanwhile(path) {
      return this.read(path);
    },
    write: (path, text) => {
      tree.set(path, text);
      return undefined;
    },
    create: (path, text) => {
      if (tree.has(path)) return { failure: 'exists', message: 'it is there already' };
      tree.set(path, text);
      return undefined;
    },
    remove: (path) => (tree.delete(path) ? undefined : absent),
    watch: () => () => {},
  };
}
