/** The root of the repository that the current folder is in. */
import { dirname, join } from 'node:path';
import { failed, type World } from '../world.ts';

/** The nearest folder upward with a `.git` (a file where it is a worktree or a submodule); the current one where there is none. */
export function repositoryOf({ files, cwd }: World): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (!failed(files.info(join(folder, '.git')))) return folder;
    if (folder === dirname(folder)) return cwd;
  }
}
