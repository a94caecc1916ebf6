/** What a command reads: the named inputs, else what .tcpmesh.yaml names, else the YAML of the current folder. */
import { relative, resolve } from 'node:path';
import type { StandIn } from '../../mesh/index.ts';
import type { Source } from '../../text/index.ts';
import { CannotDo } from '../command.ts';
import type { inputOptions } from '../input-options.ts';
import type { OptionValues } from '../option.ts';
import type { World } from '../world.ts';
import { type Configuration, configurationName, readConfiguration } from './configuration.ts';
import { type Found, type FoundFile, findFiles, type InputProblem } from './find-files.ts';
import { checkName } from './name-option.ts';
import { readFileMeanwhile, readStdin } from './read-source.ts';

export type InputOptions = OptionValues<typeof inputOptions> & {
  /** A running mesh to read instead. */
  readonly mesh?: string | undefined;
};

/** problems: what was named or found and cannot be read; nothing of it is among the sources. */
export type Input = {
  readonly sources: readonly Source[];
  readonly problems: readonly InputProblem[];
  readonly configuration: Configuration;
  readonly defaultNamespace: string;
  /** Absolute path of each source that is a file, by its name. */
  readonly paths: ReadonlyMap<string, string>;
  /** Namespaces that kustomizations among the sources give to what is in one, by its name. */
  readonly builtNamespaces: ReadonlyMap<string, readonly string[]>;
  /** By whoever started the command, who may want some files only; else it is what there is. */
  readonly named: boolean;
  /** What is missing is made up, or was by a running mesh, unless somebody asks for none of it. */
  readonly standIns: 'made' | readonly StandIn[];
};

/** No input was named, and there is none to be found. */
export class NothingToRead extends CannotDo {}

/** again: who started the command knows by now where its input is. stop: see Files.readMeanwhile. */
export type Reading = { readonly again?: boolean; readonly stop?: AbortSignal | undefined };

/** `tcpmesh …  a.yaml -f b.yaml`: operands first, then -f. */
export async function readInput(
  world: World,
  options: InputOptions,
  operands: readonly string[],
  { again = false, stop }: Reading = {},
): Promise<Input> {
  const configuration = readConfiguration(world);
  if (options.namespace !== undefined) checkName('namespace', options.namespace, '--namespace');
  const names = namedInputs(options, operands);
  if (options.mesh !== undefined) return readMesh(world, options, names, configuration);
  const found = names.length > 0 ? named(world, names) : unnamed(world, configuration, again);
  const sources: Source[] = [];
  const problems: InputProblem[] = [...found.problems];
  const take = (result: Source | InputProblem): void => {
    if ('text' in result) sources.push(result);
    else problems.push(result);
  };
  for (const file of found.files) {
    if (file.path === stdin) take(await readStdin(world, options.stdinFilename ?? '<stdin>'));
    else take(await readFileMeanwhile(world.files, file, stop));
  }
  const paths = new Map(found.files.map((file) => [file.name, file.path]));
  return {
    ...(await kustomized(world, sources, paths)),
    problems,
    configuration,
    defaultNamespace: options.namespace ?? configuration.namespace ?? 'default',
    paths,
    named: names.length > 0,
    standIns: 'made',
  };
}

/** Without the patches of kustomizations. */
async function kustomized(
  world: World,
  sources: readonly Source[],
  paths: ReadonlyMap<string, string>,
): Promise<Pick<Input, 'sources' | 'builtNamespaces'>> {
  // Few inputs have a kustomization, and only they need the code.
  if (!sources.some(({ name }) => /kustomization/i.test(name)))
    return { sources, builtNamespaces: new Map() };
  const { kustomizationsAmong } = await import('./kustomizations.ts');
  const { patchesAmong } = await import('./patches.ts');
  const { builtNamespaces } = await import('./built-namespaces.ts');
  const kustomizations = kustomizationsAmong(sources, paths);
  const patches = new Map(
    patchesAmong(sources, paths, kustomizations).map((one) => [one.source, one.kustomization]),
  );
  for (const [{ name }, kustomization] of patches)
    world.stderr.write(
      `left out: ${name}, a patch of ${kustomization} (a part of an object; check what kustomize builds)\n`,
    );
  return {
    sources: sources.filter((source) => !patches.has(source)),
    builtNamespaces: builtNamespaces(sources, paths, kustomizations),
  };
}

