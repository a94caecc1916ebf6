/** TCP matching, every attribute of the page, through the built command. `hello-2` stands where the page has the slip hello2. */
import { describe, expect, it } from 'vitest';
import { MeshProcess, netcat, tcpmesh } from './mesh-process.ts';

const target = 'echo-server.default.svc.cluster.local:19000';
const clients = [
  'default/telnet-client',
  'default/telnet-client-2',
  'foo/telnet-client-foo',
] as const;

function filesOf(samples: readonly string[]): readonly string[] {
  return ['echoserver', 'telnet', ...samples].map((name) => `samples/tcp-matching/${name}.yaml`);
}

async function withMesh(
  samples: readonly string[],
  work: (mesh: MeshProcess) => Promise<void>,
): Promise<void> {
  const mesh = await MeshProcess.start(filesOf(samples));
  try {
    await work(mesh);
  } finally {
    expect((await mesh.stop()).code).toBe(0);
  }
}

/** The answers that the three clients get. */
async function answers(mesh: MeshProcess): Promise<readonly string[]> {
  return Promise.all(
    clients.map(async (client) => {
      const { code, stdout, stderr } = await mesh.connect(['--from', client, target], 'test\n');
      expect(stderr).toBe('');
      expect(code).toBe(0);
      return stdout;
    }),
  );
}

describe('the tutorial on TCP matching', () => {
  it('routes to the service itself without a rule', () =>
    withMesh([], async (mesh) => {
      expect(await answers(mesh)).toEqual(['hello test\n', 'hello test\n', 'hello test\n']);
    }));

  it('matches by destination subnet', () =>
    withMesh(['destinationSubnets'], async (mesh) => {
      expect(await answers(mesh)).toEqual(['hello-2 test\n', 'hello-2 test\n', 'hello-2 test\n']);
    }));

  it('matches by port', () =>
    withMesh(['port'], async (mesh) => {
      expect(await answers(mesh)).toEqual(['hello-2 test\n', 'hello-2 test\n', 'hello-2 test\n']);
    }));

  it('matches by source labels', () =>
    withMesh(['sourceLabels'], async (mesh) => {
      expect(await answers(mesh)).toEqual(['hello-2 test\n', 'hello test\n', 'hello test\n']);
    }));

  it('matches by source namespace', () =>
    withMesh(['source-namespace'], async (mesh) => {
      expect(await answers(mesh)).toEqual(['hello test\n', 'hello test\n', 'hello-2 test\n']);
    }));

  it('matches by gateway: two gateways, each at an address of its own', () =>
    withMesh(['ingressgateway-1', 'ingressgateway-2', 'ingressgateway-vs'], async (mesh) => {
      const one = mesh.gateway('istio-ingressgateway-1:19000');
      const two = mesh.gateway('istio-ingressgateway-2:19000');
      expect(await netcat(one, 'test\n')).toBe('hello test\n');
      expect(await netcat(two, 'test\n')).toBe('hello-2 test\n');
      // A rule for gateways is none for sidecars.
      expect(await answers(mesh)).toEqual(['hello test\n', 'hello test\n', 'hello test\n']);
    }));

  it('splits by weight over subsets: 20 % to gray', async () => {
    const samples = ['echo-server-backup', 'echoserver-dr', 'echoserver-vs'];
    await withMesh(samples, async (mesh) => {
      for (const answer of await answers(mesh)) expect(answer).toMatch(/^hello(-gray)? test\n$/);
    });
    const { code, stderr } = await tcpmesh([
      'run',
      ...filesOf(samples),
      ...['--connections', '300', '--from', 'default/telnet-client', '--to', target],
    ]);
    // A fair run is judged off once in ten thousand.
    expect(stderr).toMatch(/default\/echo spec\.tcp\[0\]: 300 connections, shares as expected/);
    expect(stderr).toMatch(/gray: .* of 20 %/);
    expect(code).toBe(0);
  });
});
