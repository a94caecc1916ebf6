import { describe, expect, it } from 'vitest';
import { openPort, PortError } from '../../src/control/open-port.ts';
import type { SocketAddress } from '../../src/proxy/index.ts';

/** Listens nowhere: refuses the addresses that `code` has an answer for, takes all others. */
function opener(code: (address: SocketAddress) => string | null) {
  return async (address: SocketAddress): Promise<string> => {
    const refused = code(address);
    if (refused === null) return `${address.host}:${address.port}`;
    throw Object.assign(new Error(refused), { code: refused });
  };
}

const anywhere = { option: '--listen', fixed: false, own: () => [] } as const;

describe('openPort', () => {
  it('takes what is wanted where it can be had', async () => {
    expect(
      await openPort(
        { host: '127.0.0.1', port: 80 },
        anywhere,
        opener(() => null),
      ),
    ).toEqual({
      value: '127.0.0.1:80',
      instead: null,
    });
  });
  it('goes to 8080 from a privileged 80, to 8443 from 443', async () => {
    const privileged = opener(({ port }) => (port < 1024 && port !== 0 ? 'EACCES' : null));
    const opened = await openPort({ host: '127.0.0.1', port: 80 }, anywhere, privileged);
    expect(opened.value).toBe('127.0.0.1:8080');
    expect(opened.instead).toMatch(/port 80 is privileged/);
    expect((await openPort({ host: '127.0.0.1', port: 443 }, anywhere, privileged)).value).toBe(
      '127.0.0.1:8443',
    );
  });
  it('goes to the next free port from one in use', async () => {
    const used = opener(({ port }) => (port >= 31400 && port < 31403 ? 'EADDRINUSE' : null));
    expect((await openPort({ host: '127.0.0.1', port: 31400 }, anywhere, used)).value).toBe(
      '127.0.0.1:31403',
    );
  });
  it('goes to 127.0.0.1 where there is no other loopback address', async () => {
    const lone = opener(({ host }) => (host === '127.0.0.1' ? null : 'EADDRNOTAVAIL'));
    expect((await openPort({ host: '127.0.0.2', port: 19000 }, anywhere, lone)).value).toBe(
      '127.0.0.1:19000',
    );
  });
  it('takes nothing else than what a person asked for', async () => {
    const used = opener(({ port }) => (port === 31400 ? 'EADDRINUSE' : null));
    await expect(
      openPort({ host: '127.0.0.1', port: 31400 }, { ...anywhere, fixed: true }, used),
    ).rejects.toThrow(PortError);
  });
  it('advises the option that was used, and knows what is its own', async () => {
    const used = opener(() => 'EADDRINUSE');
    const at = { host: '127.0.0.1', port: 18888 };
    const asked = { option: '--socks', fixed: true, own: () => [] } as const;
    await expect(openPort(at, asked, used)).rejects.toMatchObject({
      message: 'port 18888 of 127.0.0.1 is in use',
      remedy: expect.stringMatching(/another mesh, perhaps.*with --socks\.$/),
    });
    const own = (host: string) => () =>
      [{ purpose: 'publish', name: 'a -> b:1', host, port: 18888, instead: null }] as const;
    for (const host of ['127.0.0.1', '0.0.0.0'])
      await expect(openPort(at, { ...asked, own: own(host) }, used)).rejects.toMatchObject({
        message: 'port 18888 of 127.0.0.1 is in use by this mesh itself, for publish a -> b:1',
        remedy: expect.stringMatching(/^Give each an address of its own; --socks/),
      });
    await expect(openPort(at, { ...asked, own: own('127.0.0.2') }, used)).rejects.toMatchObject({
      message: 'port 18888 of 127.0.0.1 is in use',
    });
  });
});
