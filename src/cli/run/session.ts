/** A run while it lasts: what was asked, what was read, and the mesh. */
import { basename } from 'node:path';
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

/** What a mesh is called that was given no name. */
export function nameAfter([first]: readonly string[]): string {
  return first === undefined || first === '-'
    ? 'mesh'
    : basename(first).replace(/\.(ya?ml|json)$/, '');
}
