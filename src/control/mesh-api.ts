/**
 * The API in front of a running mesh: what is written to the store reaches new connections before the client has its answer,
 * and what the mesh opened is told in the store.
 *
 *   kubectl -> API -> store -> meshSources -> running mesh
 *   files   ->        store (and straight to the mesh, as long as nobody wrote by the API)
 */
import type { Foreign, Resource } from '../resource/index.ts';
import type { Source } from '../text/index.ts';
import type { ApiContext } from './api/context.ts';
import { renderKubeconfig } from './api/kubeconfig.ts';
import { startApiServer } from './api/server.ts';
import { createUpgrade } from './api/streams/upgrade.ts';
import { createFileObjects, type HeldObjects } from './file-objects.ts';
import { tellGatewayAddresses } from './gateway-addresses.ts';
import { lintObject } from './lint-object.ts';
import { podLogs, podNetwork, workloadOf } from './mesh-pods.ts';
import { meshSources } from './mesh-sources.ts';
import type { ObjectStore } from './object-store.ts';
import { followReplacedPods } from './replaced-pods.ts';
import type { RunningMesh } from './running-mesh.ts';
import type { StoredObject } from './stored-object.ts';
import { unservedSources } from './unserved-documents.ts';

export type MeshApiOptions = {
  readonly running: RunningMesh;
  readonly store: ObjectStore;
  /** The mesh makes up what is missing by itself; otherwise the store's controllers do. */
  readonly meshStandsIn: boolean;
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  readonly token: string;
  /** Names cluster, context and user in the kubeconfig. */
  readonly contextName: string;
  readonly namespace: string;
  readonly program: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  /** What the mesh runs already; null: it runs nothing yet, and follows the store from the beginning. */
  readonly files: MeshFiles | null;
  /** The store holds objects of an earlier run, and its files held these. */
  readonly restored: HeldObjects | null;
  /** Keeps the objects; called before a change is answered. */
  readonly save: (kept: KeptState) => void;
};

/** What another run needs to go on from here. */
export type KeptState = { readonly objects: readonly StoredObject[]; readonly held: HeldObjects };

/** admitted: what a cluster would take of the sources, in their order; foreign: what is of none of the kinds that tcpmesh knows. */
export type MeshFiles = {
  readonly sources: readonly Source[];
  readonly admitted: readonly Resource[];
  readonly foreign: readonly Foreign[];
};

export type MeshApi = {
  readonly url: string;
  readonly kubeconfig: string;
  /** What the files hold now. Gives what changed, a sentence each. */
  readonly followFiles: (files: MeshFiles) => Promise<readonly string[]>;
  /** Nobody wrote anything by the API, now or in an earlier run. */
  readonly readsFilesAlone: () => boolean;
  readonly close: () => Promise<void>;
};

export async function startMeshApi(options: MeshApiOptions): Promise<MeshApi> {
  const { running, store, save, now } = options;
  const files = createFileObjects(store, now, options.restored ?? {});
  let unserved: readonly Source[] = [];
  const take = (held: MeshFiles): void => {
    files.load(held.admitted);
    unserved = unservedSources(held, options.namespace);
  };
  const render = (): readonly Source[] => [
    ...meshSources(store, { standIns: !options.meshStandsIn }),
    ...unserved,
  ];
  let followed: readonly Source[] = [];
  // As long as nobody wrote by the API, the mesh reads the files themselves: its messages then name their lines.
  let written = options.files === null || options.restored !== null;
  let saved = -1;
  // The same objects as the store has them look another way: that alone is no change to tell of.
  let readsFiles = !written;

  const follow = async (sources: readonly Source[]): Promise<readonly string[]> => {
    followed = render();
    return running.follow(sources);
  };
  const replacedPods = followReplacedPods(store);
  const settle = async (): Promise<readonly string[]> => {
    const replaced = replacedPods();
    const sources = render();
    const changed = !sameSources(sources, followed);
    if (changed && readsFiles) await running.follow(followed, { quiet: true });
    readsFiles = readsFiles && !changed;
    const lines = changed ? await follow(sources) : [];
    if (replaced.size > 0) await running.renew(replaced);
    tellGatewayAddresses(running, store);
    if (store.version() !== saved) save({ objects: store.all(), held: files.held() });
    saved = store.version();
    return lines;
  };
  let waiting: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = waiting.then(work, work);
    waiting = next;
    return next;
  };

  if (options.files !== null) {
    take(options.files);
    if (!written) followed = render();
  }
  await inTurn(settle);

  const context: ApiContext = {
    store,
    now,
    random: options.random,
    lint: (object) =>
      lintObject(object, {
        sources: [...meshSources(store), ...unserved],
        running: running.snapshot,
        defaultNamespace: options.namespace,
        now: now(),
      }),
    logs: podLogs(running, store),
    standIns: () => running.snapshot.standIns,
    unserved: () => unserved,
    program: options.program,
  };
  const server = await startApiServer({
    context,
    host: options.host,
    port: options.port,
    token: options.token,
    settled: async () => {
      written = written || !sameSources(render(), followed);
      await inTurn(settle);
    },
    upgrade: createUpgrade(context, podNetwork(running, store)),
  });
  running.namePods((pod) => workloadOf(store, pod));
  const { url, certificate } = server;
  return {
    url,
    kubeconfig: renderKubeconfig({
      url,
      certificate,
      token: options.token,
      context: options.contextName,
      namespace: options.namespace,
    }),
    followFiles: (held) =>
      inTurn(async () => {
        take(held);
        const lines = written ? [] : await follow(held.sources);
        return [...lines, ...(await settle())];
      }),
    readsFilesAlone: () => !written,
    close: server.close,
  };
}

function sameSources(a: readonly Source[], b: readonly Source[]): boolean {
  return (
    a.length === b.length &&
    a.every((source, i) => {
      const other = b[i];
      return source === other || (source.name === other?.name && source.text === other.text);
    })
  );
}
