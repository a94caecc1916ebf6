/** What a question leaves open is filled with everything that it may mean; what means nothing gets a remedy. */
import { describe, expect, it } from 'vitest';
import { type Asker, callsMeant, type Question } from '../../src/expectation/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';

const text = `
apiVersion: v1
kind: Service
metadata: {name: a, namespace: default}
spec: {clusterIP: 10.96.0.1, selector: {app: a}, ports: [{name: tcp, port: 7000}, {name: tcp-2, port: 7001}]}
---
apiVersion: v1
kind: Service
metadata: {name: b, namespace: foo}
spec: {clusterIP: 10.96.0.2, selector: {app: b}, ports: [{name: tcp, port: 7000}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: foo}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: x}}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: foo}
spec:
  selector: {istio: ingressgateway}
  servers:
  - {port: {number: 31400, name: tcp, protocol: TCP}, hosts: ["*"]}
  - {port: {number: 31401, name: tcp-2, protocol: TCP}, hosts: ["*"]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: bound, namespace: foo}
spec:
  selector: {istio: bound}
  servers:
  - {port: {number: 9000, name: tcp, protocol: TCP}, hosts: ["*"]}
  - {port: {number: 9000, name: tcp-2, protocol: TCP}, hosts: ["*"], bind: 10.9.9.9}
`;
const { resources } = decodeSources([{ name: 'm', text }], { defaultNamespace: 'default' });
const mesh = buildMesh(resources);
const client: Asker = { kind: 'described', namespace: 'foo', labels: {} };
const ask = (over: Partial<Question>) =>
  callsMeant(
    {
      from: client,
      host: undefined,
      ip: undefined,
      port: undefined,
      sni: undefined,
      protocol: undefined,
      ...over,
    },
    mesh,
  );
const targets = (over: Partial<Question>) => {
  const result = ask(over);
  if ('message' in result) throw new Error(result.message);
  return result.calls.map(({ to }) => `${to.host ?? to.ip ?? ''}:${to.port}`);
};

describe('callsMeant', () => {
  it('takes every service with the port when no host is named', () => {
    expect(targets({ port: 7000 })).toEqual([
      'a.default.svc.cluster.local:7000',
      'b.foo.svc.cluster.local:7000',
    ]);
  });

  it('takes every port of a host when no port is named', () => {
    expect(targets({ host: 'a.default' })).toEqual(['a.default:7000', 'a.default:7001']);
  });

  it('takes an address as it is', () => {
    expect(targets({ ip: '1.2.3.4', port: 9 })).toEqual(['1.2.3.4:9']);
  });

  it('knows clients by the name of what starts them', () => {
    const result = ask({ from: { kind: 'workload', namespace: null, name: 'web' }, port: 7001 });
    expect('calls' in result && result.calls[0]?.from).toMatchObject({
      kind: 'sidecar',
      namespace: 'foo',
      labels: { app: 'web', tier: 'x' },
    });
  });

  it('supposes a workload for a Gateway that selects none, and takes all its ports', () => {
    const result = ask({ from: { kind: 'gateway', namespace: null, name: 'gw' } });
    if ('message' in result) throw new Error(result.message);
    expect(result.calls.map(({ to }) => to.port)).toEqual([31400, 31401]);
    expect(result.calls[0]?.from).toMatchObject({
      kind: 'gateway',
      namespace: 'istio-system',
      labels: { istio: 'ingressgateway' },
    });
    expect(result.supposed[0]).toContain('no workload of the input fits the selector');
  });

  it('takes a gateway of the input for a Gateway without a selector, one beside it before others', () => {
    const all = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: all, namespace: foo}
spec: {servers: [{port: {number: 7, name: tcp, protocol: TCP}, hosts: ["*"]}]}
`;
    const pod = (namespace: string) => `---
apiVersion: v1
kind: Pod
metadata: {name: proxy, namespace: ${namespace}, labels: {app: edge}}
spec: {containers: [{name: istio-proxy, image: auto}]}
`;
    const asked = (more: string) => {
      const decoded = decodeSources([{ name: 'm', text: `${text}---${all}${more}` }], {
        defaultNamespace: 'default',
      });
      const question = {
        from: { kind: 'gateway', namespace: null, name: 'all' },
        ...{ host: undefined, ip: undefined, port: 7, sni: undefined, protocol: undefined },
      } as const;
      const result = callsMeant(question, buildMesh(decoded.resources));
      if ('message' in result) throw new Error(result.message);
      return [result.calls[0]?.from.namespace, result.supposed[0]];
    };
    expect(asked('')).toEqual([
      'istio-system',
      'Gateway foo/all is for every gateway, and no workload of the input is one: one in istio-system is supposed',
    ]);
    const taken = 'is taken as the workload of Gateway foo/all';
    expect(asked(pod('edge'))).toEqual(['edge', `edge/proxy ${taken}`]);
    expect(asked(pod('edge') + pod('foo'))).toEqual(['foo', `foo/proxy ${taken}`]);
  });

  it('takes every address that servers of a gateway are bound to, or the one that is named', () => {
    const from: Asker = { kind: 'gateway', namespace: null, name: 'bound' };
    expect(targets({ from, port: 9000 })).toEqual([':9000', '10.9.9.9:9000']);
    expect(targets({ from, port: 9000, ip: '10.1.1.1' })).toEqual(['10.1.1.1:9000']);
  });

  it('takes a server name for TLS', () => {
    const result = ask({ port: 7000, sni: 'a.example.com' });
    expect('calls' in result && result.calls[0]?.protocol).toBe('tls');
  });

  it.each([
    [{}, 'which port does the connection go to?', '--port'],
    [{ port: 9999 }, 'no service has port 9999', '7000, 7001'],
    [
      { from: { kind: 'workload', namespace: null, name: 'wbe' }, port: 1 },
      'the mesh has no workload wbe',
      'Did you mean web?',
    ],
    [
      { from: { kind: 'gateway', namespace: 'x', name: 'gw' }, port: 1 },
      'the mesh has no gateway x/gw',
      'foo/gw',
    ],
  ] as const)('%j has no answer', (over, message, remedy) => {
    const result = ask(over);
    expect('message' in result && result.message).toBe(message);
    expect('remedy' in result && result.remedy).toContain(remedy);
  });
});
