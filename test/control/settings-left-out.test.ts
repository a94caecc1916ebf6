import { afterEach, expect, it } from 'vitest';
import type { RunningMesh } from '../../src/control/index.ts';
import { startMesh } from './start-mesh.ts';

let running: RunningMesh | undefined;
afterEach(() => running?.stop(0));

async function warningsOf(...policies: readonly string[]): Promise<readonly string[]> {
  const rules = policies.map(
    (policy, i) => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: r${i}, namespace: shop}
spec: {host: r${i}, trafficPolicy: ${policy}}
`,
  );
  running = await startMesh(rules.join('---\n'), 1);
  return running.warnings();
}

it.each([
  ['{tunnel: {protocol: CONNECT, targetHost: a.b, targetPort: 443}}', 'HTTP CONNECT'],
  ['{tls: {mode: SIMPLE}}', 'no TLS is opened here'],
  ['{portLevelSettings: [{port: {number: 1}, tls: {mode: SIMPLE}}]}', 'no TLS is opened here'],
  ['{loadBalancer: {simple: ROUND_ROBIN, warmup: {duration: 30s}}}', 'nothing is warmed up'],
  ['{loadBalancer: {localityLbSetting: {enabled: true}}}', 'localities have no part'],
  ['{connectionPool: {tcp: {tcpKeepalive: {interval: 75s}}}}', 'the time counts here'],
  ['{connectionPool: {tcp: {tcpKeepalive: {probes: 9}}}}', 'the time counts here'],
])('of %s it is said that it is not carried out', async (policy, what) => {
  const [warning, ...others] = await warningsOf(policy);
  expect(warning).toMatch(/^DestinationRule shop\/r0: /);
  expect(warning).toContain(what);
  expect(others).toEqual([]);
});

it('is said once for all that have it', async () => {
  const tls = '{tls: {mode: SIMPLE}}';
  expect(await warningsOf('{}', tls, tls, tls)).toEqual([
    'DestinationRule shop/r1 and 2 others: no TLS is opened here, so bytes go to the endpoint as they come',
  ]);
});

it('nothing of what is carried out, or makes no difference between sidecars', async () => {
  expect(
    await warningsOf(
      '{connectionPool: {tcp: {maxConnections: 3, tcpKeepalive: {time: 20s}}}, tls: {mode: ISTIO_MUTUAL}}',
      '{loadBalancer: {simple: LEAST_REQUEST, localityLbSetting: {enabled: false}}}',
    ),
  ).toEqual([]);
});
