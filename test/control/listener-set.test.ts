/** Where listeners come back to. */
import { describe, expect, it } from 'vitest';
import { ListenerSet } from '../../src/control/listener-set.ts';
import type { PlannedListener } from '../../src/control/plan-gateways.ts';
import type { SocketAddress } from '../../src/proxy/index.ts';

const host = '127.0.0.1';
const closedAtOnce = 1000;

function planned(name: string): PlannedListener {
  return {
    name,
    gateway: 'default/gw',
    owner: null,
    viewpoint: { kind: 'gateway', namespace: 'default', labels: {} },
    bind: null,
    port: 7000,
    dialled: 7000,
    address: { host, port: 7000 },
    objects: [],
  };
}

/** Nothing is opened: the ports that are asked for, any free one being the next number. */
function listening(): { readonly set: ListenerSet; readonly asked: SocketAddress[] } {
  const asked: SocketAddress[] = [];
  let free = 20_000;
  const set = new ListenerSet({
    plane: {
      openListener: async ({ id, host, port }) => {
        asked.push({ host, port });
        return { id, address: { host, port: port === 0 ? free++ : port }, close: async () => {} };
      },
    },
    decide: () => () => {
      throw new Error('nobody connects');
    },
    wanted: () => ({ host, port: 0 }),
    alreadyOpen: () => [],
    onOpen: () => {},
    onClose: () => {},
    onFailure: (_, error) => {
      throw error;
    },
  });
  return { set, asked };
}

describe('a listener that comes back', () => {
  it('is opened where it was', async () => {
    const { set, asked } = listening();
    await set.follow([planned('a')]);
    await set.follow([]);
    await set.follow([planned('a')]);
    expect(asked.map(({ port }) => port)).toEqual([0, 20_000]);
  });

  it('is a new one where more than a thousand have been closed since', async () => {
    const { set, asked } = listening();
    const others = Array.from({ length: closedAtOnce }, (_, i) => planned(`other-${i}`));
    await set.follow([planned('a')]);
    await set.follow(others);
    await set.follow([]);
    await set.follow([planned('a'), planned(`other-${closedAtOnce - 1}`)]);
    expect(asked.slice(-2).map(({ port }) => port)).toEqual([0, 20_000 + closedAtOnce]);
  });
});
