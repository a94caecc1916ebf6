import { describe, expect, it } from 'vitest';
import {
  clusterSettings,
  connectionLimits,
  hashesSourceIp,
  passthroughSettings,
} from '../../src/control/traffic-policy.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources, type Resource } from '../../src/resource/index.ts';
import {
  type ConnectionPolicy,
  clusterPolicyFor,
  compile,
  connectionPolicyFor,
} from '../../src/routing/index.ts';

/** The policies of a client in namespace default for service a, port 9000 or 9001, under a DestinationRule. */
function policies(
  spec: string,
  meshConfig = '',
): {
  cluster: (subset: string, port: number) => ReturnType<typeof clusterSettings>;
  connection: (subset: string) => ConnectionPolicy;
} {
  const text = [
    'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: 10.96.0.1, ports: [{name: tcp, port: 9000}, {name: tcp-b, port: 9001}]}\n',
    `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: d}\nspec: ${spec}\n`,
  ].join('---\n');
  const { resources } = decodeSources([{ name: 'd.yaml', text }], { defaultNamespace: 'default' });
  const from = { kind: 'sidecar', namespace: 'default', labels: {} } as const;
  const mesh = buildMesh([...resources, ...configMap(meshConfig)]);
  const compiled = compile(mesh, from);
  const host = 'a.default.svc.cluster.local';
  return {
    cluster: (subset, port) =>
      clusterSettings(
        clusterPolicyFor(
          compiled,
          { from, to: { host, port }, protocol: 'tcp' },
          {
            cluster: '',
            host,
            subset,
            port,
            weight: undefined,
            share: 1,
            endpoints: [],
            problem: null,
          },
        ),
        subset,
        mesh.config,
      ),
    connection: (subset) => ({
      ...connectionPolicyFor(compiled, { from, to: { host, port: 9000 }, protocol: 'tcp' }),
      subset,
    }),
  };
}

