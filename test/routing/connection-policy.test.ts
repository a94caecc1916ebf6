/** Which DestinationRule's settings count for a connection and for a cluster. */
import { describe, expect, it } from 'vitest';
import { clusterPolicyFor, compile, connectionPolicyFor, route } from '../../src/routing/index.ts';
import { client, meshOf, service } from './yaml-mesh.ts';

const mesh =
  meshOf(`${service('a', '10.96.0.1')}${service('b', '10.96.0.2')}${service('c', '10.96.0.3')}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec:
  hosts: [a]
  tcp:
  - route:
    - {destination: {host: b}, weight: 0}
    - {destination: {host: c, subset: v1}, weight: 100}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: b, namespace: default}
spec: {host: b, trafficPolicy: {connectionPool: {tcp: {idleTimeout: 7s}}}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: c, namespace: default}
spec:
  host: c
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: 5}}
    outlierDetection: {interval: 3s}
    portLevelSettings:
    - port: {number: 7000}
      loadBalancer: {simple: RANDOM}
  subsets:
  - name: v1
    labels: {version: v1}
    trafficPolicy: {connectionPool: {tcp: {maxConnections: 9}}}
`);
const from = client();
const compiled = compile(mesh, from);
const call = { from, to: { host: 'a', port: 7000 }, protocol: 'tcp' } as const;

describe('the policy of a connection', () => {
  it('is that of the destination listed first, though it has no weight', () => {
    const { rule } = connectionPolicyFor(compiled, call);
    expect(rule?.host).toBe('b.default.svc.cluster.local');
    expect(rule?.trafficPolicy?.connectionPool?.tcp?.idleTimeout).toBe(7000);
  });
});

describe('the policy of a connection that goes to an egressProxy', () => {
  it("is nobody's: the proxy's DestinationRule counts for its cluster alone", () => {
    const proxied = meshOf(`${service('b', '10.96.0.2')}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: b, namespace: default}
spec: {host: b, trafficPolicy: {connectionPool: {tcp: {idleTimeout: 7s}}}}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: out, namespace: default}
spec:
  outboundTrafficPolicy: {egressProxy: {host: b.default.svc.cluster.local, port: {number: 7000}}, mode: ALLOW_ANY}
`);
    const outside = { ...call, to: { ip: '192.0.2.1', port: 443 } };
    const viewed = compile(proxied, from);
    expect(route(viewed, outside).destinations[0]?.cluster).toContain('|b.default');
    expect(connectionPolicyFor(viewed, outside)).toEqual({ rule: null, subset: '' });
  });
});

describe('the policy of a connection to an ExternalName', () => {
  const aliased = meshOf(`${service('a', '10.96.0.1')}${service('b', '10.96.0.2')}
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: default}
spec: {type: ExternalName, externalName: b.default.svc.cluster.local}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec:
  hosts: [a]
  tcp:
  - route: [{destination: {host: other, port: {number: 7000}}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: other, namespace: default}
spec: {host: other, trafficPolicy: {connectionPool: {tcp: {idleTimeout: 7s, maxConnections: 1}}}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: b, namespace: default}
spec: {host: b, trafficPolicy: {connectionPool: {tcp: {idleTimeout: 9s, maxConnections: 2}}}}
`);

  it('is that of the name, while the cluster is that of the service behind it', () => {
    const viewed = compile(aliased, from);
    expect(
      connectionPolicyFor(viewed, call).rule?.trafficPolicy?.connectionPool?.tcp?.idleTimeout,
    ).toBe(7000);
    const [share] = route(viewed, call).destinations;
    expect(share?.host).toBe('b.default.svc.cluster.local');
    const policy = share === undefined ? null : clusterPolicyFor(viewed, call, share);
    expect(policy?.blocks.connectionPool?.tcp?.maxConnections).toBe(2);
  });
});

