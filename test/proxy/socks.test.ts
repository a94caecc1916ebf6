import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountBySocks,
  defaultLimits,
  dialSocks,
  gatewayBySocks,
  type Listener,
  type SocksRequest,
} from '../../src/proxy/index.ts';
import { readGreeting, readLogin, readRequest } from '../../src/proxy/socks/socks-messages.ts';
import {
  backend,
  client,
  clusterOf,
  echoing,
  endpointAt,
  type Rig,
  rig,
  transports,
  until,
} from './rig.ts';

const greeting = [5, 1, 2];
const login = [1, 2, ...Buffer.from('me'), 1, ...Buffer.from('x')];
const toName = (name: string, port: number): number[] => [
  5,
  1,
  0,
  3,
  name.length,
  ...Buffer.from(name),
  port >> 8,
  port & 255,
];

describe.each(transports)('SOCKS over %s', (streams) => {
  async function socks(): Promise<{
    mesh: Rig;
    listener: Listener;
    requests: (SocksRequest | undefined)[];
  }> {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const requests: (SocksRequest | undefined)[] = [];
    const listener = await mesh.plane.openSocks({
      id: 'socks',
      host: '127.0.0.1',
      port: 0,
      knowsUser: (user) => user === 'me' || user === 'foo/telnet-client-foo',
      account: ({ host, port }) => (port === 7 ? `${host} was here` : undefined),
      gateway: (name) => (name === '31400' ? 'here' : undefined),
      refuses: ({ host, port }) =>
        host === 'nowhere' ? 'host-unreachable' : port === 22 ? 'not-allowed' : undefined,
      decide: ({ request }) => {
        requests.push(request);
        const cluster = mesh.plane.cluster('client', clusterOf([endpointAt(server)]));
        return {
          kind: 'forward',
          cluster,
          hashKey: undefined,
          route: { rule: '' },
          ...defaultLimits,
        };
      },
    });
    return { mesh, listener, requests };
  }

  async function exchange(
    listener: Listener,
    bytes: readonly number[],
    answers: number,
  ): Promise<Buffer> {
    const caller = await client(listener.address);
    caller.socket.write(Buffer.from(bytes));
    await until(
      'answers',
      () => caller.received().length >= answers || caller.ending() !== undefined,
    );
    return caller.received();
  }

  it('carries the name, the port and who connects, and relays', async () => {
    const { mesh, listener, requests } = await socks();
    const socket = await dialSocks({
      proxy: listener.address,
      user: 'foo/telnet-client-foo',
      host: 'echo-server.default.svc.cluster.local',
      port: 19000,
      timeoutMs: 5000,
    });
    socket.write('hello');
    const [echo] = await once(socket, 'data');
    expect(echo.toString()).toBe('hello');
    expect(requests).toEqual([
      {
        user: 'foo/telnet-client-foo',
        host: 'echo-server.default.svc.cluster.local',
        ip: undefined,
        port: 19000,
      },
    ]);
    socket.end();
    await until('closed', () => mesh.closed().length === 1);
    expect(mesh.closed()[0]?.connection.bytesReceived).toBe(5);
  });

  it('takes addresses of both families, also where they come as names', async () => {
    const { listener, requests } = await socks();
    const six = Buffer.from('20010db8000000000000000000000001', 'hex');
    const mapped = Buffer.from('00000000000000000000ffff0a000001', 'hex');
    for (const address of [
      [1, 10, 96, 20, 1],
      [4, ...six],
      [4, ...mapped],
      [3, 9, ...Buffer.from('10.0.0.42')],
    ]) {
      const reply = await exchange(
        listener,
        [...greeting, ...login, 5, 1, 0, ...address, 0, 80],
        14,
      );
      expect(reply.subarray(4, 6)).toEqual(Buffer.from([5, 0]));
    }
    expect(requests.map((request) => request?.ip)).toEqual([
      '10.96.20.1',
      '2001:db8::1',
      '10.0.0.1',
      '10.0.0.42',
    ]);
  });

  it('loses no byte that came with the request, byte by byte or all at once', async () => {
    const { listener } = await socks();
    const bytes = Buffer.from([
      ...greeting,
      ...login,
      ...toName('svc', 80),
      ...Buffer.from('early'),
    ]);
    for (const step of [1, 3, bytes.length]) {
      const caller = await client(listener.address);
      for (let at = 0; at < bytes.length; at += step) {
        caller.socket.write(bytes.subarray(at, at + step));
        await new Promise(setImmediate);
      }
      await until('echo', () => caller.received().toString('latin1').endsWith('early'));
      expect(caller.received().length).toBe(2 + 2 + 10 + 5);
    }
  });

  it.each([
    ['an unknown user', [...greeting, 1, 1, 65, 0], [5, 2, 1, 1]],
    ['no user name', [5, 1, 0], [5, 255]],
    [
      'a name that does not resolve',
      [...greeting, ...login, ...toName('nowhere', 80)],
      [5, 2, 1, 0, 5, 4, 0, 1, 0, 0, 0, 0, 0, 0],
    ],
    [
      'a port that is not allowed',
      [...greeting, ...login, ...toName('svc', 22)],
      [5, 2, 1, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0],
    ],
    [
      'BIND',
      [...greeting, ...login, 5, 2, 0, 1, 1, 2, 3, 4, 0, 80],
      [5, 2, 1, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0],
    ],
    [
      'UDP ASSOCIATE',
      [...greeting, ...login, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0],
      [5, 2, 1, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0],
    ],
    [
      'a type of address that is none',
      [...greeting, ...login, 5, 1, 0, 9, 1, 2, 3],
      [5, 2, 1, 0, 5, 8, 0, 1, 0, 0, 0, 0, 0, 0],
    ],
    ['SOCKS 4', [4, 1, 0, 80, 1, 2, 3, 4, 0], []],
  ])('refuses %s', async (_, bytes, answer) => {
    const { mesh, listener } = await socks();
    expect([...(await exchange(listener, bytes, 99))]).toEqual(answer);
    await until('told', () => mesh.events.some(({ kind }) => kind === 'socks-refused'));
    expect(mesh.closed()).toEqual([]);
  });

  it('says in words why a dial was refused', async () => {
    const { listener } = await socks();
    const dial = (user: string, host: string, port: number) =>
      dialSocks({ proxy: listener.address, user, host, port, timeoutMs: 5000 });
    await expect(dial('stranger', 'svc', 80)).rejects.toThrow('there is no workload "stranger"');
    await expect(dial('me', 'nowhere', 80)).rejects.toThrow('nowhere:80: host-unreachable');
    await expect(dial('me', 'svc', 22)).rejects.toThrow('svc:22: not-allowed');
  });

  it('tells who asked for what was refused', async () => {
    const { mesh, listener } = await socks();
    const toBind = [...greeting, ...login, 5, 2, 0, 1, 1, 2, 3, 4, 0, 80];
    for (const bytes of [[...greeting, ...login, ...toName('nowhere', 80)], toBind])
      await exchange(listener, bytes, 99);
    const told = () => mesh.events.flatMap((one) => ('message' in one ? [one.message] : []));
    await until('told', () => told().length === 2);
    expect(told()).toEqual([
      'me asked for nowhere:80: the name does not resolve',
      'me asked for BIND: only CONNECT is there',
    ]);
  });

  it('tells an account of an earlier connection by its address, and nothing where there is none', async () => {
    const { mesh, listener } = await socks();
    const ask = (port: number) =>
      accountBySocks({
        proxy: listener.address,
        user: 'me',
        host: '127.0.0.9',
        port,
        timeoutMs: 5000,
      });
    expect(await ask(7)).toBe('127.0.0.9 was here');
    expect(await ask(8)).toBe('');
    expect(mesh.events).toEqual([]);
  });

  it('tells where a gateway is, by what people call it', async () => {
    const { listener } = await socks();
    const ask = (name: string) =>
      gatewayBySocks({ proxy: listener.address, user: 'me', name, timeoutMs: 5000 });
    expect(await ask('31400')).toBe('here');
    expect(await ask('31401')).toBe('');
  });

  it('lets clients go that leave in the middle', async () => {
    const { mesh, listener } = await socks();
    const socket = connect(listener.address.port, listener.address.host);
    socket.end(Buffer.from(greeting));
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(mesh.events.filter(({ kind }) => kind === 'socks-refused')).toEqual([]);
    expect(await mesh.plane.drain(0)).toEqual({ finished: 0, forced: 0 });
  });
});

it('reads no more than a message has, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (array) => {
      const bytes = Buffer.from(array);
      for (const read of [readGreeting, readLogin, readRequest]) {
        const parsed = read(bytes);
        if (parsed.kind === 'read') {
          expect(parsed.used).toBeLessThanOrEqual(bytes.length);
          expect(parsed.used).toBeGreaterThan(0);
        }
      }
    }),
    { numRuns: 500 },
  );
});
