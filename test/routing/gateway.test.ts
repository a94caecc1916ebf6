/** Servers that share a port, redirects, AUTO_PASSTHROUGH: what the recorded meshes show seldom or never. */
import { describe, expect, it } from 'vitest';
import { compile, listenersOf } from '../../src/routing/index.ts';
import { ask, gateway, meshOf, service, short } from './yaml-mesh.ts';

const host = 'a.default.svc.cluster.local';

function gatewayDocument(name: string, servers: string, created = 1): string {
  return `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: default, creationTimestamp: '2024-01-0${created}T00:00:00Z'}
spec:
  selector: {istio: gw}
  servers: ${servers}
`;
}

function route(name: string, gateways: string, to: string, list = 'tcp', match = ''): string {
  return `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default}
spec:
  hosts: ['*.example.com']
  gateways: [${gateways}]
  ${list}:
  - route: [{destination: {host: ${to}}}]
    ${match}
`;
}

const services = service('a', '10.96.0.1') + service('b', '10.96.0.2');

describe('a port that several servers want', () => {
  it('goes to the oldest plain server, and nobody else on that address', () => {
    const mesh = meshOf(
      services +
        gatewayDocument(
          'new',
          '[{port: {number: 9000, name: p, protocol: TCP}, hosts: ["*"]}]',
          2,
        ) +
        gatewayDocument(
          'old',
          '[{port: {number: 9000, name: p, protocol: TCP}, hosts: ["*"]}]',
          1,
        ) +
        route('for-new', 'new', 'b'),
    );
    const verdict = ask(mesh, gateway(), { port: 9000 });
    expect(verdict.outcome).toBe('no-listener');
    expect(verdict.steps.map(({ reason }) => reason)).toContain('port-taken');
  });

  it('is another one on another address', () => {
    const mesh = meshOf(
      services +
        gatewayDocument(
          'one',
          '[{port: {number: 9000, name: p, protocol: TCP}, hosts: ["*"]}]',
          1,
        ) +
        gatewayDocument(
          'two',
          '[{port: {number: 9000, name: p, protocol: TCP}, hosts: ["*"], bind: 10.1.1.1}]',
          2,
        ) +
        route('r1', 'one', 'a') +
        route('r2', 'two', 'b'),
    );
    expect(short(ask(mesh, gateway(), { port: 9000 }))).toContain('a.default');
    expect(short(ask(mesh, gateway(), { port: 9000, ip: '10.1.1.1' }))).toContain('b.default');
    expect(short(ask(mesh, gateway(), { port: 9000, ip: '10.1.1.2' }))).toContain('a.default');
  });

  it('is shared by servers with TLS that have different hosts; a host that is taken leaves the whole server out', () => {
    const tls = (name: string, hosts: string): string =>
      `{port: {number: 9443, name: ${name}, protocol: TLS}, hosts: [${hosts}], tls: {mode: SIMPLE, credentialName: c}}`;
    const mesh = meshOf(
      services +
        gatewayDocument(
          'one',
          `[${tls('p1', 'x.example.com')}, ${tls('p2', 'y.example.com')}]`,
          1,
        ) +
        gatewayDocument('two', `[${tls('p1', 'y.example.com, z.example.com')}]`, 2) +
        route('r1', 'one', 'a') +
        route('r2', 'two', 'b'),
    );
    expect(short(ask(mesh, gateway(), { port: 9443 }, { sni: 'y.example.com' }))).toContain(
      'a.default',
    );
    expect(ask(mesh, gateway(), { port: 9443 }, { sni: 'z.example.com' }).outcome).toBe(
      'no-filter-chain',
    );
  });

  it('makes Envoy refuse a listener with two chains without a condition', () => {
    const mesh = meshOf(
      services +
        gatewayDocument(
          'one',
          `[{port: {number: 9443, name: p1, protocol: TLS}, hosts: ["*"], tls: {mode: SIMPLE, credentialName: c}},
            {port: {number: 9443, name: p2, protocol: TCP}, hosts: ["*"]}]`,
        ) +
        route('r1', 'one', 'a'),
    );
    expect(ask(mesh, gateway(), { port: 9443 }).outcome).toBe('listener-rejected');
  });
});

describe('a server of HTTP', () => {
  it('has one chain for all bytes, however many servers share the port, redirects included', () => {
    const mesh = meshOf(
      gatewayDocument(
        'one',
        `[{port: {number: 80, name: p1, protocol: HTTP}, hosts: [x.example.com], tls: {httpsRedirect: true}},
          {port: {number: 80, name: p2, protocol: HTTP}, hosts: [y.example.com]}]`,
      ),
    );
    expect(ask(mesh, gateway(), { port: 80 }).outcome).toBe('http');
    const [listener] = listenersOf(compile(mesh, gateway()));
    expect(listener?.chains).toHaveLength(1);
    expect(listener?.inspectsTls).toBe(false);
  });
});

describe('AUTO_PASSTHROUGH', () => {
  const mesh = meshOf(
    `${services}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: default}
spec: {host: a, subsets: [{name: v1, labels: {version: v1}}]}
${gatewayDocument(
  'east-west',
  `[{port: {number: 15443, name: p, protocol: TLS}, hosts: ['*.local'], tls: {mode: AUTO_PASSTHROUGH}}]`,
)}`,
  );
  const sni = (name: string) => short(ask(mesh, gateway(), { port: 15443 }, { sni: name }));

  it('takes the cluster that the server name spells, without any VirtualService', () => {
    expect(sni(`outbound_.7000_._.${host}`)).toBe(`routed ${host}:7000`);
    expect(sni(`outbound_.7000_.v1_.${host}`)).toBe(`routed ${host}:7000/v1`);
  });

  it('has nothing for other names or plain bytes', () => {
    expect(sni(`outbound_.7001_._.${host}`)).toBe('no-filter-chain');
    expect(sni('a.example.com')).toBe('no-filter-chain');
    expect(short(ask(mesh, gateway(), { port: 15443 }))).toBe('no-filter-chain');
  });
});

describe('the port that a gateway workload listens on', () => {
  const workload = (port: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gw, namespace: istio-system}
spec:
  template:
    metadata: {labels: {istio: gw}}
    spec: {containers: [{name: istio-proxy, ports: [{name: edge, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: gw, namespace: istio-system}
spec:
  selector: {istio: gw}
  ports: [{name: p, port: 80, targetPort: ${port}}]
`;
  const server = gatewayDocument(
    'one',
    '[{port: {number: 80, name: p, protocol: TCP}, hosts: ["*"]}]',
  );

  it('is the target port of its Service, by number or by name', () => {
    for (const target of ['8080', 'edge']) {
      const mesh = meshOf(services + workload(target) + server + route('r', 'one', 'a'));
      expect(ask(mesh, gateway(), { port: 8080 }).outcome).toBe('routed');
      expect(ask(mesh, gateway(), { port: 80 }).outcome).toBe('no-listener');
    }
  });
});
