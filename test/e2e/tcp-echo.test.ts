/** TCP traffic shifting, step by step, through the built command. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binomialBounds } from '../../src/control/binomial.ts';
import { freePorts, MeshProcess, netcat, netcats, root, tcpmesh } from './mesh-process.ts';

/** A fair run of one check fails once in a million. */
const error = 1e-6;

function expectShare(counts: ReadonlyMap<string, number>, word: string, share: number): void {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const { low, high } = binomialBounds(total, share, error);
  expect(counts.get(word) ?? 0).toBeGreaterThanOrEqual(low);
  expect(counts.get(word) ?? 0).toBeLessThanOrEqual(high);
}

describe('the tutorial on TCP traffic shifting', () => {
  it('sends all to v1, and after the second step 20 % to v2, while the mesh runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-e2e-'));
    const take = (sample: string, as: string): void =>
      copyFileSync(join(root, 'samples/tcp-echo', sample), join(folder, as));
    take('tcp-echo-services.yaml', 'services.yaml');
    take('tcp-echo-all-v1.yaml', 'routes.yaml');
    const mesh = await MeshProcess.start(['--watch', folder]);
    try {
      const gateway = mesh.gateway('istio-ingressgateway:31400');
      const date = `${new Date().toISOString()}\n`;
      for (let i = 0; i < 10; i += 1) expect(await netcat(gateway, date)).toBe(`one ${date}`);
      expect([...(await netcats(gateway, 100)).keys()]).toEqual(['one']);

      take('tcp-echo-20-v2.yaml', 'step2.yaml');
      await mesh.until(() => mesh.stderr.includes('changed: '), 'change');
      expect(mesh.stderr).toContain('v1 100 % -> 80 %, v2 0 % -> 20 %');
      const counts = await netcats(gateway, 500);
      expect([...counts.keys()].sort()).toEqual(['one', 'two']);
      expectShare(counts, 'two', 0.2);
    } finally {
      expect((await mesh.stop()).code).toBe(0);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('runs from one file, tells each connection as a line of JSON, and sums up', async () => {
    const mesh = await MeshProcess.start(['samples/tcp-echo-20-v2.yaml']);
    const gateway = mesh.gateway('istio-ingressgateway:31400');
    const counts = await netcats(gateway, 300);
    expectShare(counts, 'two', 0.2);
    const { code, stderr } = await mesh.stop();
    expect(code).toBe(0);
    expect(stderr).toContain('default/tcp-echo spec.tcp[0]: 300 connections, shares as expected');
    const opened = mesh.events().filter(({ event }) => event === 'connection');
    const closed = mesh.events().filter(({ event }) => event === 'closed');
    expect(opened).toHaveLength(300);
    expect(closed).toHaveLength(300);
    expect(opened[0]).toMatchObject({
      outcome: 'routed',
      rule: 'default/tcp-echo spec.tcp[0]',
      host: 'tcp-echo.default.svc.cluster.local',
      port: 9000,
      listener: 'gateway istio-system/istio-ingressgateway:31400',
    });
    for (const { bytesReceived, bytesSent, reason } of closed)
      expect({ bytesReceived, bytesSent, reason }).toEqual({
        bytesReceived: 3,
        bytesSent: 7,
        reason: 'ended',
      });
    expect(opened.filter(({ subset }) => subset === 'v2')).toHaveLength(counts.get('two') ?? 0);
  });

  it('judges the shares itself, by the exit code', async () => {
    const args = ['--connections', '400', '--to', '31400', '--seed', '7', ...freePorts];
    const fair = await tcpmesh(['run', 'samples/tcp-echo-20-v2.yaml', ...args]);
    expect(fair.stderr).toContain('400 connections, shares as expected');
    expect(fair.code).toBe(0);
    const again = await tcpmesh(['run', 'samples/tcp-echo-20-v2.yaml', ...args]);
    expect(again.stderr.split('\n').slice(-4)).toEqual(fair.stderr.split('\n').slice(-4));
  });

  it('runs a lone VirtualService, and says what it stands in for', async () => {
    const mesh = await MeshProcess.start(['samples/tcp-echo/tcp-echo-20-v2.yaml']);
    const counts = await netcats(mesh.gateway('istio-ingressgateway:31400'), 60);
    expect([...counts.keys()].sort()).toEqual(['tcp-echo-v1', 'tcp-echo-v2']);
    expect(mesh.stderr).toContain('stand-in: Service default/tcp-echo');
    expect((await mesh.stop()).code).toBe(0);
    const strict = await tcpmesh(['run', '--strict', 'samples/tcp-echo/tcp-echo-20-v2.yaml']);
    expect(strict.code).toBe(2);
    expect(strict.stderr).toContain('the files are not complete');
  });
});
