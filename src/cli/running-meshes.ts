/**
 * How a command finds the meshes that run: a state file each, in a folder of this user. A file whose mesh does not answer any more is
 * stale; whoever meets it removes it.
 */
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { closest } from '../text/index.ts';
import { CannotDo } from './command.ts';
import { failed, type World } from './world.ts';

/** What one running mesh says of itself. Addresses are `ip:port`. */
export type RunningMeshState = {
  readonly schemaVersion: 1;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The folder that it was started in, and what it reads. */
  readonly cwd: string;
  readonly inputs: readonly string[];
  /** SOCKS5; the user name is the workload. */
  readonly socks: { readonly host: string; readonly port: number };
  /** The Kubernetes-style API, where it is served. */
  readonly api: {
    readonly url: string;
    readonly kubeconfig: string;
    /** What the objects lack, the mesh makes up; otherwise all of it is among them. */
    readonly standsIn: boolean;
  } | null;
  readonly admin: { readonly host: string; readonly port: number } | null;
};

/** Null where there is no place for such files (no home folder). */
export function stateFolder({ env }: World): string | null {
  const base =
    env.TCPMESH_STATE_DIR ??
    (env.XDG_RUNTIME_DIR && join(env.XDG_RUNTIME_DIR, 'tcpmesh')) ??
    (env.XDG_STATE_HOME && join(env.XDG_STATE_HOME, 'tcpmesh')) ??
    (env.HOME && join(env.HOME, '.local', 'state', 'tcpmesh'));
  return base === undefined || base === '' ? null : base;
}

/** Of an address, as a part of a file's name. Two meshes may have one port, of two addresses of this computer. */
export function fileNameOf({ host, port }: RunningMeshState['socks']): string {
  return host === '127.0.0.1' ? String(port) : `${host.replace(/[^\w.]/g, '_')}-${port}`;
}

/** Readable by this user alone. Returns how to take it away again. */
export function announceMesh(world: World, state: RunningMeshState): () => void {
  const folder = stateFolder(world);
  if (folder === null) return () => {};
  const path = join(folder, `mesh-${fileNameOf(state.socks)}.json`);
  // An old file would keep its permissions.
  world.files.remove(path);
  const failure = world.files.write(path, `${JSON.stringify(state, null, 2)}\n`, 0o600);
  if (failure !== undefined) {
    world.stderr.write(
      `tcpmesh: other commands will not find this mesh: ${path}: ${failure.message}\n`,
    );
    return () => {};
  }
  return () => {
    world.files.remove(path);
  };
}

/** The mesh of a name; without one that which was started last. Stale files on the way are removed. */
export async function findRunningMesh(
  world: World,
  name: string | undefined,
): Promise<RunningMeshState> {
  const found = statesOf(world).filter(({ state }) => name === undefined || state.name === name);
  for (const { path, state } of found) {
    const answer = await answerOf(state.socks);
    if (answer === 'mesh') return state;
    if (answer === 'gone') forget(world, path, state);
  }
  const others = name === undefined ? [] : await runningNames(world);
  const near = closest(name ?? '', others);
  throw new CannotDo(
    name === undefined
      ? 'no mesh is running'
      : `no mesh named ${name} is running${near === null ? '' : ` (Did you mean ${near}?)`}`,
    others.length === 0
      ? 'Start one: tcpmesh run samples/tcp-echo-20-v2.yaml'
      : `There are ${others.join(', ')}.`,
  );
}

async function runningNames(world: World): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const { state } of statesOf(world))
    if ((await answerOf(state.socks)) === 'mesh') names.add(state.name);
  return [...names];
}

/** Throws CannotDo where a mesh of that name runs: others would not know which one is meant. */
export async function checkMeshName(world: World, name: string): Promise<void> {
  if (name.trim() === '') throw new CannotDo('--name: this is no name', 'Write --name staging.');
  for (const { path, state } of statesOf(world)) {
    if (state.name !== name) continue;
    if ((await answerOf(state.socks)) === 'gone') forget(world, path, state);
    else
      throw new CannotDo(
        `--name: a mesh named ${name} runs already, its clients at ${state.socks.host}:${state.socks.port}`,
        'Choose another name, or end that mesh first.',
      );
  }
}

/** The name itself, or with the first number that no running mesh has with it: of two with one name only the youngest would be found. */
export async function freeMeshName(world: World, name: string): Promise<string> {
  const taken = new Set<string>();
  for (const { path, state } of statesOf(world)) {
    if (state.name !== name && !state.name.startsWith(`${name}-`)) continue;
    if ((await answerOf(state.socks, { withinMs: startTimeoutMs })) === 'gone')
      forget(world, path, state);
    else taken.add(state.name);
  }
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(free)) return free;
  }
}

