/**
 * Watches files, and folders with all that is below them. Each folder has a watcher of its own: Node's recursive one on Linux goes deaf
 * once a file is replaced by another, which is how editors write.
 */
import * as fs from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** What is read of a folder. A report that goes on being written there is none of it. */
const readable = /\.(ya?ml|json)$/i;

/** Beyond these a folder is no configuration. */
const mostFolders = 2000;

/** Nothing tells that another folder has come into the place of a watched one, or another target behind a link: that is looked for. */
const lookMs = 700;
const mostLinks = 200;

/**
 * A file is watched by its folder: a watch on the file itself would follow the old one when it is replaced. Of that folder nothing else
 * is told: a log that is written there would be a change without end. `folder/*` is whatever is directly in it. The result ends it.
 */
export function watchPaths(paths: readonly string[], changed: () => void): () => void {
  const watched = new Map<string, fs.FSWatcher>();
  const named = new Set(paths.map((path) => join(path, '.')));
  const drop = (folder: string): void => {
    for (const [path, watcher] of watched)
      if (path === folder || path.startsWith(folder + sep)) {
        watcher.close();
        watched.delete(path);
      }
  };
  const watch = (folder: string, deep: boolean): void => {
    if (watched.has(folder) || watched.size >= mostFolders) return;
    const told = (event: string, name: string | null): void => {
      // Another folder of the same name may have come into the place of the one that is watched.
      if (deep && event === 'rename' && name !== null) drop(join(folder, name));
      if (deep) watchBelow(folder);
      const isNamed = name === null || named.has(join(folder, name));
      const isInput = event === 'rename' || readable.test(name ?? '');
      if (isNamed || (isInput && (deep || named.has(join(folder, '*'))))) changed();
    };
    try {
      const watcher = fs.watch(folder, told);
      watcher.on('error', () => drop(folder));
      watched.set(folder, watcher);
    } catch {
      // A folder that is gone, or may not be read, has nothing to tell.
      return;
    }
    if (deep) watchBelow(folder);
  };
  const watchBelow = (folder: string): void => {
    for (const name of foldersIn(folder)) watch(join(folder, name), true);
  };
  // Folders first: the folder of a file may be one of them, and is then watched with all that is below it.
  const roots = new Map<string, { readonly deep: boolean; identity: string | null }>();
  const addRoot = (folder: string, deep: boolean): void => {
    if (!roots.has(folder)) roots.set(folder, { deep, identity: identityOf(folder) });
    watch(folder, deep);
  };
  for (const path of paths) if (isFolder(path)) addRoot(path, true);
  for (const path of paths) if (!isFolder(path)) addRoot(dirname(join(path, '.')), false);
  const links = new Map(
    paths
      .filter(isLink)
      .slice(0, mostLinks)
      .map((path) => [path, stateOf(path)]),
  );
  const look = (): void => {
    let isOther = false;
    for (const [folder, root] of roots) {
      const identity = identityOf(folder);
      if (identity === root.identity) continue;
      root.identity = identity;
      isOther = true;
      drop(folder);
      if (identity !== null) watch(folder, root.deep);
    }
    for (const [path, known] of links) {
      const state = stateOf(path);
      if (state === known) continue;
      links.set(path, state);
      isOther = true;
    }
    if (isOther) changed();
  };
  const looking = setInterval(look, lookMs);
  looking.unref();
  return () => {
    clearInterval(looking);
    for (const folder of [...watched.keys()]) drop(folder);
  };
}

/** Which folder has this path now, links followed; null where none has. The number alone may be given to the next one at once. */
function identityOf(folder: string): string | null {
  const stat = statOf(folder);
  return stat === null ? null : `${stat.dev} ${stat.ino} ${stat.birthtimeNs}`;
}

function stateOf(path: string): string | null {
  const stat = statOf(path);
  return stat === null ? null : `${stat.dev} ${stat.ino} ${stat.mtimeNs} ${stat.size}`;
}

function statOf(path: string): fs.BigIntStats | null {
  try {
    return fs.statSync(path, { bigint: true });
  } catch {
    return null;
  }
}

function isLink(path: string): boolean {
  try {
    return fs.lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

/** Not those behind links, which may lead back. */
function foldersIn(folder: string): readonly string[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}
