/** A mesh that really runs: sockets on ports of loopback that are free, chance from a seed. */
import { RunningMesh, type RunningMeshOptions, seededRandom } from '../../src/control/index.ts';

export function startMesh(
  text: string,
  seed: number,
  more: Partial<RunningMeshOptions> = {},
): Promise<RunningMesh> {
  return RunningMesh.start({
    sources: [{ name: 'mesh.yaml', text }],
    defaultNamespace: 'default',
    standIns: false,
    listen: () => ({ host: '127.0.0.1', port: 0 }),
    publish: [],
    socks: null,
    backends: new Map(),
    allowPassthrough: false,
    now: () => performance.now(),
    wallClock: Date.now,
    random: seededRandom(seed),
    ...more,
  });
}