describe('the policy of a cluster', () => {
  it('takes blocks as wholes: an entry for the port replaces all four, a subset what it names', () => {
    const [share] = route(compiled, call).destinations;
    if (share === undefined) throw new Error('no destination');
    const policy = clusterPolicyFor(compiled, call, share);
    expect(policy?.blocks.connectionPool?.tcp?.maxConnections).toBe(9);
    expect(policy?.blocks.loadBalancer?.simple).toBe('RANDOM');
    expect(policy?.blocks.outlierDetection).toBeUndefined();
  });

  const entry = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: e, namespace: default}
spec:
  hosts: [e.example.com]
  addresses: [198.51.100.1]
  ports: [{number: 7000, name: tcp, protocol: TCP, targetPort: 7001}]
  resolution: NONE
`;
  const passing = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: e, namespace: default}
spec: {host: e.example.com, trafficPolicy: {loadBalancer: {simple: PASSTHROUGH}}}
`;
  it.each([
    ['', entry],
    [', of which a DestinationRule says that too', entry + passing],
  ])('replaces the port of a ServiceEntry without resolution%s', (_, text) => {
    const viewed = compile(meshOf(text), from);
    const dialled = { ...call, to: { ip: '198.51.100.1', port: 7000 } };
    const [share] = route(viewed, dialled).destinations;
    expect(share?.endpoints[0]?.address).toBe('198.51.100.1:7000');
    expect(
      share === undefined ? null : clusterPolicyFor(viewed, dialled, share)?.upstreamPort,
    ).toBe(7001);
  });
});

describe('the port that replaces the dialled one', () => {
  it('goes with its own entry, not with the port that an older entry for the host has from it', () => {
    const entry = (name: string, address: string, port: string) => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: default}
spec: {hosts: [e.example.com], addresses: [${address}], resolution: NONE, ports: [${port}]}
`;
    const older = entry(
      'older',
      '198.51.100.1',
      '{number: 7000, name: a, protocol: TCP, targetPort: 7001}',
    );
    const younger = entry(
      'younger',
      '198.51.100.2',
      '{number: 7002, name: b, protocol: TCP, targetPort: 7003}',
    );
    const viewed = compile(meshOf(older + younger), from);
    const upstreamPort = (ip: string, port: number) => {
      const dialled = { ...call, to: { ip, port } };
      const [share] = route(viewed, dialled).destinations;
      return share === undefined ? null : clusterPolicyFor(viewed, dialled, share)?.upstreamPort;
    };
    expect(upstreamPort('198.51.100.1', 7000)).toBe(7001);
    expect(upstreamPort('198.51.100.2', 7002)).toBeNull();
  });
});

describe('in ambient mode', () => {
  const settings = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: default}
spec: {host: db, trafficPolicy: {connectionPool: {tcp: {maxConnections: 4, idleTimeout: 2s}}}}
`;
  const db = (labels: string): string => `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: default${labels}}
spec: {clusterIP: 10.96.0.9, selector: {app: db}, ports: [{name: tcp, port: 7000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: default, labels: {app: db}}
spec: {containers: [{name: main, image: x}]}
`;
  const ambient = { kind: 'ambient', namespace: 'default', labels: {} } as const;
  const policiesOf = (labels: string) => {
    const proxy = compile(meshOf(db(labels) + settings), ambient);
    const dialled = { from: ambient, to: { host: 'db', port: 7000 }, protocol: 'tcp' } as const;
    const [share] = route(proxy, dialled).destinations;
    if (share === undefined) throw new Error('no destination');
    return {
      cluster: clusterPolicyFor(proxy, dialled, share),
      connection: connectionPolicyFor(proxy, dialled),
    };
  };

  it('a waypoint has the settings for its services, once for all clients', () => {
    const { cluster, connection } = policiesOf(', labels: {istio.io/use-waypoint: way}');
    expect(cluster?.waypoint).toBe('waypoint default/way');
    expect(cluster?.blocks.connectionPool?.tcp?.maxConnections).toBe(4);
    expect(connection.rule?.trafficPolicy?.connectionPool?.tcp?.idleTimeout).toBe(2000);
  });

  it('a ztunnel has none', () => {
    const { cluster, connection } = policiesOf('');
    expect(cluster).toMatchObject({ waypoint: null, rule: null });
    expect(cluster?.blocks.connectionPool).toBeUndefined();
    expect(connection.rule).toBeNull();
  });
});
