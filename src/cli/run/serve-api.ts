/** The Kubernetes-style API of `run`: token, kubeconfig, kept state; everything that the room control is handed of the world. */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  createClusterStore,
  hostPortText,
  type MeshFiles,
  portError,
  type RunningMesh,
  startMeshApi,
} from '../../control/index.ts';
import { decodeSources } from '../../resource/index.ts';
import type { Source } from '../../text/index.ts';
import { admit, judge } from '../../validation/index.ts';
import { version } from '../build-version.ts';
import { CannotDo } from '../command.ts';
import { fileNameOf, type RunningMeshState, stateFolder } from '../running-meshes.ts';
import type { World } from '../world.ts';
import { localAddress } from './address-options.ts';
import { openStateFolder } from './kept-state.ts';
import type { LoadedInput, RunInvocation } from './session.ts';

export type ServedApi = {
  readonly announced: RunningMeshState['api'];
  readonly follow: (sources: readonly Source[]) => Promise<readonly string[]>;
  readonly readsFilesAlone: () => boolean;
  readonly close: () => Promise<void>;
};

export type ApiOptions = Pick<RunInvocation['options'], 'api' | 'state' | 'bare'> & {
  /** Of the mesh. */
  readonly name: string;
};

/** Null where it is not wanted. */
export async function serveApi(
  world: World,
  options: ApiOptions,
  loaded: Pick<LoadedInput, 'sources' | 'defaultNamespace'>,
  running: RunningMesh,
): Promise<ServedApi | null> {
  if (options.api === 'off') return null;
  const at = localAddress('--api', options.api ?? '127.0.0.1:0');
  if (!/^127\.|^::1$/.test(at.host))
    throw new CannotDo(
      `--api: ${at.host} can be reached from other computers`,
      'Name a loopback address: whoever reaches the API may change the mesh.',
    );
  const mesh = options.name;
  const kept =
    options.state === undefined
      ? null
      : await openStateFolder(
          world,
          options.state,
          { mesh, address: hostPortText(running.socksAddress) },
          (message) => running.notice('error', message),
        );
  const standIns = !options.bare;
  const meshStandsIn = standIns && loaded.sources.length > 0;
  const store = createClusterStore({
    now: world.clock.now,
    random: world.random,
    uid: randomUUID,
    standIns,
    restored: kept?.kept?.objects ?? [],
  });
  const filesOf = (sources: readonly Source[]): MeshFiles => {
    const { resources, foreign } = decodeSources(sources, { ...loaded, atHand: judge });
    return { sources, admitted: admit(resources).admitted, foreign };
  };
  const api = await startMeshApi({
    running,
    store,
    meshStandsIn,
    ...at,
    token: randomBytes(32).toString('base64url'),
    contextName: `tcpmesh-${mesh}`,
    namespace: loaded.defaultNamespace,
    program: version,
    now: world.clock.now,
    random: world.random,
    files: loaded.sources.length === 0 ? null : filesOf(loaded.sources),
    restored: kept?.kept?.held ?? null,
    save: kept?.save ?? (() => {}),
  }).catch((error: Error) => {
    kept?.release();
    if (!('syscall' in error) || error.syscall !== 'listen') throw error;
    const own = () => running.addresses();
    const { message, remedy } = portError(at, { option: '--api', own }, error);
    throw new CannotDo(message, remedy);
  });
  const port = Number(new URL(api.url).port);
  const path = writeKubeconfig(world, kept?.path ?? null, { ...at, port }, api.kubeconfig);
  running.opened({
    purpose: 'api',
    name: path === null ? api.url : `export KUBECONFIG=${path}`,
    host: at.host,
    port,
    instead: null,
  });
  return {
    announced: path === null ? null : { url: api.url, kubeconfig: path, standsIn: meshStandsIn },
    follow: (sources) => api.followFiles(filesOf(sources)),
    readsFilesAlone: api.readsFilesAlone,
    close: async () => {
      await api.close();
      if (path !== null) world.files.remove(path);
      kept?.release();
    },
  };
}

/** For this user's eyes alone, and never the user's own. Null where there is no place for it. */
function writeKubeconfig(
  world: World,
  state: string | null,
  at: { readonly host: string; readonly port: number },
  text: string,
): string | null {
  const folder = state ?? stateFolder(world);
  if (folder === null) return null;
  const path = join(folder, state === null ? `api-${fileNameOf(at)}.kubeconfig` : 'kubeconfig');
  // An old file would keep its permissions.
  world.files.remove(path);
  const failure = world.files.write(path, text, 0o600);
  if (failure === undefined) return path;
  world.stderr.write(`tcpmesh: no kubeconfig: ${path}: ${failure.message}\n`);
  return null;
}
