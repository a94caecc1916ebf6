/** Named inputs (files, folders, globs) to the files that they mean, in order, each once. */
import { join, resolve } from 'node:path';
import { type FileFailure, type Files, failed } from '../world.ts';
import { globBase, globMatcher, isGlob } from './glob.ts';

/** name: as a person would write it; path: absolute. */
export type FoundFile = { readonly name: string; readonly path: string };

/** Something named that cannot be read. */
export type InputProblem = {
  readonly name: string;
  readonly message: string;
  readonly remedy: string;
};

export type Found = {
  readonly files: readonly FoundFile[];
  readonly problems: readonly InputProblem[];
};

/** Larger trees are a slip (the root folder, a home folder) rather than configuration. */
const maxFiles = 100_000;
const maxDepth = 64;

/** Names that a walk over a folder takes; test descriptions and tcpmesh's own configuration are no resources. */
const isYaml = (name: string): boolean =>
  /\.(ya?ml|json)$/i.test(name) && !name.startsWith('.') && !/\.mesh-test\.ya?ml$/i.test(name);

/** What a walk over a folder takes, and what is said of a folder that has none of it. */
export type Wanted = {
  readonly takes: (fileName: string) => boolean;
  readonly none: string;
  readonly remedy: string;
};

const resources: Wanted = {
  takes: isYaml,
  none: 'no YAML in this folder',
  remedy: 'tcpmesh reads files that end in .yaml, .yml or .json; name the right folder or a file.',
};

export function findFiles(
  files: Files,
  cwd: string,
  names: readonly string[],
  walk: { readonly deep: boolean; readonly wanted?: Wanted } = { deep: true },
): Found {
  const search = new Search(files, cwd, walk.wanted ?? resources);
  for (const name of names) search.name(name, walk.deep);
  return { files: search.found, problems: search.problems };
}

/** One search: what was found so far, so that nothing is taken twice and no link is followed in a circle. */
class Search {
  readonly found: FoundFile[] = [];
  readonly problems: InputProblem[] = [];
  readonly files: Files;
  readonly cwd: string;
  private readonly taken = new Set<string>();
  private readonly wanted: Wanted;
  private full = false;

  constructor(files: Files, cwd: string, wanted: Wanted) {
    this.files = files;
    this.cwd = cwd;
    this.wanted = wanted;
  }

  name(name: string, deep: boolean): void {
    const path = resolve(this.cwd, name);
    const info = this.files.info(path);
    if (failed(info)) {
      if (info.failure === 'absent' && isGlob(name)) this.glob(name);
      else this.problems.push(unreadable(name, info));
      return;
    }
    if (info.kind === 'folder') {
      const before = this.found.length;
      const wrong = this.problems.length;
      this.folder(name, path, deep, this.wanted.takes, new Set());
      if (this.found.length === before && this.problems.length === wrong && !this.repeats(path)) {
        this.problems.push({ name, message: this.wanted.none, remedy: this.wanted.remedy });
      }
      return;
    }
    // A pipe (process substitution) is read like a file.
    this.take({ name, path });
  }

  private glob(pattern: string): void {
    const base = globBase(pattern);
    const matches = globMatcher(pattern);
    const before = this.found.length;
    const path = resolve(this.cwd, base);
    if (!failed(this.files.info(path)))
      this.folder(base, path, true, (_, name) => matches(name), new Set());
    if (this.found.length === before) {
      this.problems.push({
        name: pattern,
        message: 'no file matches this pattern',
        remedy: 'Quote the pattern so that the shell leaves it alone; ** reaches into folders.',
      });
    }
  }

  /** `within`: the real folders on the way here; a link back to one of them is left. */
  private folder(
    name: string,
    path: string,
    deep: boolean,
    wanted: (fileName: string, name: string) => boolean,
    within: ReadonlySet<string>,
  ): void {
    const real = this.files.realPath(path);
    const entries = this.files.list(path);
    if (failed(entries) || failed(real)) {
      const failure = failed(entries) ? entries : real;
      if (failed(failure)) this.problems.push(unreadable(name, failure));
      return;
    }
    if (within.has(real) || within.size >= maxDepth) return;
    const inner = new Set(within).add(real);
    for (const entry of entries) {
      if (this.full) return;
      const childName = name === '.' ? entry.name : join(name, entry.name);
      const childPath = join(path, entry.name);
      const kind = entry.kind === 'link' ? this.target(childPath) : entry.kind;
      if (kind === 'folder') {
        if (deep && !entry.name.startsWith('.') && entry.name !== 'node_modules')
          this.folder(childName, childPath, deep, wanted, inner);
      } else if (kind === 'file' && wanted(entry.name, childName)) {
        this.take({ name: childName, path: childPath });
      }
    }
  }

  /** What a link leads to; a broken one is nothing. */
  private target(path: string): 'file' | 'folder' | 'other' {
    const info = this.files.info(path);
    return failed(info) ? 'other' : info.kind;
  }

  private take(file: FoundFile): void {
    if (this.taken.has(file.path)) return;
    if (this.found.length >= maxFiles) {
      this.full = true;
      this.problems.push({
        name: file.name,
        message: `more than ${maxFiles} files`,
        remedy: 'Name the folders that hold the configuration.',
      });
      return;
    }
    this.taken.add(file.path);
    this.found.push(file);
  }

  /** Is everything in this folder there already, by another name on the command line? */
  private repeats(path: string): boolean {
    return [...this.taken].some((taken) => taken.startsWith(`${path}/`));
  }
}

function unreadable(name: string, { failure, message }: FileFailure): InputProblem {
  const remedies: Readonly<Record<FileFailure['failure'], string>> = {
    absent: 'Check the spelling, and the folder that tcpmesh is started in.',
    denied: 'Make it readable for this user.',
    loop: 'Mend the link.',
    kind: 'Name a file.',
    other: 'Check that it can be read.',
  };
  return { name, message, remedy: remedies[failure] };
}
