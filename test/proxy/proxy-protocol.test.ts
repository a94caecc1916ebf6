import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/proxy/index.ts';
import { proxyProtocolHeader } from '../../src/proxy/proxy-protocol.ts';
import { backend, client, clusterOf, endpointAt, rig, until } from './rig.ts';

const four = {
  source: { host: '10.244.1.5', port: 40000 },
  destination: { host: '10.96.20.1', port: 9000 },
};
const six = {
  source: { host: '2001:db8::1', port: 1 },
  destination: { host: '::ffff:10.0.0.1', port: 65535 },
};
const mixed = { source: four.source, destination: six.destination };

describe('PROXY protocol', () => {
  it.each([
    ['PROXY TCP4 10.244.1.5 10.96.20.1 40000 9000\r\n', four],
    ['PROXY TCP6 2001:db8::1 ::ffff:10.0.0.1 1 65535\r\n', six],
    ['PROXY UNKNOWN\r\n', mixed],
  ])('version 1: %j', (header, addresses) => {
    expect(proxyProtocolHeader(1, addresses).toString()).toBe(header);
  });

  it.each([
    ['2111000c' + '0af40105' + '0a601401' + '9c402328', four],
    [
      '21210024' +
        '20010db8000000000000000000000001' +
        '00000000000000000000ffff0a000001' +
        '0001ffff',
      six,
    ],
    ['20000000', mixed],
  ])('version 2: %s', (rest, addresses) => {
    expect(proxyProtocolHeader(2, addresses).toString('hex')).toBe(
      `0d0a0d0a000d0a515549540a${rest}`,
    );
  });

  it('comes before the first byte, and is not counted', async () => {
    const server = await backend((socket) => socket.pipe(socket));
    const mesh = rig('handles');
    const config = clusterOf([endpointAt(server)], { proxyProtocol: 1 });
    const listener = await mesh.listen(() => ({
      kind: 'forward',
      cluster: mesh.plane.cluster('client', config),
      hashKey: undefined,
      addresses: four,
      route: { rule: '' },
      ...defaultLimits,
    }));
    const caller = await client(listener.address);
    caller.socket.write('hello');
    await until('echo', () => caller.received().toString().endsWith('hello'));
    expect(caller.received().toString()).toBe(
      'PROXY TCP4 10.244.1.5 10.96.20.1 40000 9000\r\nhello',
    );
    expect([...mesh.plane.connections()][0]?.bytesReceived).toBe(5);
  });
});
