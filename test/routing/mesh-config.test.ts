/** The ConfigMap of the control plane: what holds where an object says nothing itself. Each answer is real Istio's (1.31). */
import { describe, expect, it } from 'vitest';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources, foreignSettingsOf } from '../../src/resource/index.ts';
import { ask, client, meshOf, service, short } from './yaml-mesh.ts';

const services = service('a', '10.96.0.1') + service('b', '10.96.0.2');
const outside = { ip: '192.0.2.1', port: 443 };
const toA = { ip: '10.96.0.1', port: 7000 };

const settings = (mesh: string, namespace = 'istio-system'): string => `---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: ${namespace}}
data:
  mesh: '${mesh}'
`;

const sidecar = (spec: string): string => `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: s, namespace: default}
spec: ${spec}
`;

const routed = (exportTo = ''): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec:
  hosts: [a]
  ${exportTo}
  tcp: [{route: [{destination: {host: b}}]}]
`;

const subset = (exportTo = ''): string => `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: b, namespace: default}
spec:
  host: b
  ${exportTo}
  subsets: [{name: v1, labels: {version: v1}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec:
  hosts: [a]
  tcp: [{route: [{destination: {host: b, subset: v1}}]}]
`;

const outcome = (text: string, protocol: 'tcp' | 'http' = 'tcp'): string =>
  ask(meshOf(services + text), client(), outside, { protocol }).outcome;

describe('outboundTrafficPolicy of the mesh', () => {
  it('counts where no Sidecar has its own', () => {
    const closed = settings('{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}');
    expect(outcome('')).toBe('passthrough');
    expect(outcome(closed)).toBe('blackhole');
    expect(outcome(closed + sidecar('{egress: [{hosts: ["./*"]}]}'))).toBe('blackhole');
    expect(outcome(closed + sidecar('{outboundTrafficPolicy: {mode: ALLOW_ANY}}'))).toBe(
      'passthrough',
    );
  });

  it('is closed without a mode, and with the number of REGISTRY_ONLY', () => {
    expect(outcome(settings('{outboundTrafficPolicy: {}}'))).toBe('blackhole');
    expect(outcome(settings('{outboundTrafficPolicy: {mode: 0}}'))).toBe('blackhole');
    expect(outcome(settings('{outboundTrafficPolicy: {mode: 1}}'))).toBe('passthrough');
  });

  it('takes HTTP apart under ALLOW_ANY_DYNAMIC_DNS', () => {
    const dynamic = settings('{outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS}}');
    expect(outcome(dynamic)).toBe('passthrough');
    expect(outcome(dynamic, 'http')).toBe('http');
  });

  it('is not read from another namespace, nor from a text that Istio refuses', () => {
    expect(outcome(settings('{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}', 'shop'))).toBe(
      'passthrough',
    );
    expect(outcome(settings('{outboundTrafficPolicy: {mode: CLOSED}}'))).toBe('passthrough');
    expect(outcome(settings('{outboundTrafficPolicy: {mode: REGISTRY_ONLY}, newer: {a: 1}}'))).toBe(
      'blackhole',
    );
  });

  it('is said to come from there', () => {
    const mesh = meshOf(services + settings('{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}'));
    const step = ask(mesh, client(), outside).steps.find(({ reason }) => reason === 'blackhole');
    expect(step?.message).toContain('REGISTRY_ONLY of ConfigMap istio-system/istio');
    expect(step?.span).not.toBeNull();
  });
});

describe('exportTo of the mesh', () => {
  it('holds for Services that have no annotation', () => {
    const mesh = meshOf(services + settings('{defaultServiceExportTo: ["."]}'));
    expect(short(ask(mesh, client(), toA))).toBe('routed a.default.svc.cluster.local:7000');
    expect(ask(mesh, client('other'), toA).outcome).toBe('passthrough');
  });

  it('knows . before * and no other name', () => {
    const outcomeWith = (names: string, namespace: string) =>
      ask(meshOf(services + settings(`{defaultServiceExportTo: ${names}}`)), client(namespace), toA)
        .outcome;
    expect(outcomeWith('[".", other]', 'default')).toBe('routed');
    expect(outcomeWith('[".", other]', 'other')).toBe('passthrough');
    expect(outcomeWith('[".", "*"]', 'other')).toBe('passthrough');
    expect(outcomeWith('[other]', 'other')).toBe('passthrough');
    expect(outcomeWith('[other, "*"]', 'third')).toBe('routed');
    expect(outcomeWith('[]', 'other')).toBe('routed');
    const hidden = meshOf(
      services + routed() + settings('{defaultVirtualServiceExportTo: [other]}'),
    );
    expect(short(ask(hidden, client('other'), toA))).toContain('a.default');
    expect(short(ask(hidden, client(), toA))).toContain('a.default');
  });

  it('holds for VirtualServices without exportTo', () => {
    const own = settings('{defaultVirtualServiceExportTo: ["."]}');
    const hidden = meshOf(services + routed() + own);
    expect(short(ask(hidden, client(), toA))).toContain('b.default');
    expect(short(ask(hidden, client('other'), toA))).toContain('a.default');
    const open = meshOf(services + routed('exportTo: ["*"]') + own);
    expect(short(ask(open, client('other'), toA))).toContain('b.default');
  });

  it('holds for DestinationRules without exportTo', () => {
    const own = settings('{defaultDestinationRuleExportTo: ["."]}');
    const problem = (text: string, namespace: string) =>
      ask(meshOf(services + text), client(namespace), toA).destinations[0]?.problem;
    expect(problem(subset() + own, 'default')).toBeNull();
    expect(problem(subset() + own, 'other')).toBe('no-such-cluster');
    expect(problem(subset('exportTo: ["*"]') + own, 'other')).toBeNull();
    expect(problem(subset(), 'other')).toBeNull();
  });
});

describe('discoverySelectors of the mesh', () => {
  const namespace = (labels: string): string => `---
apiVersion: v1
kind: Namespace
metadata: {name: default, labels: ${labels}}
`;
  const asks = (selectors: string, labels: string | null) =>
    ask(
      meshOf(
        services +
          settings(`{discoverySelectors: ${selectors}}`) +
          (labels === null ? '' : namespace(labels)),
      ),
      client(),
      toA,
    );
  const outcomeOf = (selectors: string, labels: string | null) => asks(selectors, labels).outcome;

  it.each([
    ['[]', '{}', 'routed'],
    ['[{}]', '{}', 'routed'],
    ['[{matchLabels: {mesh: in}}]', '{mesh: in}', 'routed'],
    ['[{matchLabels: {mesh: in}}]', '{mesh: out}', 'passthrough'],
    ['[{matchLabels: {mesh: in}}, {matchLabels: {mesh: out}}]', '{mesh: out}', 'routed'],
    ['[{matchLabels: {kubernetes.io/metadata.name: default}}]', '{}', 'routed'],
    ['[{matchExpressions: [{key: mesh, operator: Exists}]}]', '{}', 'passthrough'],
    ['[{matchExpressions: [{key: mesh, operator: DoesNotExist}]}]', '{}', 'routed'],
    ['[{matchExpressions: [{key: mesh, operator: In, values: [a, b]}]}]', '{mesh: b}', 'routed'],
    [
      '[{matchExpressions: [{key: mesh, operator: NotIn, values: [a]}]}]',
      '{mesh: a}',
      'passthrough',
    ],
    ['[{matchExpressions: [{key: mesh, operator: NotIn, values: [a]}]}]', '{}', 'routed'],
    ['[{matchLabels: {x: y}}, {matchExpressions: [{key: mesh, operator: Is}]}]', '{}', 'routed'],
  ])('%s with labels %s: %s', (selectors, labels, outcome) => {
    expect(outcomeOf(selectors, labels)).toBe(outcome);
  });

  it('count as naming a namespace whose labels nobody knows, which is said', () => {
    const verdict = asks('[{matchLabels: {mesh: in}}]', null);
    expect(verdict.outcome).toBe('routed');
    expect(verdict.assumptions.join()).toContain(
      'no document has the labels of namespaces default',
    );
    expect(asks('[{matchLabels: {mesh: in}}]', '{}').assumptions.join()).not.toContain('default');
  });

  it('are why a route leads nowhere', () => {
    const shop = `---
apiVersion: v1
kind: Service
metadata: {name: s, namespace: shop}
spec: {clusterIP: 10.96.0.9, ports: [{name: tcp, port: 7000}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: s, namespace: shop}
spec: {hosts: [s], tcp: [{route: [{destination: {host: a.default.svc.cluster.local}}]}]}
`;
    const selecting = settings('{discoverySelectors: [{matchLabels: {mesh: in}}]}');
    const mesh = meshOf(services + selecting + namespace('{}') + shop);
    const steps = ask(mesh, client('shop'), { ip: '10.96.0.9', port: 7000 }).destinationSteps;
    expect(steps.map(({ message }) => message).join()).toContain('passes over namespace default');
  });

  it('are why a Service has no listener', () => {
    const steps = asks('[{matchLabels: {mesh: in}}]', '{}').steps;
    expect(steps.map(({ message }) => message).join()).toContain('passes over namespace default');
  });
});

describe('rootNamespace of the mesh', () => {
  const inNamespace = (text: string, namespace: string): string =>
    text.replace(/namespace: default/, `namespace: ${namespace}`);
  const elsewhere = settings('{rootNamespace: mesh-root}');

  it('says whose Sidecar is for everybody', () => {
    const nothing = sidecar('{egress: [{hosts: ["./none.example.com"]}]}');
    const outcomeOf = (text: string) => ask(meshOf(services + text), client(), toA).outcome;
    expect(outcomeOf(elsewhere + inNamespace(nothing, 'mesh-root'))).toBe('passthrough');
    expect(outcomeOf(elsewhere + inNamespace(nothing, 'istio-system'))).toBe('routed');
    expect(outcomeOf(inNamespace(nothing, 'istio-system'))).toBe('passthrough');
  });

  it('says whose DestinationRules are for everybody, and keeps its own ConfigMap in force', () => {
    const rule = subset().replace('host: b\n', 'host: b.default.svc.cluster.local\n');
    const problemOf = (text: string) =>
      ask(meshOf(services + text), client(), toA).destinations[0]?.problem;
    expect(problemOf(elsewhere + inNamespace(rule, 'mesh-root'))).toBeNull();
    expect(problemOf(elsewhere + inNamespace(rule, 'istio-system'))).toBe('no-such-cluster');
  });
});

describe('settings that other objects carry', () => {
  const meshWith = (text: string) => {
    const sources = [{ name: 'mesh.yaml', text: services + text }];
    const { resources, foreign } = decodeSources(sources, { defaultNamespace: 'default' });
    return buildMesh(resources, { foreign: foreignSettingsOf(foreign, 'default') });
  };
  const outcomeOf = (text: string) =>
    ask(meshWith(text), client(), outside, { protocol: 'tcp' }).outcome;
  const operator = (spec: string): string => `---
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: control-plane, namespace: istio-system}
spec: ${spec}
`;
  const closed = '{meshConfig: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}}';

  it('are those that an IstioOperator installs, where no ConfigMap is there', () => {
    expect(outcomeOf(operator(closed))).toBe('blackhole');
    expect(outcomeOf(operator(closed) + settings('{}'))).toBe('passthrough');
    expect(meshWith(operator(closed)).config.source?.name).toBe(
      'IstioOperator istio-system/control-plane',
    );
  });

  it('are not those of a control plane with a revision, nor such as Istio refuses', () => {
    expect(outcomeOf(operator(closed.replace('{', '{revision: canary, ')))).toBe('passthrough');
    expect(outcomeOf(operator(closed.replace('REGISTRY_ONLY', 'NONSENSE')))).toBe('passthrough');
  });

  it('of several IstioOperators are merged key by key, the later over the earlier', () => {
    const named = (name: string, spec: string): string =>
      operator(`{meshConfig: ${spec}}`).replace('control-plane', name);
    const policy = (mode: string): string => `{outboundTrafficPolicy: {mode: ${mode}}}`;
    const configOf = (...texts: readonly string[]) => meshWith(texts.join('')).config;
    const first = named('a', '{connectTimeout: 3s, defaultConfig: {proxyMetadata: {OTHER: x}}}');
    const last = named(
      'c',
      '{defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"}}, rootNamespace: r}',
    );
    expect(configOf(first, named('b', policy('REGISTRY_ONLY')), last)).toMatchObject({
      source: { name: 'IstioOperator istio-system/b' },
      outboundPolicy: 'REGISTRY_ONLY',
      connectTimeoutMs: 3000,
      capturesDns: true,
      rootNamespace: 'r',
    });
    expect(configOf(last, first)).toMatchObject({
      source: { name: 'IstioOperator istio-system/a' },
      capturesDns: true,
    });
    expect(
      configOf(named('a', policy('REGISTRY_ONLY')), named('b', policy('ALLOW_ANY'))).outboundPolicy,
    ).toBe('ALLOW_ANY');
    // A policy without a mode takes none away.
    expect(
      configOf(named('a', policy('ALLOW_ANY')), named('b', '{outboundTrafficPolicy: {}}'))
        .outboundPolicy,
    ).toBe('ALLOW_ANY');
    expect(
      configOf(named('a', policy('REGISTRY_ONLY')), named('b', policy('NONSENSE'))).outboundPolicy,
    ).toBe('REGISTRY_ONLY');
  });

  const proxyConfig = (namespace: string, more = ''): string => `---
apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: {name: capture, namespace: ${namespace}}
spec: {${more}environmentVariables: {ISTIO_META_DNS_CAPTURE: "true"}}
`;

  it.each([
    ['in the root namespace for everybody', proxyConfig('istio-system'), true],
    ['elsewhere for some', proxyConfig('default'), false],
    [
      'with a selector for some',
      proxyConfig('istio-system', 'selector: {matchLabels: {app: web}}, '),
      false,
    ],
    [
      'in the namespace that the settings name',
      settings('{rootNamespace: r}') + proxyConfig('r'),
      true,
    ],
  ])('a ProxyConfig captures DNS %s', (_, text, captures) => {
    expect(meshWith(text).config.capturesDns).toBe(captures);
  });
});
