/** What people write for a gateway's listener. */
import { describe, expect, it } from 'vitest';
import {
  type GatewayAnswer,
  gatewayMeant,
  noGateway,
  type PlannedListener,
  readGatewayAnswer,
} from '../../src/control/index.ts';

const listener = (gateway: string, port: number, more: Partial<PlannedListener> = {}) =>
  ({
    name: `${gateway}:${port}`,
    gateway,
    owner: null,
    viewpoint: { kind: 'gateway', namespace: '', labels: {} },
    bind: null,
    port,
    dialled: port,
    address: { host: '127.0.0.1', port },
    objects: [],
    ...more,
  }) satisfies PlannedListener;

// The port of the first was taken, so it is where the second is in the mesh.
const listeners = [
  listener('istio-system/in', 31400, {
    objects: ['shop/front'],
    address: { host: '127.0.0.1', port: 31401 },
  }),
  listener('istio-system/out', 31401, { address: { host: '127.0.0.2', port: 31401 } }),
  listener('istio-system/own', 443, {
    name: 'istio-system/own@10.1.2.3:443',
    bind: '10.1.2.3',
    address: { host: '127.0.3.1', port: 443 },
  }),
];
const meant = (text: string): string | undefined =>
  gatewayMeant(listeners, text, ({ address }) => address)?.name;

describe('a gateway is meant', () => {
  it.each([
    ['istio-system/in:31400', 'istio-system/in:31400'],
    ['in:31400', 'istio-system/in:31400'],
    ['front:31400', 'istio-system/in:31400'],
    ['shop/front:31400', 'istio-system/in:31400'],
    ['31400', 'istio-system/in:31400'],
    // Its port in the mesh goes before the place of another.
    ['31401', 'istio-system/out:31401'],
    ['127.0.0.1:31401', 'istio-system/in:31400'],
    ['localhost:31401', 'istio-system/in:31400'],
    ['own@10.1.2.3:443', 'istio-system/own@10.1.2.3:443'],
    ['443', 'istio-system/own@10.1.2.3:443'],
    ['own:443', undefined],
    ['in:31401', undefined],
    ['127.0.0.3:31401', undefined],
    ['31402', undefined],
  ])('by %s: %s', (text, name) => {
    expect(meant(text)).toBe(name);
  });
});

it.each<[GatewayAnswer | null, string]>([
  [{ at: { host: '127.0.0.1', port: 31400 } }, '{"at":{"host":"127.0.0.1","port":31400}}'],
  [
    { at: null, missing: { message: 'none', remedy: 'look' } },
    '{"at":null,"missing":{"message":"none","remedy":"look"}}',
  ],
  [null, '{"at":null,"missing":{"message":"none"}}'],
  [null, '{"at":null}'],
  [null, 'null'],
  [null, ''],
])('an answer %j is read from %s', (answer, text) => {
  expect(readGatewayAnswer(text)).toEqual(answer);
});

it('of thousands of gateways few are named, and the near one', () => {
  const names = Array.from({ length: 5000 }, (_, i) => `istio-system/ingress:${20000 + i}`);
  const { message, remedy } = noGateway(names, 'istio-system/ingres:24999');
  expect(message).toBe(
    'no gateway listens at istio-system/ingres:24999 (Did you mean istio-system/ingress:24999?)',
  );
  expect(remedy).toMatch(/^There are istio-system\/ingress:20000, .* and 4990 more\.$/);
  expect(remedy.length).toBeLessThan(400);
});
