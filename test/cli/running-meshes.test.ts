/** Which running mesh a command finds, and what is left of meshes that ended without taking leave. */
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { nameAfter } from '../../src/cli/run/session.ts';
import {
  announceMesh,
  checkMeshName,
  findRunningMesh,
  forgetStaleMeshes,
  freeMeshName,
  type RunningMeshState,
} from '../../src/cli/running-meshes.ts';
import { fakeWorld } from './fake-world.ts';

const folder = '/run/tcpmesh';
const env = { TCPMESH_STATE_DIR: folder };

let servers: Server[] = [];
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

/** A port where every client is answered with these bytes; none is silence. */
function listening(answer: readonly number[]): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => {
        if (answer.length > 0) socket.write(Buffer.from(answer));
      });
    });
    servers.push(server);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

async function closedPort(): Promise<number> {
  const port = await listening([]);
  const server = servers.pop();
  await new Promise((resolve) => server?.close(resolve));
  return port;
}

function stateFiles(states: readonly [port: number, startedAt: number, kubeconfig: string][]) {
  const files: Record<string, string> = {};
  for (const [port, startedAt, kubeconfig] of states) {
    const state: RunningMeshState = {
      schemaVersion: 1,
      name: `mesh-${startedAt}`,
      startedAt,
      cwd: '/',
      inputs: [],
      socks: { host: '127.0.0.1', port },
      api: { url: 'https://127.0.0.1:1', kubeconfig, standsIn: false },
      admin: null,
    };
    files[`${folder}/mesh-${port}.json`] = JSON.stringify(state);
    files[kubeconfig] = 'secret';
  }
  return files;
}

describe('a mesh that starts', () => {
  it('clears away what killed ones left behind, and nothing else', async () => {
    const alive = await listening([5, 2]);
    const gone = await closedPort();
    const { world, outcome } = fakeWorld([], {
      env,
      files: stateFiles([
        [alive, 1, `${folder}/api-1.kubeconfig`],
        [gone, 3, `${folder}/api-3.kubeconfig`],
      ]),
    });
    await forgetStaleMeshes(world);
    expect([...outcome().files.keys()].sort()).toEqual([
      `${folder}/api-1.kubeconfig`,
      `${folder}/mesh-${alive}.json`,
    ]);
  });

  it('clears away the kubeconfig of one that was killed before it had a state file', async () => {
    const alive = await listening([]);
    const gone = await closedPort();
    const kubeconfig = (port: number) => JSON.stringify({ server: `https://127.0.0.1:${port}` });
    const { world, outcome } = fakeWorld([], {
      env,
      files: {
        [`${folder}/api-${alive}.kubeconfig`]: kubeconfig(alive),
        [`${folder}/api-${gone}.kubeconfig`]: kubeconfig(gone),
        [`${folder}/mine.kubeconfig`]: kubeconfig(gone),
      },
    });
    await forgetStaleMeshes(world);
    expect([...outcome().files.keys()].sort()).toEqual([
      `${folder}/api-${alive}.kubeconfig`,
      `${folder}/mine.kubeconfig`,
    ]);
  });

  it('has a name that no other has', async () => {
    const alive = await listening([5, 2]);
    const gone = await closedPort();
    const { world } = fakeWorld([], {
      env,
      files: stateFiles([
        [alive, 1, `${folder}/api-1.kubeconfig`],
        [gone, 3, `${folder}/api-3.kubeconfig`],
      ]),
    });
    await expect(checkMeshName(world, 'mesh-1')).rejects.toThrow(
      `--name: a mesh named mesh-1 runs already, its clients at 127.0.0.1:${alive}`,
    );
    await expect(checkMeshName(world, ' ')).rejects.toThrow('this is no name');
    await checkMeshName(world, 'mesh-3');
    await checkMeshName(world, 'mesh-2');
  });
});

