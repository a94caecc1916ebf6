/** Sidecar resources where the recorded meshes are thin: egress ports with their own protocol, HTTP proxies, egress proxies. */
import { describe, expect, it } from 'vitest';
import { ask, client, meshOf, service, short } from './yaml-mesh.ts';

const services = service('a', '10.96.0.1') + service('b', '10.96.0.2');

const sidecar = (spec: string): string => `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: s, namespace: default}
spec:
${spec}
`;

describe('an egress port', () => {
  it('brings its own protocol: TCP services become HTTP ones', () => {
    const mesh = meshOf(
      services +
        sidecar(`
  egress:
  - port: {number: 7000, name: p, protocol: HTTP}
    hosts: ['./*']`),
    );
    expect(ask(mesh, client(), { ip: '10.96.0.1', port: 7000 }).outcome).toBe('passthrough');
    const http = ask(mesh, client(), { ip: '10.96.0.1', port: 7000 }, { protocol: 'http' });
    expect(http.outcome).toBe('http');
  });

  it('keeps later services out of its listener', () => {
    const mesh = meshOf(
      services +
        sidecar(`
  egress:
  - port: {number: 7000, name: p, protocol: TCP}
    bind: 10.9.9.9
    hosts: ['./a.default.svc.cluster.local']
  - hosts: ['./*']`),
    );
    expect(short(ask(mesh, client(), { ip: '10.9.9.9', port: 7000 }))).toContain('a.default');
    expect(short(ask(mesh, client(), { ip: '10.96.0.2', port: 7000 }))).toContain('b.default');
  });

  it('of an HTTP proxy takes all bytes for HTTP, whatever ports the services have', () => {
    const mesh = meshOf(
      services +
        sidecar(`
  egress:
  - port: {number: 3128, name: p, protocol: HTTP_PROXY}
    hosts: ['./*']`),
    );
    expect(ask(mesh, client(), { ip: '192.0.2.1', port: 3128 }).outcome).toBe('http');
  });

  it('with captureMode NONE listens on loopback alone', () => {
    const mesh = meshOf(
      services +
        sidecar(`
  egress:
  - captureMode: NONE
    hosts: ['./a.default.svc.cluster.local']`),
    );
    expect(short(ask(mesh, client(), { ip: '127.0.0.1', port: 7000 }))).toContain('a.default');
    expect(ask(mesh, client(), { ip: '10.96.0.1', port: 7000 }).outcome).toBe('passthrough');
  });
});

describe('unmatched traffic', () => {
  it('goes to the egress proxy of the Sidecar', () => {
    const mesh = meshOf(
      services +
        sidecar(`
  egress: [{hosts: ['./*']}]
  outboundTrafficPolicy:
    mode: ALLOW_ANY
    egressProxy: {host: b.default.svc.cluster.local, port: {number: 7000}}`),
    );
    const verdict = ask(mesh, client(), { ip: '192.0.2.1', port: 443 });
    expect(short(verdict)).toBe('routed b.default.svc.cluster.local:7000');
    expect(verdict.rule).toBeNull();
    expect(verdict.steps.find(({ stage }) => stage === 'destination')).toMatchObject({
      reason: 'egress-proxy',
      message: expect.stringMatching(
        /^what outboundTrafficPolicy\.egressProxy of Sidecar default\/\S+ names$/,
      ),
      span: expect.anything(),
    });
  });

  it('is closed where a policy is given without a mode, and at the capture port in any case', () => {
    const closed = meshOf(services + sidecar('  outboundTrafficPolicy: {}'));
    expect(ask(closed, client(), { ip: '192.0.2.1', port: 443 }).outcome).toBe('blackhole');
    const open = meshOf(services);
    expect(ask(open, client(), { ip: '192.0.2.1', port: 443 }).outcome).toBe('passthrough');
    expect(ask(open, client(), { ip: '192.0.2.1', port: 15001 }).outcome).toBe('blackhole');
  });
});

