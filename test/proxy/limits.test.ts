import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { defaultLimits, defaultOutlierDetection } from '../../src/proxy/index.ts';
import {
  backend,
  type Client,
  client,
  clusterOf,
  deadPort,
  deafPort,
  echoing,
  endpointAt,
  forwardTo,
  rig,
  transports,
  until,
} from './rig.ts';

const limits = { ...defaultLimits, route: { rule: 'default/echo' } };

describe.each(transports)('limits over %s', (streams) => {
  it.each([
    ['blackhole', ['UH']],
    ['no-such-cluster', ['NC']],
    ['no-endpoints', ['UH']],
    ['no-filter-chain', ['NR']],
  ] as const)('closes at once: %s', async (reason, flags) => {
    const mesh = rig(streams);
    const listener = await mesh.listen(() => ({ kind: 'close', reason, route: limits.route }));
    const caller = await client(listener.address);
    await until('end', () => caller.ending() !== undefined);
    expect(mesh.closed()[0]).toMatchObject({ reason, flags });
    expect(mesh.events.map(({ kind }) => kind)).toEqual(['closed']);
  });

  it('goes to the address that was dialled, of a cluster without endpoints', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const listener = await mesh.listen(
      forwardTo(mesh, clusterOf([]), { dialled: endpointAt(server) }),
    );
    const caller = await client(listener.address);
    caller.socket.write('x');
    await until('echo', () => caller.received().toString() === 'x');
  });

  it('says UF when nobody listens, and ejects the endpoint', async () => {
    const dead = await deadPort();
    const server = await backend(echoing);
    const mesh = rig(streams);
    const outlierDetection = {
      ...defaultOutlierDetection,
      consecutive5xxErrors: 2,
      maxEjectionPercent: 50,
    };
    const config = clusterOf([endpointAt(dead), endpointAt(server)], {
      outlierDetection,
      loadBalancer: { kind: 'round-robin' },
    });
    const listener = await mesh.listen(forwardTo(mesh, config));
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const caller = await client(listener.address);
      caller.socket.write('x');
      await until(
        'an end or an answer',
        () => caller.ending() !== undefined || caller.received().length > 0,
      );
      caller.socket.destroy();
    }
    await until('four ends', () => mesh.closed().length === 4);
    const failed = mesh.closed().filter(({ reason }) => reason === 'connect-failed');
    expect(failed).toHaveLength(2);
    expect(failed[0]).toMatchObject({ flags: ['UF', 'URX'] });
    expect(failed[0]?.detail).toBe(`connect 127.0.0.1:${dead.port} ECONNREFUSED`);
    expect(mesh.events.filter(({ kind }) => kind === 'ejected')).toMatchObject([
      { scope: 'client', endpoint: `10.0.0.1:${dead.port}`, failures: 2, forMs: 30_000 },
    ]);
    const caller = await client(listener.address);
    caller.socket.write('x');
    await until('answer', () => caller.received().length > 0);
  });

  it('says UO above maxConnections, and lets others in when one ends', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const listener = await mesh.listen(
      forwardTo(mesh, clusterOf([endpointAt(server)], { maxConnections: 1 })),
    );
    const first = await client(listener.address);
    first.socket.write('x');
    await until('first', () => first.received().length === 1);
    const second = await client(listener.address);
    await until('second is closed', () => second.ending() !== undefined);
    expect(mesh.closed()[0]).toMatchObject({
      reason: 'overflow',
      flags: ['UO'],
      detail: 'more than 1 connection',
    });
    first.socket.end();
    await until('first ends', () => mesh.closed().length === 2);
    const third = await client(listener.address);
    third.socket.write('x');
    await until('third', () => third.received().length === 1);
  });

  it('says URX above maxPendingConnections, of those alone that are not connected', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const limits = { maxPendingConnections: 2 };
    let config = clusterOf([endpointAt(server)], limits);
    const listener = await mesh.listen((facts) => forwardTo(mesh, config)(facts));
    const held: Client[] = [];
    for (let index = 0; index < 4; index += 1) {
      const one = await client(listener.address);
      one.socket.write('x');
      await until('an answer', () => one.received().length === 1);
      held.push(one);
    }
    // Dials in ten minutes: until then it waits.
    const slow = endpointAt(server, { fault: { kind: 'delay', delayMs: 600_000 } });
    config = clusterOf([slow], limits);
    const waiting = [await client(listener.address), await client(listener.address)];
    const late = await client(listener.address);
    await until('the third is closed', () => late.ending() !== undefined);
    expect(mesh.closed()).toMatchObject([
      {
        reason: 'overflow',
        flags: ['URX'],
        detail: 'more than 2 connections being connected (http1MaxPendingRequests)',
      },
    ]);
    expect([...held, ...waiting].map((one) => one.ending())).toEqual(Array(6).fill(undefined));
  });

  it('gives up a connect after its time', async () => {
    const deaf = await deafPort();
    const mesh = rig(streams);
    const config = clusterOf([endpointAt(deaf)], { connectTimeoutMs: 100 });
    const listener = await mesh.listen(forwardTo(mesh, config));
    // The kernel itself takes as many as fit into the accept queue; those after them hang.
    const timeouts = (): number =>
      mesh.closed().filter(({ reason }) => reason === 'connect-timeout').length;
    for (let attempt = 0; attempt < 6; attempt += 1) await client(listener.address);
    await until('a timeout', () => timeouts() > 0);
    const given = mesh.closed().find(({ reason }) => reason === 'connect-timeout');
    expect(given?.flags).toEqual(['UF', 'URX']);
    expect(given?.durationMs).toBeGreaterThanOrEqual(100);
    expect(given?.detail).toBe(`connect 127.0.0.1:${deaf.port} no answer in 100 ms`);
  });

  it('delays the connect to an endpoint with that fault, beyond the connect timeout', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const endpoint = endpointAt(server, { fault: { kind: 'delay', delayMs: 60 } });
    const config = clusterOf([endpoint], { connectTimeoutMs: 20 });
    const listener = await mesh.listen(forwardTo(mesh, config));
    await client(listener.address);
    await until('opened after the delay', () => mesh.events.some(({ kind }) => kind === 'opened'));
    const opened = [...mesh.plane.connections()][0];
    expect(performance.now() - (opened?.acceptedAt ?? 0)).toBeGreaterThan(60);
  });

  it('ends a connection that is idle, and not one that is not', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const config = clusterOf([endpointAt(server)]);
    const listener = await mesh.listen(forwardTo(mesh, config, { idleTimeoutMs: 300 }));
    const quiet = await client(listener.address);
    const busy = await client(listener.address);
    const ticking = setInterval(() => busy.socket.write('.'), 20);
    try {
      await until('the quiet one ends', () => quiet.ending() !== undefined);
      const [closed] = mesh.closed();
      expect(closed).toMatchObject({ reason: 'idle-timeout', flags: [] });
      expect(closed?.durationMs).toBeGreaterThanOrEqual(300);
      expect(mesh.closed()).toHaveLength(1);
      expect(busy.received().length).toBeGreaterThan(0);
    } finally {
      clearInterval(ticking);
    }
    await until('the other ends when it falls silent', () => mesh.closed().length === 2);
  });

  it('ends a connection after maxConnectionDuration, busy or not', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const config = clusterOf([endpointAt(server)]);
    const listener = await mesh.listen(forwardTo(mesh, config, { maxConnectionDurationMs: 200 }));
    const busy = await client(listener.address);
    const ticking = setInterval(() => busy.socket.writable && busy.socket.write('.'), 20);
    try {
      await until('end', () => mesh.closed().length === 1);
    } finally {
      clearInterval(ticking);
    }
    expect(mesh.closed()[0]).toMatchObject({ reason: 'max-duration', flags: ['DT'] });
    expect(mesh.closed()[0]?.durationMs).toBeGreaterThanOrEqual(200);
  });

  it('lets a decider that throws harm its own connection only', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const good = forwardTo(mesh, clusterOf([endpointAt(server)]));
    let calls = 0;
    const listener = await mesh.listen((facts) => {
      calls += 1;
      if (calls === 1) throw new Error('no idea');
      return good(facts);
    });
    const first = await client(listener.address);
    await until('first ends', () => first.ending() !== undefined);
    expect(mesh.closed()[0]).toMatchObject({ reason: 'decision-failed', detail: 'no idea' });
    const second = await client(listener.address);
    second.socket.write('x');
    await until('second lives', () => second.received().length === 1);
  });

  it('kills and resets by endpoint', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const killed = await mesh.listen(
      forwardTo(mesh, clusterOf([endpointAt(server, { fault: { kind: 'kill' } })])),
    );
    const first = await client(killed.address);
    await until('end', () => first.ending() !== undefined);
    expect(mesh.closed()[0]).toMatchObject({ reason: 'connect-failed', flags: ['UF', 'URX'] });
    const resetting = await mesh.listen(
      forwardTo(mesh, clusterOf([endpointAt(server, { fault: { kind: 'reset' } })])),
    );
    const second = await client(resetting.address);
    await until('reset', () => second.ending() === 'ECONNRESET');
    expect(mesh.closed()[1]).toMatchObject({ reason: 'upstream-reset', detail: 'ECONNRESET' });
  });

  it('sends open connections where they went, and new ones where the new configuration says', async () => {
    const [old, young] = [await backend(echoing), await backend((socket) => socket.write('young'))];
    const mesh = rig(streams);
    let config = clusterOf([endpointAt(old)]);
    const listener = await mesh.listen((facts) => forwardTo(mesh, config)(facts));
    const before = await client(listener.address);
    before.socket.write('a');
    await until('old answers', () => before.received().toString() === 'a');
    config = clusterOf([endpointAt(young)]);
    const after = await client(listener.address);
    await until('young answers', () => after.received().toString() === 'young');
    before.socket.write('b');
    await until('old still answers', () => before.received().toString() === 'ab');
  });

  it('closes what comes above maxConnections of the process, says so once, and recovers', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams, { maxConnections: 2 });
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const [first, second] = [await client(listener.address), await client(listener.address)];
    await until('two open', () => [...mesh.plane.connections()].length === 2);
    for (let extra = 0; extra < 5; extra += 1) {
      const caller = await client(listener.address);
      await until('closed', () => caller.ending() !== undefined);
    }
    expect(mesh.events.filter(({ kind }) => kind === 'overloaded')).toHaveLength(1);
    first.socket.destroy();
    second.socket.write('x');
    await until('second lives', () => second.received().length === 1);
    await until('recovered', () => mesh.events.some(({ kind }) => kind === 'recovered'));
    expect(mesh.events.find(({ kind }) => kind === 'recovered')).toEqual({
      kind: 'recovered',
      refused: 5,
    });
    const late = await client(listener.address);
    late.socket.write('x');
    await until('late one is served', () => late.received().length === 1);
  });

  it('says which address it cannot have', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const taken = mesh.plane.openListener({
      id: 'taken',
      host: server.host,
      port: server.port,
      decide: () => ({ kind: 'close', reason: 'blackhole', route: limits.route }),
    });
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE', port: server.port });
  });

  it('drains: no new connections, open ones end by themselves, the rest is reset at the bound', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const [polite, stubborn] = [await client(listener.address), await client(listener.address)];
    await until('both open', () => mesh.events.length === 2);
    const drained = mesh.plane.drain(400);
    await expect(client(listener.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    polite.socket.end('last words');
    await until('polite ends', () => polite.ending() === 'end');
    expect(polite.received().toString()).toBe('last words');
    expect(await drained).toEqual({ finished: 1, forced: 1 });
    await until('stubborn is reset', () => stubborn.ending() === 'ECONNRESET');
    expect(mesh.closed().map(({ reason }) => reason)).toEqual(['ended', 'drained']);
  });

  it('closes a listener and leaves its connections', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const caller = await client(listener.address);
    await until('open', () => mesh.events.length === 1);
    await listener.close();
    caller.socket.write('x');
    const [echo] = await once(caller.socket, 'data');
    expect(echo.toString()).toBe('x');
  });
});
