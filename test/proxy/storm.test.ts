/** Seeded sequences of writes, pauses, half-closes and resets: every byte is accounted for, and nothing is left over. */
import { describe, expect, it } from 'vitest';
import { createStorm } from '../../bench/storm.ts';
import { clusterOf, endpointAt, forwardTo, rig, transports, until } from './rig.ts';

const seeds = [11, 12, 13];
const connections = 150;
const atOnce = 30;

describe.each(transports)('a storm over %s', (streams) => {
  it.each(seeds)('loses nothing, seed %s', async (seed) => {
    const storm = createStorm(seed);
    const backends = [await storm.backend(), await storm.backend()];
    const mesh = rig(streams);
    const config = clusterOf(backends.map((backend) => endpointAt(backend)));
    const listener = await mesh.listen(forwardTo(mesh, config));
    const wrong: string[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < connections) {
        next += 1;
        const id = next;
        await storm.connection(id, listener.address.port);
        const server = storm.actors.get(id)?.server;
        if (server !== undefined)
          await until('the server side ends', () => server.socket.destroyed);
        const problem = storm.verdict(id, false);
        if (problem !== undefined) wrong.push(problem);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    expect(wrong).toEqual([]);
    await until('all closed', () => mesh.closed().length === connections);
    expect([...mesh.plane.connections()]).toEqual([]);
    expect(mesh.plane.cluster('client', config).activeConnections).toBe(0);
    expect(storm.totals.clean).toBeGreaterThan(connections / 2);
    const reasons = new Set(mesh.closed().map(({ reason }) => reason));
    reasons.delete('ended');
    reasons.delete('downstream-reset');
    reasons.delete('upstream-reset');
    reasons.delete('connect-failed');
    expect([...reasons]).toEqual([]);
    const clean = mesh.closed().filter(({ reason }) => reason === 'ended');
    expect(clean.length).toBeGreaterThanOrEqual(storm.totals.clean);
    // A connection that was reset before its first bytes reached a backend is not waited for above: the backend sees its end later.
    await until('no backend has one open', () => backends.every(({ open }) => open === 0));
  });
});
