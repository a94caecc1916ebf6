/** The empty mesh that a tutorial is done with: started here, announced, and gone with the tutorial. */
import { RunningMesh, seededRandom } from '../../control/index.ts';
import { CannotDo } from '../command.ts';
import { serveApi } from '../run/serve-api.ts';
import { announceMesh } from '../running-meshes.ts';
import type { World } from '../world.ts';
import type { Place } from './step.ts';

export type TutorialMesh = {
  readonly name: string;
  readonly gateway: Place['gateway'];
  readonly kubeconfig: string;
  readonly stop: () => Promise<void>;
};

export async function startTutorialMesh(world: World, tutorial: string): Promise<TutorialMesh> {
  const random = seededRandom(Math.floor(world.random() * 2 ** 32));
  const running = await RunningMesh.start({
    sources: [],
    defaultNamespace: 'default',
    standIns: false,
    listen: () => null,
    publish: [],
    socks: null,
    backends: new Map(),
    allowPassthrough: false,
    now: world.clock.monotonic,
    wallClock: world.clock.now,
    random,
  });
  const name = `tutorial-${tutorial}-${running.socksAddress.port}`;
  const served = await serveApi(
    world,
    { api: undefined, state: undefined, bare: false, name },
    { sources: [], defaultNamespace: 'default' },
    running,
  );
  if (served?.announced === null || served === null)
    throw new CannotDo(
      'there is no place for the mesh to say where it is',
      'Set HOME or TCPMESH_STATE_DIR.',
    );
  const forget = announceMesh(world, {
    schemaVersion: 1,
    name,
    startedAt: world.clock.now(),
    cwd: world.cwd,
    inputs: [],
    socks: running.socksAddress,
    api: served.announced,
    admin: null,
  });
  return {
    name,
    kubeconfig: served.announced.kubeconfig,
    gateway: (workload, port) => {
      const found = running
        .addresses()
        .find(
          ({ purpose, name: called }) =>
            purpose === 'gateway' && called === `istio-system/${workload}:${port}`,
        );
      return found === undefined ? `${workload}:${port}` : `${found.host}:${found.port}`;
    },
    stop: async () => {
      forget();
      await served.close();
      await running.stop(0);
    },
  };
}