/** Clears away what meshes left behind that were killed. Keeps no process for it. */
export async function forgetStaleMeshes(world: World): Promise<void> {
  for (const { path, state } of statesOf(world))
    if ((await answerOf(state.socks, { holds: false })) === 'gone') forget(world, path, state);
  await forgetLoneKubeconfigs(world);
}

/** Of meshes that were killed before they had a state file. One that starts just now listens before it writes. */
async function forgetLoneKubeconfigs(world: World): Promise<void> {
  const folder = stateFolder(world);
  const entries = folder === null ? [] : world.files.list(folder);
  if (folder === null || failed(entries)) return;
  for (const { name } of entries) {
    const path = join(folder, name);
    if (!ownKubeconfig.test(name) || isInUse(world, path)) continue;
    const bytes = world.files.read(path);
    const text = failed(bytes) ? '' : Buffer.from(bytes).toString('utf8');
    const url = /"server":\s*"(https?:\/\/[^"\s]+)"/.exec(text)?.[1] ?? '';
    if (!URL.canParse(url)) continue;
    const { hostname, port } = new URL(url);
    const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
    if (!(await isListening(address)) && !isInUse(world, path)) world.files.remove(path);
  }
}

/** With the kubeconfig beside it, whose token opens nothing any more; one in a folder of `--state` serves the next start. */
function forget(world: World, path: string, { api }: RunningMeshState): void {
  world.files.remove(path);
  if (api === null || dirname(api.kubeconfig) !== dirname(path)) return;
  if (!ownKubeconfig.test(basename(api.kubeconfig))) return;
  if (!isInUse(world, api.kubeconfig)) world.files.remove(api.kubeconfig);
}

const ownKubeconfig = /^api-[\w.-]+\.kubeconfig$/;

function isInUse(world: World, kubeconfig: string): boolean {
  return statesOf(world).some(({ state }) => state.api?.kubeconfig === kubeconfig);
}

/** The youngest first. */
function statesOf(world: World): { readonly path: string; readonly state: RunningMeshState }[] {
  const folder = stateFolder(world);
  const entries = folder === null ? [] : world.files.list(folder);
  if (folder === null || failed(entries)) return [];
  return entries
    .filter(({ name }) => /^mesh-[\w.-]+\.json$/.test(name))
    .flatMap(({ name }) => {
      const path = join(folder, name);
      const state = readState(world, path);
      return state === null ? [] : [{ path, state }];
    })
    .sort((a, b) => b.state.startedAt - a.state.startedAt);
}

function readState(world: World, path: string): RunningMeshState | null {
  const bytes = world.files.read(path);
  if (failed(bytes)) return null;
  try {
    const state: Partial<RunningMeshState> = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const { socks, name, startedAt } = state;
    if (typeof name !== 'string' || typeof startedAt !== 'number') return null;
    if (typeof socks?.host !== 'string' || typeof socks.port !== 'number') return null;
    return {
      schemaVersion: 1,
      name,
      startedAt,
      cwd: state.cwd ?? '',
      inputs: state.inputs ?? [],
      socks,
      api:
        state.api === undefined || state.api === null
          ? null
          : { ...state.api, standsIn: state.api.standsIn === true },
      admin: state.admin ?? null,
    };
  } catch {
    return null;
  }
}

/** Long for a socket on the same computer. */
const answerTimeoutMs = 2000;
/** Where one that is stopped would hold up the start of another. */
const startTimeoutMs = 200;

/** A mesh that is stopped or very busy is silent, and not to be forgotten for that. */
type MeshAnswer = 'mesh' | 'silent' | 'gone';

/** holds: the process stays for the answer. */
function answerOf(
  address: { readonly host: string; readonly port: number },
  {
    holds = true,
    withinMs = answerTimeoutMs,
  }: { readonly holds?: boolean; readonly withinMs?: number } = {},
): Promise<MeshAnswer> {
  return new Promise((resolve) => {
    const socket = connect(address);
    if (!holds) socket.unref();
    const done = (answer: MeshAnswer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(withinMs, () => done('silent'));
    socket.on('error', () => done('gone'));
    // SOCKS 5 with user names is what a mesh speaks; another program that has the port by now will not.
    socket.on('connect', () => socket.write(Buffer.from([5, 1, 2])));
    socket.on('data', (chunk: Buffer) => done(chunk[0] === 5 && chunk[1] === 2 ? 'mesh' : 'gone'));
    socket.on('end', () => done('gone'));
  });
}

/** Keeps no process. Who is silent is there. */
function isListening(address: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address).unref();
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(answerTimeoutMs, () => done(true));
    socket.on('error', () => done(false));
    socket.on('connect', () => done(true));
  });
}