function configMap(mesh: string): readonly Resource[] {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: '${mesh}'}\n`;
  return decodeSources([{ name: 'm.yaml', text }], { defaultNamespace: 'default' }).resources;
}

describe('the level that counts', () => {
  const rule = policies(`{host: a, trafficPolicy: {
    loadBalancer: {simple: ROUND_ROBIN}, connectionPool: {tcp: {maxConnections: 5, connectTimeout: 2s}},
    portLevelSettings: [{port: {number: 9000}, loadBalancer: {simple: RANDOM}}]},
    subsets: [{name: v1}, {name: v2, trafficPolicy: {connectionPool: {tcp: {maxConnections: 7}}}},
      {name: v3, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}, portLevelSettings: [{port: {number: 9000}, connectionPool: {tcp: {maxConnections: 9}}}]}}]}`);

  it('is the top one for a port without settings of its own', () => {
    expect(rule.cluster('', 9001)).toMatchObject({
      loadBalancer: { kind: 'round-robin' },
      maxConnections: 5,
      connectTimeoutMs: 2000,
    });
  });
  it('is the port entry alone where there is one: what it leaves out is the default', () => {
    expect(rule.cluster('v1', 9000)).toMatchObject({
      loadBalancer: { kind: 'random' },
      maxConnections: 4_294_967_295,
      connectTimeoutMs: 10_000,
    });
  });
  it('has blocks of the subset replaced as wholes', () => {
    expect(rule.cluster('v2', 9001)).toMatchObject({
      loadBalancer: { kind: 'round-robin' },
      maxConnections: 7,
      connectTimeoutMs: 10_000,
    });
  });
  it('is the port entry of a subset before everything', () => {
    expect(rule.cluster('v3', 9000)).toMatchObject({
      loadBalancer: { kind: 'least-request' },
      maxConnections: 9,
    });
  });
});

describe('what Istio makes of a policy', () => {
  it('limits what waits to be connected by http1MaxPendingRequests, though it is called HTTP', () => {
    const pool = (http: string) =>
      policies(`{host: a, trafficPolicy: {connectionPool: {http: ${http}}}}`).cluster('', 9000);
    expect(pool('{http1MaxPendingRequests: 1}').maxPendingConnections).toBe(1);
    // Istio asks for more than 0 (`cluster_traffic_policy.go:applyConnectionPool`).
    for (const http of ['{http1MaxPendingRequests: 0}', '{http2MaxRequests: 1}'])
      expect(pool(http)).toMatchObject({
        maxPendingConnections: 4_294_967_295,
        maxConnections: 4_294_967_295,
      });
  });
  it('ignores timeouts below the top level', () => {
    const limits = connectionLimits(
      policies(
        '{host: a, trafficPolicy: {connectionPool: {tcp: {idleTimeout: 5s}}, portLevelSettings: [{port: {number: 1}, connectionPool: {tcp: {idleTimeout: 1s}}}]}}',
      ).connection(''),
    );
    expect(limits).toEqual({ idleTimeoutMs: 5000, maxConnectionDurationMs: 0 });
    expect(connectionLimits({ rule: null, subset: '' }).idleTimeoutMs).toBe(3_600_000);
  });
  it('switches the idle timeout off with 0s', () => {
    const rule = policies('{host: a, trafficPolicy: {connectionPool: {tcp: {idleTimeout: 0s}}}}');
    expect(connectionLimits(rule.connection('')).idleTimeoutMs).toBe(0);
  });
  it('takes a hash key from the source address only, at the top or the routed subset', () => {
    const byHeader = '{consistentHash: {httpHeaderName: x}}';
    const byAddress = '{consistentHash: {useSourceIp: true}}';
    expect(
      hashesSourceIp(
        policies(`{host: a, trafficPolicy: {loadBalancer: ${byHeader}}}`).connection(''),
      ),
    ).toBe(false);
    const rule = policies(
      `{host: a, trafficPolicy: {loadBalancer: ${byAddress}}, subsets: [{name: v1}, {name: v2, trafficPolicy: {loadBalancer: {simple: RANDOM}}}]}`,
    );
    expect(hashesSourceIp(rule.connection(''))).toBe(true);
    expect(hashesSourceIp(rule.connection('v1'))).toBe(true);
    expect(hashesSourceIp(rule.connection('v2'))).toBe(false);
    expect(rule.cluster('', 9000).loadBalancer).toEqual({
      kind: 'ring-hash',
      minimumRingSize: 1024,
    });
  });
  it('detects outliers only with a block, with its defaults', () => {
    expect(clusterSettings(null, '', buildMesh([]).config).outlierDetection).toBeUndefined();
    expect(
      policies(
        '{host: a, trafficPolicy: {outlierDetection: {consecutive5xxErrors: 0, interval: 1s}}}',
      ).cluster('', 9000).outlierDetection,
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
    expect(rule.cluster('', 9000).tcpKeepalive).toEqual({
      time: 7,
      interval: 30,
      probes: undefined,
    });
  });
});

it('waits to be connected for as long as the mesh says, where no DestinationRule does', () => {
  const timeouts = (meshConfig: string): readonly number[] =>
    ['{host: a}', '{host: a, trafficPolicy: {connectionPool: {tcp: {connectTimeout: 2s}}}}'].map(
      (spec) => policies(spec, meshConfig).cluster('', 9000).connectTimeoutMs,
    );
  expect(timeouts('')).toEqual([10_000, 2000]);
  expect(timeouts('connectTimeout: 3s')).toEqual([3000, 2000]);
});

describe('what the mesh says for every cluster', () => {
  const ofMesh = `{defaultTrafficPolicy: {
    connectionPool: {tcp: {maxConnections: 7}, http: {http1MaxPendingRequests: 3}},
    outlierDetection: {consecutive5xxErrors: 2, minHealthPercent: 40}}}`.replaceAll('\n', ' ');
  const limitsOf = (spec: string, subset = '', port = 9000): readonly unknown[] => {
    const { maxConnections, maxPendingConnections, outlierDetection, panicThreshold } = policies(
      spec,
      ofMesh,
    ).cluster(subset, port);
    return [
      maxConnections,
      maxPendingConnections,
      outlierDetection?.consecutive5xxErrors,
      panicThreshold,
    ];
  };
  const unlimited = 4_294_967_295;

  it('holds where no DestinationRule says anything, a block at a time', () => {
    expect(limitsOf('{host: other}')).toEqual([7, 3, 2, 40]);
    expect(
      limitsOf('{host: a, trafficPolicy: {connectionPool: {tcp: {maxConnections: 5}}}}'),
    ).toEqual([5, unlimited, 2, 40]);
    expect(limitsOf('{host: a, trafficPolicy: {outlierDetection: {}}}')).toEqual([7, 3, 5, 0]);
  });
  it('holds below the entry of a port, and not below that of a subset for the port', () => {
    expect(
      limitsOf(
        '{host: a, trafficPolicy: {connectionPool: {tcp: {maxConnections: 5}}, portLevelSettings: [{port: {number: 9000}, loadBalancer: {simple: RANDOM}}]}}',
      ),
    ).toEqual([7, 3, 2, 40]);
    const subsets =
      '{host: a, subsets: [{name: v1}, {name: v2, trafficPolicy: {portLevelSettings: [{port: {number: 9000}, loadBalancer: {simple: RANDOM}}]}}]}';
    expect(limitsOf(subsets, 'v1')).toEqual([7, 3, 2, 40]);
    expect(limitsOf(subsets, 'v2')).toEqual([unlimited, unlimited, undefined, 0]);
    expect(limitsOf(subsets, 'v2', 9001)).toEqual([7, 3, 2, 40]);
  });
  it('limits what nothing in the mesh takes, and has nothing to eject there', () => {
    const mesh = buildMesh(configMap(ofMesh));
    expect(passthroughSettings(mesh.config)).toMatchObject({
      maxConnections: 7,
      maxPendingConnections: 3,
      outlierDetection: undefined,
    });
  });
  it('mixes keepalive field by field', () => {
    const keepalive = (spec: string): unknown =>
      policies(spec, '{tcpKeepalive: {time: 60s, probes: 4}}').cluster('', 9000).tcpKeepalive;
    expect(keepalive('{host: other}')).toEqual({ time: 60, interval: undefined, probes: 4 });
    expect(
      keepalive(
        '{host: a, trafficPolicy: {connectionPool: {tcp: {tcpKeepalive: {time: 9s, interval: 2s}}}}}',
      ),
    ).toEqual({ time: 9, interval: 2, probes: 4 });
  });
  it.each([
    '{connectTimeout: 2s, defaultTrafficPolicy: {connectionPool: {}}}',
    '{connectTimeout: 2s, defaultTrafficPolicy: {connectionPool: {tcp: {maxConnections: -1}}}}',
    '{connectTimeout: 2s, defaultTrafficPolicy: {outlierDetection: {maxEjectionPercent: 101}}}',
    '{connectTimeout: 2s, defaultTrafficPolicy: {outlierDetection: {consecutiveLocalOriginFailures: 2}}}',
    '{connectTimeout: 2h}',
    '{connectTimeout: 0s}',
  ])('takes none of the settings with a value that Istio refuses: %s', (text) => {
    const { config } = buildMesh(configMap(text));
    expect(config.resource).toBeNull();
    expect(config.connectTimeoutMs).toBe(10_000);
  });
});
