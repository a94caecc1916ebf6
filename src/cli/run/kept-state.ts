/** --state: the folder that keeps what was applied from one run to the next. */
import { join, resolve } from 'node:path';
import type { HeldObjects, KeptState, StoredObject } from '../../control/index.ts';
import { CannotDo } from '../command.ts';
import { failed, type World } from '../world.ts';
import { lockStateFolder } from './state-lock.ts';

export type StateFolder = {
  readonly path: string;
  /** Lets another mesh have it. */
  readonly release: () => void;
  /** Null in a folder that nothing was kept in yet. */
  readonly kept: KeptState | null;
  readonly save: (state: KeptState) => void;
};

const fileName = 'objects.json';

/** Throws CannotDo where another mesh has it, or what is in it cannot be read. who: as others are told who has it. unsaved: told why not. */
export async function openStateFolder(
  world: World,
  folder: string,
  who: { readonly mesh: string; readonly address: string },
  unsaved: (message: string) => void,
): Promise<StateFolder> {
  const path = resolve(world.cwd, folder);
  const file = join(path, fileName);
  const there = world.files.info(path);
  if (!failed(there) && there.kind !== 'folder')
    throw new CannotDo(
      `--state: ${path} is a file, and what is applied is kept in a folder`,
      'Name a folder that you can write to; it is made where there is none.',
    );
  const { release } = await lockStateFolder(world, path, who);
  return {
    path,
    release,
    kept: keptOr(() => readState(world, file), release),
    save: ({ objects, held }) => {
      const text = `${JSON.stringify({ schemaVersion: 1, objects, held })}\n`;
      // Secrets may be among the objects.
      const failure = world.files.write(file, text, 0o600);
      if (failure !== undefined)
        unsaved(`what was applied is not kept: ${file}: ${failure.message}`);
    },
  };
}

function keptOr<T>(read: () => T, release: () => void): T {
  try {
    return read();
  } catch (error) {
    release();
    throw error;
  }
}

function readState(world: World, file: string): KeptState | null {
  const bytes = world.files.read(file);
  if (failed(bytes)) {
    if (bytes.failure === 'absent') return null;
    throw new CannotDo(`--state: ${file}: ${bytes.message}`, 'Name a folder that you can read.');
  }
  try {
    const read: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (isState(read)) return read;
  } catch {}
  throw new CannotDo(
    `--state: ${file} was not written by tcpmesh`,
    'Name another folder, or remove the file to begin anew.',
  );
}

function isState(read: unknown): read is KeptState {
  if (typeof read !== 'object' || read === null) return false;
  const { objects, held } = read as { objects?: unknown; held?: unknown };
  return (
    Array.isArray(objects) && objects.every(isObject) && typeof held === 'object' && held !== null
  );
}

function isObject(value: unknown): value is StoredObject | HeldObjects[string] {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<StoredObject>;
  return (
    typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string'
  );
}
