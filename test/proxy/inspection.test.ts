import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Decide,
  type Decision,
  defaultLimits,
  type Inspected,
  type Refusal,
} from '../../src/proxy/index.ts';
import { inspectHttp } from '../../src/proxy/inspection/inspect-http.ts';
import { inspectTls } from '../../src/proxy/inspection/inspect-tls.ts';
import {
  backend,
  client,
  clusterOf,
  deadPort,
  endpointAt,
  type Rig,
  type Route,
  rig,
  transports,
  until,
} from './rig.ts';

/** What a real TLS client sends first. */
async function realHello(servername: string | undefined): Promise<Buffer> {
  const bytes: Buffer[] = [];
  const server = await backend((socket) => socket.on('data', (chunk: Buffer) => bytes.push(chunk)));
  const socket = connectTls({ ...server, servername: servername ?? '', rejectUnauthorized: false });
  socket.on('error', () => {});
  await until('hello', () => bytes.length > 0);
  socket.destroy();
  return Buffer.concat(bytes);
}

/** The same handshake bytes in records of at most `size`. */
function inRecords(hello: Buffer, size: number): Buffer {
  const handshake = hello.subarray(5);
  const records: Buffer[] = [];
  for (let offset = 0; offset < handshake.length; offset += size) {
    const part = handshake.subarray(offset, offset + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

describe('TLS inspector', () => {
  it('finds the server name in a real hello, lower-cased, however it is cut up', async () => {
    const hello = await realHello('Some.Example.COM');
    for (const records of [hello, inRecords(hello, 1), inRecords(hello, 100)]) {
      expect(inspectTls(records)).toEqual({ kind: 'tls', sni: 'some.example.com' });
      for (let length = 0; length < records.length; length += 1)
        expect(inspectTls(records.subarray(0, length)).kind).toBe('more');
    }
  });

  it('says TLS without a name where there is none', async () => {
    expect(inspectTls(await realHello(undefined))).toEqual({ kind: 'tls', sni: undefined });
  });

  it.each([
    ['GET / HTTP/1.1\r\n'],
    ['hello'],
    ['\x15\x03\x01\x00\x02\x02\x28'],
    ['\x16\x05\x01\x00\x02\x01\x00'],
    ['\x16\x03\x01\x00\x05\x02\x00\x00\x01\x00'],
  ])('is not deceived by %j', (text) => {
    expect(inspectTls(Buffer.from(text, 'latin1')).kind).toBe('not-tls');
  });

  // Answers of Envoy 1.40 to the same bytes.
  it.each([
    ['an empty record', [22, 3, 1, 0, 0], 'more'],
    ['the longest record', [22, 3, 1, 0x41, 0x40, 1], 'more'],
    ['a longer one', [22, 3, 1, 0x41, 0x41, 1], 'not-tls'],
    ['a hello of 16 KiB', [22, 3, 1, 0, 4, 1, 0, 0x40, 0], 'more'],
    ['a longer one', [22, 3, 1, 0, 4, 1, 0, 0x40, 1], 'not-tls'],
  ])('%s', (_, bytes, kind) => {
    expect(inspectTls(Buffer.from(bytes)).kind).toBe(kind);
  });

  it('refuses versions before TLS 1.0 and after 1.3, and takes the others', async () => {
    const hello = await realHello('a.example');
    const kinds = [0x0300, 0x0301, 0x0302, 0x0303, 0x0304, 0x0305].map((version) => {
      hello.writeUInt16BE(version, 9);
      return inspectTls(hello).kind;
    });
    expect(kinds).toEqual(['refused', 'tls', 'tls', 'tls', 'tls', 'refused']);
  });

  it('answers something for any bytes, and the same for a longer beginning once it has answered', async () => {
    const hello = await realHello('a.example');
    const mutated = fc.tuple(fc.nat(hello.length - 1), fc.nat(255)).map(([at, value]) => {
      const copy = Buffer.from(hello);
      copy[at] = value;
      return copy;
    });
    const bytes = fc.oneof(
      mutated,
      fc.uint8Array({ maxLength: 600 }).map((array) => Buffer.from(array)),
    );
    fc.assert(
      fc.property(bytes, fc.nat(600), (all, cut) => {
        const early = inspectTls(all.subarray(0, cut));
        if (early.kind !== 'more') expect(inspectTls(all)).toEqual(early);
      }),
      { numRuns: 500 },
    );
  });
});

describe('HTTP inspector', () => {
  it.each([
    ['GET / HTTP/1.1\r\n', 'http'],
    ['GET / HTTP/1.1\n', 'http'],
    ['POST /a/b?c HTTP/1.1\r\nHost: x\r\n', 'http'],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'http'],
    ['PRI * HTTP/2.0\r\n', 'more'],
    ['GET / HT', 'more'],
    ['GET / HTTP/1.0\r\n', 'not-http'],
    ['hello\n', 'not-http'],
    ['\r\nGET / HTTP/1.1\r\n', 'not-http'],
    ['hello', 'more'],
    // Answers of Envoy 1.40 to the same bytes.
    ['GET x HTTP/1.1\r\n', 'not-http'],
    ['GET /\x01 HTTP/1.1\r\n', 'http'],
    ['GET /\xff HTTP/1.1\r\n', 'not-http'],
    ['GET /\tHTTP/1.1\r\n', 'http'],
    ['GET\x01/ HTTP/1.1\r\n', 'not-http'],
    ['F@O', 'not-http'],
    ['\x00\x00\x00\x05', 'not-http'],
    ['\x16\x03', 'not-http'],
    ['GET /\x00', 'more'],
    ['GET / HTTP/1.1\r\r\n', 'http'],
    ['GET / HTTP/1.12\r\n', 'not-http'],
    ['GET http:/x HTTP/1.1\r\n', 'not-http'],
    ['GET http://x|y HTTP/1.1\r\n', 'not-http'],
    ['GET h1:// HTTP/1.1\r\n', 'http'],
    ['GET ?x HTTP/1.1\r\n', 'not-http'],
    ['CONNECT x:80 HTTP/1.1\r\n', 'http'],
    ['OPTIONS * HTTP/1.1\r\n', 'http'],
    ['*1\r\n$4\r\nPING\r\n', 'not-http'],
  ])('%j: %s', (text, answer) => {
    expect(inspectHttp(Buffer.from(text, 'latin1'))).toBe(answer);
  });

  it('bounds the request line', () => {
    expect(inspectHttp(Buffer.alloc(64 * 1024 - 1, 'a'))).toBe('more');
    expect(inspectHttp(Buffer.alloc(64 * 1024, 'a'))).toBe('too-long');
  });
});

describe.each(transports)('inspection over %s', (streams) => {
  type Seen = { inspected: (Inspected | undefined)[] };

  async function inspecting(
    wanted: { tls: boolean; http: boolean; timeoutMs?: number; atTimeout?: 'close' },
    serve: (socket: Socket) => void = (socket) => socket.pipe(socket),
  ): Promise<{ mesh: Rig; seen: Seen; caller: Awaited<ReturnType<typeof client>> }> {
    const server = await backend(serve);
    const mesh = rig(streams);
    const seen: Seen = { inspected: [] };
    const decide: Decide<Route> = ({ inspected }) => {
      if (inspected === undefined)
        return {
          kind: 'inspect',
          timeoutMs: 0,
          atTimeout: 'go-on',
          route: { rule: '?' },
          ...wanted,
        };
      seen.inspected.push(inspected);
      const cluster = mesh.plane.cluster('client', clusterOf([endpointAt(server)]));
      return {
        kind: 'forward',
        cluster,
        hashKey: undefined,
        route: { rule: '' },
        ...defaultLimits,
      };
    };
    const listener = await mesh.listen(decide);
    return { mesh, seen, caller: await client(listener.address) };
  }

  it('reads the name, decides, and loses no byte of what it read', async () => {
    const hello = await realHello('a.example');
    const { seen, caller } = await inspecting({ tls: true, http: true });
    for (const byte of hello.subarray(0, 20)) {
      caller.socket.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    caller.socket.write(Buffer.concat([hello.subarray(20), Buffer.from('more')]));
    await until('echo', () => caller.received().length === hello.length + 4);
    expect(caller.received()).toEqual(Buffer.concat([hello, Buffer.from('more')]));
    expect(seen.inspected).toEqual([{ protocol: 'tls', sni: 'a.example' }]);
  });

  it.each([
    ['GET / HTTP/1.1\r\n\r\n', 'http'],
    ['hello\n', 'tcp'],
  ] as const)('tells %j: %s', async (text, protocol) => {
    const { seen, caller } = await inspecting({ tls: true, http: true });
    caller.socket.write(text);
    await until('echo', () => caller.received().toString() === text);
    expect(seen.inspected).toEqual([{ protocol, sni: undefined }]);
  });

  it('waits for the client where the server would speak first', async () => {
    const { mesh, caller } = await inspecting({ tls: false, http: true }, (socket) =>
      socket.write('220\r\n'),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(caller.received().length).toBe(0);
    expect([...mesh.plane.connections()][0]?.state).toBe('inspecting');
    caller.socket.write('HELO me\r\n');
    await until('greeting', () => caller.received().toString() === '220\r\n');
  });

  it('goes on as TCP after the timeout, where there is one', async () => {
    const { seen, caller } = await inspecting({ tls: true, http: true, timeoutMs: 100 }, (socket) =>
      socket.write('220\r\n'),
    );
    caller.socket.write('GE');
    await until('greeting', () => caller.received().toString() === '220\r\n');
    expect(seen.inspected).toEqual([{ protocol: 'tcp', sni: undefined }]);
  });

  it('closes the connection then, where that is asked for, as at gateways', async () => {
    const wanted = { tls: true, http: false, timeoutMs: 100, atTimeout: 'close' } as const;
    const { mesh, seen, caller } = await inspecting(wanted);
    caller.socket.write('\x16\x03');
    await until('it is closed', () => mesh.closed().length === 1);
    expect(seen.inspected).toEqual([]);
    expect(mesh.closed()[0]).toMatchObject({
      reason: 'inspection-failed',
      detail: 'the client did not say what it speaks within 0.1 s',
    });
  });

  it('closes a client that ends before it said what it speaks', async () => {
    const { mesh, caller } = await inspecting({ tls: true, http: false });
    caller.socket.end('abc');
    await until('it is closed', () => mesh.closed().length === 1);
    expect(mesh.closed()[0]).toMatchObject({
      reason: 'inspection-failed',
      flags: [],
      connection: { route: { rule: '?' } },
    });
  });

  // Ends as Envoy 1.40 gives them: it peeks, and a socket that is closed over unread bytes is reset.
  describe('and leads nowhere', () => {
    async function endOf(
      after: Decision<Route> | 'dead' | 'inspection',
      act: (socket: Socket) => void,
    ): Promise<string | undefined> {
      const mesh = rig(streams);
      const dead = await deadPort();
      const cluster = mesh.plane.cluster('client', clusterOf([endpointAt(dead)]));
      const route = { rule: '' };
      const forward = { kind: 'forward', cluster, hashKey: undefined, route } as const;
      const listener = await mesh.listen(({ inspected }) => {
        if (inspected === undefined)
          return {
            kind: 'inspect',
            tls: true,
            http: false,
            timeoutMs: 0,
            atTimeout: 'close',
            route,
          };
        return typeof after === 'string' ? { ...forward, ...defaultLimits } : after;
      });
      const caller = await client(listener.address);
      act(caller.socket);
      await until('its end', () => caller.ending() !== undefined);
      return caller.ending();
    }
    const refused = (reason: Refusal): Decision<Route> => ({
      kind: 'close',
      reason,
      route: { rule: '' },
    });
    const says = (socket: Socket): unknown => socket.write('hello\n');

    it.each([
      ['no filter chain', refused('no-filter-chain'), says, 'ECONNRESET'],
      ['no such cluster', refused('no-such-cluster'), says, 'ECONNRESET'],
      ['nobody at the endpoint', 'dead', says, 'ECONNRESET'],
      ['bytes that say nothing, and the end', 'inspection', (s) => s.end('\x16\x03'), 'ECONNRESET'],
      ['an end without bytes', 'inspection', (s) => s.end(), 'end'],
      // Envoy's HTTP connection manager would have read them.
      ['what would be HTTP', refused('http'), says, 'end'],
    ] as const satisfies readonly [
      string,
      Decision<Route> | 'dead' | 'inspection',
      (socket: Socket) => unknown,
      string,
    ][])('%s', async (_, after, act, end) => {
      expect(await endOf(after, act)).toBe(end);
    });
  });
});
