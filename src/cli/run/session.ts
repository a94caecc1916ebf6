/** A run while it lasts: what was asked, what was read, and the mesh. */
import { basename, dirname, resolve } from 'node:path';
import type { RunningMesh } from '../../control/index.ts';
import type { Source } from '../../text/index.ts';
import type { Invocation } from '../command.ts';
import type { Input } from '../input/read-input.ts';
import type { runOptions } from '../options/run.ts';
import type { RunningMeshState } from '../running-meshes.ts';

export type RunInvocation = Invocation<typeof runOptions>;

export type LoadedInput = {
  /** Null where nothing was read. */
  readonly input: Input | null;
  readonly sources: readonly Source[];
  readonly defaultNamespace: string;
  readonly names: readonly string[];
};

export type Session = {
  readonly invocation: RunInvocation;
  readonly loaded: LoadedInput;
  readonly running: RunningMesh;
  /** What other commands call it, and whether one of the name that it would have had runs already. */
  readonly name: string;
  readonly renamed: boolean;
  readonly seed: number;
  readonly drainTimeoutMs: number;
  /** 0 where no --delay was given. */
  readonly longestDelayMs: number;
  /** Takes new sources over. */
  readonly follow: (sources: readonly Source[]) => Promise<readonly string[]>;
  /** Is what was read all that the mesh has? Otherwise something was written by the API. */
  readonly readsFilesAlone: () => boolean;
  readonly api: RunningMeshState['api'];
  readonly admin: RunningMeshState['admin'];
};

/** What a mesh is called that was given no name: after its first file or folder, of a glob the folder that it is in. */
export function nameAfter([first]: readonly string[], cwd: string): string {
  if (first === undefined || first === '-') return 'mesh';
  const path = resolve(cwd, first);
  const named = /[*?[\]{}]/.test(basename(path)) ? dirname(path) : path;
  return basename(named).replace(/\.(ya?ml|json)$/, '') || 'mesh';
}
