/** Named inputs (files, folders, globs) to the files that they mean, in order, each once. */
import { join, resolve } from 'node:path';
import { type FileFailure, type Files, type FolderEntry, failed } from '../world.ts';
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
const maxFolders = 100_000;
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

/**
 * One walk over a folder. once: into no real folder twice, so that links do not lead it again and again through the same ones by ever
 * more ways. A glob goes each way that its pattern may mean, but never in a circle. visited: the real folders that it has been in.
 */
type Walk = {
  readonly deep: boolean;
  readonly once: boolean;
  readonly wanted: (fileName: string, name: string) => boolean;
  readonly visited: Set<string>;
  /** Links to folders, for later: what is there without them is called by its own name. */
  readonly links: Omit<Folder, 'real'>[];
};

/** A folder on a walk. real: its path without links; within: the real folders on the way there, for what is inside it itself too. */
type Folder = {
  readonly name: string;
  readonly path: string;
  readonly real: string;
  readonly within: ReadonlySet<string>;
};

/** One search: what was found so far, so that nothing is taken twice, whatever links lead to it. */
class Search {
  readonly found: FoundFile[] = [];
  readonly problems: InputProblem[] = [];
  readonly files: Files;
  readonly cwd: string;
  /** Without links. */
  private readonly taken = new Set<string>();
  private readonly wanted: Wanted;
  private folders = 0;
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
      this.walk(name, path, { deep, once: true, wanted: this.wanted.takes });
      if (this.found.length === before && this.problems.length === wrong && !this.repeats(path)) {
        this.problems.push({ name, message: this.wanted.none, remedy: this.wanted.remedy });
      }
      return;
    }
    // A pipe (process substitution) is read like a file.
    const real = this.files.realPath(path);
    this.take({ name, path }, failed(real) ? path : real);
  }

  private glob(pattern: string): void {
    const base = globBase(pattern);
    const matches = globMatcher(pattern);
    const before = this.found.length;
    const path = resolve(this.cwd, base);
    if (!failed(this.files.info(path)))
      this.walk(base, path, { deep: true, once: false, wanted: (_, name) => matches(name) });
    if (this.found.length === before) {
      this.problems.push({
        name: pattern,
        message: 'no file matches this pattern',
        remedy: 'Quote the pattern so that the shell leaves it alone; ** reaches into folders.',
      });
    }
  }

  private walk(name: string, path: string, how: Pick<Walk, 'deep' | 'once' | 'wanted'>): void {
    const walk: Walk = { ...how, visited: new Set(), links: [] };
    this.folder(name, path, walk, new Set());
    for (let link = walk.links.shift(); link !== undefined; link = walk.links.shift())
      this.folder(link.name, link.path, walk, link.within);
  }

  /** within: the real folders on the way here. */
  private folder(name: string, path: string, walk: Walk, within: ReadonlySet<string>): void {
    const real = this.files.realPath(path);
    const entries = this.files.list(path);
    if (failed(entries) || failed(real)) {
      const failure = failed(entries) ? entries : real;
      if (failed(failure)) this.problems.push(unreadable(name, failure));
      return;
    }
    if ((walk.once ? walk.visited : within).has(real) || within.size >= maxDepth) return;
    if (++this.folders > maxFolders) return this.stop(name, `more than ${maxFolders} folders`);
    walk.visited.add(real);
    const inner = new Set(within).add(real);
    for (const entry of entries) {
      if (this.full) return;
      this.entry(entry, { name, path, real, within: inner }, walk);
    }
  }

  private entry(entry: FolderEntry, { name, path, real, within }: Folder, walk: Walk): void {
    const childName = name === '.' ? entry.name : join(name, entry.name);
    const childPath = join(path, entry.name);
    const link = entry.kind === 'link';
    const kind = link ? this.target(childPath) : entry.kind;
    if (kind === 'folder') {
      if (!walk.deep || entry.name.startsWith('.') || entry.name === 'node_modules') return;
      if (link && walk.once) walk.links.push({ name: childName, path: childPath, within });
      else this.folder(childName, childPath, walk, within);
    } else if (kind === 'file' && walk.wanted(entry.name, childName)) {
      const target = link ? this.files.realPath(childPath) : join(real, entry.name);
      this.take({ name: childName, path: childPath }, failed(target) ? childPath : target);
    }
  }

  /** What a link leads to; a broken one is nothing. */
  private target(path: string): 'file' | 'folder' | 'other' {
    const info = this.files.info(path);
    return failed(info) ? 'other' : info.kind;
  }

  private take(file: FoundFile, real: string): void {
    if (this.taken.has(real)) return;
    if (this.found.length >= maxFiles) return this.stop(file.name, `more than ${maxFiles} files`);
    this.taken.add(real);
    this.found.push(file);
  }

  private stop(name: string, message: string): void {
    if (this.full) return;
    this.full = true;
    this.problems.push({ name, message, remedy: 'Name the folders that hold the configuration.' });
  }

  /** Is everything in this folder there already, by another name on the command line? */
  private repeats(path: string): boolean {
    const real = this.files.realPath(path);
    return !failed(real) && [...this.taken].some((taken) => taken.startsWith(`${real}/`));
  }
}

function unreadable(name: string, { failure, message }: FileFailure): InputProblem {
  const remedies: Readonly<Record<FileFailure['failure'], string>> = {
    absent: 'Check the spelling, and the folder that tcpmesh is started in.',
    denied: 'Make it readable for this user.',
    loop: 'Mend the link.',
    kind: 'Name a file.',
    exists: 'Name another file.',
    other: 'Check that it can be read.',
  };
  return { name, message, remedy: remedies[failure] };
}