describe('a mesh that was given no name', () => {
  it('has the first that is free, also beside one that is stopped, and that of one that is gone', async () => {
    const alive = await listening([5, 2]);
    const stopped = await listening([]);
    const gone = await closedPort();
    const state = (port: number, name: string) => ({
      [`${folder}/mesh-${port}.json`]: JSON.stringify({
        name,
        startedAt: 1,
        socks: { host: '127.0.0.1', port },
      }),
    });
    const files = {
      ...state(alive, 'echo'),
      ...state(stopped, 'echo-2'),
      ...state(gone, 'echo-3'),
    };
    const { world } = fakeWorld([], { env, files });
    expect(await freeMeshName(world, 'echo')).toBe('echo-3');
    expect(await freeMeshName(world, 'other')).toBe('other');
  });

  it.each([
    ['mesh/vs.yaml', 'vs'],
    ['.', 'work'],
    ['../k8s/', 'k8s'],
    ['mesh/*.yaml', 'mesh'],
    ['/', 'mesh'],
    ['-', 'mesh'],
    [undefined, 'mesh'],
  ])('of %s is %s', (first, name) => {
    expect(nameAfter(first === undefined ? [] : [first], '/home/work')).toBe(name);
  });
});

describe('two meshes on one port of two addresses', () => {
  it('have a state file each', () => {
    const { world, outcome } = fakeWorld([], { env });
    const state = (host: string): RunningMeshState => ({
      schemaVersion: 1,
      name: host,
      startedAt: 1,
      cwd: '/',
      inputs: [],
      socks: { host, port: 1080 },
      api: null,
      admin: null,
    });
    announceMesh(world, state('127.0.0.1'));
    const forgetSecond = announceMesh(world, state('127.0.0.2'));
    announceMesh(world, state('::1'));
    expect([...outcome().files.keys()].sort()).toEqual([
      `${folder}/mesh-1080.json`,
      `${folder}/mesh-127.0.0.2-1080.json`,
      `${folder}/mesh-__1-1080.json`,
    ]);
    forgetSecond();
    expect([...outcome().files.keys()]).toHaveLength(2);
  });
});

describe('findRunningMesh', () => {
  it('takes the youngest that answers, and removes what is left of one that is gone', async () => {
    const alive = await listening([5, 2]);
    const other = await listening([72, 84]);
    const gone = await closedPort();
    const { world, outcome } = fakeWorld([], {
      env,
      files: stateFiles([
        [alive, 1, `${folder}/api-1.kubeconfig`],
        [other, 2, `${folder}/api-2.kubeconfig`],
        [gone, 3, `${folder}/api-3.kubeconfig`],
      ]),
    });
    expect((await findRunningMesh(world, undefined)).name).toBe('mesh-1');
    expect([...outcome().files.keys()].sort()).toEqual([
      `${folder}/api-1.kubeconfig`,
      `${folder}/mesh-${alive}.json`,
    ]);
  });

  it('names those that run where the one that is asked for does not', async () => {
    const alive = await listening([5, 2]);
    const { world } = fakeWorld([], {
      env,
      files: stateFiles([[alive, 1, `${folder}/api-1.kubeconfig`]]),
    });
    await expect(findRunningMesh(world, 'mehs-1')).rejects.toMatchObject({
      message: 'no mesh named mehs-1 is running (Did you mean mesh-1?)',
      remedy: 'There are mesh-1.',
    });
  });

  it('leaves the kubeconfig of a kept state, and one that a living mesh has taken over', async () => {
    const alive = await listening([5, 2]);
    const gone = await closedPort();
    const goneToo = await closedPort();
    const { world, outcome } = fakeWorld([], {
      env,
      files: stateFiles([
        [alive, 1, `${folder}/api-1.kubeconfig`],
        [gone, 2, `${folder}/api-1.kubeconfig`],
        [goneToo, 3, '/home/me/kept/kubeconfig'],
      ]),
    });
    await findRunningMesh(world, undefined);
    expect([...outcome().files.keys()].sort()).toEqual([
      '/home/me/kept/kubeconfig',
      `${folder}/api-1.kubeconfig`,
      `${folder}/mesh-${alive}.json`,
    ]);
  });

  it('passes over one that is silent, and does not forget it', async () => {
    const silent = await listening([]);
    const { world, outcome } = fakeWorld([], {
      env,
      files: stateFiles([[silent, 1, `${folder}/api-1.kubeconfig`]]),
    });
    await expect(findRunningMesh(world, undefined)).rejects.toThrow('no mesh is running');
    expect(outcome().files.size).toBe(2);
  });
});