/** The code of control is loaded for this alone. */
async function readMesh(
  world: World,
  options: InputOptions,
  names: readonly string[],
  configuration: Configuration,
): Promise<Input> {
  if (names.length > 0)
    throw new CannotDo('--mesh is read instead of files', `Leave out ${names.join(', ')}.`);
  const { runningMeshSources } = await import('./running-mesh-sources.ts');
  return {
    ...(await runningMeshSources(world, options.mesh ?? '')),
    problems: [],
    configuration,
    defaultNamespace: options.namespace ?? 'default',
    paths: new Map(),
    builtNamespaces: new Map(),
    named: true,
  };
}

/** Does the input come by standard input? */
export function readsStdin(options: InputOptions, operands: readonly string[]): boolean {
  return namedInputs(options, operands).includes(stdin);
}

/** Operands first, then -f. To give standard input a name is to mean it. */
function namedInputs(options: InputOptions, operands: readonly string[]): readonly string[] {
  const names = [...operands, ...options.filename];
  if (options.stdinFilename === undefined || names.includes(stdin)) return names;
  if (names.length === 0) return [stdin];
  throw new CannotDo(
    '--stdin-filename is for standard input, which is not among the inputs',
    `Add - to ${names.join(' ')}.`,
  );
}

/** Stands for standard input among the files; no absolute path is like it. */
const stdin = '-';

function named(world: World, names: readonly string[]): Found {
  const files: FoundFile[] = [];
  const problems: InputProblem[] = [];
  let between: string[] = [];
  // Standard input keeps its place among the files, for the order of resources may decide.
  const flush = (): void => {
    const found = findFiles(world.files, world.cwd, between);
    files.push(...found.files);
    problems.push(...found.problems);
    between = [];
  };
  for (const name of names) {
    if (name !== stdin) {
      between.push(name);
      continue;
    }
    flush();
    if (!files.some((file) => file.path === stdin)) files.push({ name: '<stdin>', path: stdin });
  }
  flush();
  return { files, problems };
}

/**
 * Where input comes from that no operand names, and the configuration that may say so: absolute paths, one that ends with `*` standing
 * for what is directly in its folder. Null: there is no configuration, or none that can be read.
 */
export function namedByNobody(configuration: Configuration | null, cwd: string): readonly string[] {
  const { path, folder, config } = configuration ?? { path: '', folder: cwd, config: [] };
  const places = config.length > 0 ? config.map((name) => resolve(folder, name)) : [`${cwd}/*`];
  return [path === '' ? resolve(cwd, configurationName) : path, ...places];
}

function unnamed(world: World, configuration: Configuration, again: boolean): Found {
  if (configuration.config.length > 0) {
    const names = configuration.config.map(
      (name) => relative(world.cwd, resolve(configuration.folder, name)) || '.',
    );
    const found = findFiles(world.files, world.cwd, names);
    if (!again) say(world, found, `named in ${configuration.name}`);
    return found;
  }
  const found = findFiles(world.files, world.cwd, ['.'], { deep: false });
  if (found.files.length === 0) {
    throw new NothingToRead(
      'nothing to read: no input is named, and this folder holds no YAML',
      `Name files or folders (- for standard input), or list them under config: in ${configurationName}.`,
    );
  }
  if (!again) say(world, found, 'the YAML of this folder');
  return found;
}

function say(world: World, found: Found, why: string): void {
  const names = found.files.map((file) => file.name);
  const shown =
    names.length > 5
      ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`
      : names.join(', ');
  world.stderr.write(`reading ${shown} (${why})\n`);
}