describe('imports', () => {
  it('leave out what is excluded, for services and for VirtualServices', () => {
    const mesh = meshOf(
      services +
        sidecar(`
  egress:
  - hosts: ['*/*', '~default/b.default.svc.cluster.local']`),
    );
    expect(ask(mesh, client(), { ip: '10.96.0.1', port: 7000 }).outcome).toBe('routed');
    const left = ask(mesh, client(), { ip: '10.96.0.2', port: 7000 });
    expect(left.outcome).toBe('passthrough');
    expect(left.steps.map(({ reason }) => reason)).toContain('not-imported');
  });
});

describe('a destination that is for nobody', () => {
  it('is said to have no endpoints for that reason', () => {
    const hidden = service('b', '10.96.0.2').replace(
      'metadata: {',
      "metadata: {annotations: {networking.istio.io/exportTo: '~'}, ",
    );
    const mesh = meshOf(`${service('a', '10.96.0.1')}${hidden}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: default}
spec: {hosts: [a], tcp: [{route: [{destination: {host: b}}]}]}
`);
    const verdict = ask(mesh, client(), { ip: '10.96.0.1', port: 7000 });
    expect(verdict.destinations[0]?.problem).toBe('no-endpoints');
    const told = verdict.steps.find(({ reason }) => reason === 'no-endpoints');
    expect(told?.message).toContain('exportTo holds ~');
  });
});

describe('a DestinationRule for its own namespace', () => {
  it('is said to be swallowed by one for selected workloads', () => {
    const rule = (name: string, more: string): string => `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: default}
spec: {host: a, ${more}}
`;
    const mesh = meshOf(
      services +
        rule('plain', "exportTo: ['.']") +
        rule('selecting', 'workloadSelector: {matchLabels: {app: x}}'),
    );
    const verdict = ask(mesh, client(), { ip: '10.96.0.1', port: 7000 });
    const told = verdict.steps.find(({ subject }) => subject === 'default/plain');
    expect(told?.message).toContain('merged into default/selecting');
  });
});

describe('namespaces that see the same services', () => {
  const text = (namespace: string, to: string): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: ${namespace}}
spec:
  hosts: [a.default.svc.cluster.local]
  exportTo: ['.']
  tcp: [{route: [{destination: {host: ${to}.default.svc.cluster.local}}]}]
`;
  const mesh = meshOf(
    services + service('c', '10.96.0.3') + text('default', 'b') + text('other', 'c'),
  );
  const goes = (namespace: string) =>
    short(ask(mesh, client(namespace), { ip: '10.96.0.1', port: 7000 }));

  it('go by their own rules', () => {
    expect(goes('default')).toContain('b.default');
    expect(goes('other')).toContain('c.default');
    expect(goes('third')).toContain('a.default');
  });

  it('are those that see the same of what is not for everyone; and a rule reaches what its own namespace hides from itself', () => {
    const given = (name: string, ip: string, to: string) =>
      service(name, ip).replace(
        `name: ${name},`,
        `name: ${name}, annotations: {networking.istio.io/exportTo: '${to}'},`,
      );
    const partly = meshOf(
      services +
        given('c', '10.96.0.3', 'other') +
        given('d', '10.96.0.4', '~') +
        text('default', 'd') +
        text('other', 'c') +
        text('third', 'c'),
    );
    const ends = (namespace: string) =>
      ask(partly, client(namespace), { ip: '10.96.0.1', port: 7000 }).destinations.map(
        ({ host, problem }) => [host.replace(/\..*/, ''), problem],
      );
    expect(ends('default')).toEqual([['d', 'no-endpoints']]);
    expect(ends('other')).toEqual([['c', null]]);
    expect(ends('third')).toEqual([['c', 'no-such-cluster']]);
    expect(ends('fourth')).toEqual([['a', null]]);
  });
});
