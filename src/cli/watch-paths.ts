/**
 * Watches files, and folders with all that is below them. Each folder has a watcher of its own: Node's recursive one on Linux goes deaf
 * once a file is replaced by another, which is how editors write.
 */
import * as fs from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** Beyond these a folder is no configuration. */
const mostFolders = 2000;

/** A file is watched by its folder: a watch on the file itself would follow the old one when it is replaced. The result ends it. */
export function watchPaths(paths: readonly string[], changed: () => void): () => void {
  const watched = new Map<string, fs.FSWatcher>();
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
      changed();
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
  for (const path of paths) if (isFolder(path)) watch(path, true);
  for (const path of paths) if (!isFolder(path)) watch(dirname(join(path, '.')), false);
  return () => {
    for (const folder of [...watched.keys()]) drop(folder);
  };
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
