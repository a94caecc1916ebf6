import { describe, expect, it } from 'vitest';
import {
  clusterPolicy,
  connectionLimits,
  hashesSourceIp,
  type Policies,
} from '../../src/control/traffic-policy.ts';
import { decodeSources } from '../../src/resource/index.ts';

function policies(spec: string): Policies {
  const text = `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: d}\nspec: ${spec}\n`;
  const [rule] = decodeSources([{ name: 'd.yaml', text }], {
    defaultNamespace: 'default',
  }).resources;
  if (rule?.kind !== 'DestinationRule') throw new Error('no DestinationRule');
  return rule.spec;
}

describe('the level that counts', () => {
  const rule = policies(`{host: a, trafficPolicy: {
    loadBalancer: {simple: ROUND_ROBIN}, connectionPool: {tcp: {maxConnections: 5, connectTimeout: 2s}},
    portLevelSettings: [{port: {number: 9000}, loadBalancer: {simple: RANDOM}}]},
    subsets: [{name: v1}, {name: v2, trafficPolicy: {connectionPool: {tcp: {maxConnections: 7}}}},
      {name: v3, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}, portLevelSettings: [{port: {number: 9000}, connectionPool: {tcp: {maxConnections: 9}}}]}}]}`);

  it('is the top one for a port without settings of its own', () => {
    expect(clusterPolicy(rule, '', 9001)).toMatchObject({
      loadBalancer: { kind: 'round-robin' },
      maxConnections: 5,
      connectTimeoutMs: 2000,
    });
  });
  it('is the port entry alone where there is one: what it leaves out is the default', () => {
    expect(clusterPolicy(rule, 'v1', 9000)).toMatchObject({
      loadBalancer: { kind: 'random' },
      maxConnections: 4_294_967_295,
      connectTimeoutMs: 10_000,
    });
  });
  it('has blocks of the subset replaced as wholes', () => {
    expect(clusterPolicy(rule, 'v2', 9001)).toMatchObject({
      loadBalancer: { kind: 'round-robin' },
      maxConnections: 7,
      connectTimeoutMs: 10_000,
    });
  });
  it('is the port entry of a subset before everything', () => {
    expect(clusterPolicy(rule, 'v3', 9000)).toMatchObject({
      loadBalancer: { kind: 'least-request' },
      maxConnections: 9,
    });
  });
});

describe('what Istio makes of a policy', () => {
  it('ignores timeouts below the top level', () => {
    const limits = connectionLimits(
      policies(
        '{host: a, trafficPolicy: {connectionPool: {tcp: {idleTimeout: 5s}}, portLevelSettings: [{port: {number: 1}, connectionPool: {tcp: {idleTimeout: 1s}}}]}}',
      ),
    );
    expect(limits).toEqual({ idleTimeoutMs: 5000, maxConnectionDurationMs: 0 });
    expect(connectionLimits(undefined).idleTimeoutMs).toBe(3_600_000);
  });
  it('switches the idle timeout off with 0s', () => {
    const rule = policies('{host: a, trafficPolicy: {connectionPool: {tcp: {idleTimeout: 0s}}}}');
    expect(connectionLimits(rule).idleTimeoutMs).toBe(0);
  });
  it('takes a hash key from the source address only, at the top or the routed subset', () => {
    const byHeader = '{consistentHash: {httpHeaderName: x}}';
    const byAddress = '{consistentHash: {useSourceIp: true}}';
    expect(
      hashesSourceIp(policies(`{host: a, trafficPolicy: {loadBalancer: ${byHeader}}}`), ''),
    ).toBe(false);
    const rule = policies(
      `{host: a, trafficPolicy: {loadBalancer: ${byAddress}}, subsets: [{name: v1}, {name: v2, trafficPolicy: {loadBalancer: {simple: RANDOM}}}]}`,
    );
    expect(hashesSourceIp(rule, '')).toBe(true);
    expect(hashesSourceIp(rule, 'v1')).toBe(true);
    expect(hashesSourceIp(rule, 'v2')).toBe(false);
    expect(clusterPolicy(rule, '', 9000).loadBalancer).toEqual({
      kind: 'ring-hash',
      minimumRingSize: 1024,
    });
  });
  it('detects outliers only with a block, with its defaults', () => {
    expect(clusterPolicy(undefined, '', 1).outlierDetection).toBeUndefined();
    expect(
      clusterPolicy(
        policies(
          '{host: a, trafficPolicy: {outlierDetection: {consecutive5xxErrors: 0, interval: 1s}}}',
        ),
        '',
        1,
      ).outlierDetection,
    ).toMatchObject({
      consecutive5xxErrors: 0,
      intervalMs: 1000,
      baseEjectionTimeMs: 30_000,
      maxEjectionPercent: 10,
    });
  });
  it('hands over keepalive in whole seconds', () => {
    const rule = policies(
      '{host: a, trafficPolicy: {connectionPool: {tcp: {tcpKeepalive: {time: 7500ms, interval: 30s}}}}}',
    );
    expect(clusterPolicy(rule, '', 1).tcpKeepalive).toEqual({
      time: 7,
      interval: 30,
      probes: undefined,
    });
  });
});
