/** Host names, protocols of ports, visibility, and DestinationRules that merge. */
import { describe, expect, it } from 'vitest';
import {
  buildMesh,
  HostIndex,
  hostCovers,
  hostsOverlap,
  type MergedDestinationRule,
  resolveGatewayName,
  resolveShortName,
  ruleForClient,
} from '../../src/mesh/index.ts';
import { protocolOfServicePort } from '../../src/mesh/protocol.ts';
import { decodeSources } from '../../src/resource/index.ts';

describe('host names', () => {
  it('are completed only where they have no dot', () => {
    const full = (host: string): string => resolveShortName(host, 'ns', 'cluster.local');
    expect(full('a')).toBe('a.ns.svc.cluster.local');
    expect(full('*a')).toBe('*a.ns.svc.cluster.local');
    for (const kept of ['*', '', 'a.ns', '::1', '10.0.0.1', 'a.']) expect(full(kept)).toBe(kept);
  });

  it.each([
    ['*.foo.com', 'foo.com', false],
    ['*foo.com', 'foo.com', true],
    ['*', 'anything', true],
    ['*.com', '*.foo.com', true],
    ['*.foo.com', '*.com', true],
    ['*.foo.com', '*.bar.com', false],
    ['A.com', 'a.com', false],
  ])('%s and %s overlap: %s', (a, b, overlap) => {
    expect(hostsOverlap(a, b)).toBe(overlap);
    expect(hostsOverlap(b, a)).toBe(overlap);
  });

  it('cover each other one way', () => {
    expect(hostCovers('*.com', '*.foo.com')).toBe(true);
    expect(hostCovers('*.foo.com', '*.com')).toBe(false);
    expect(hostCovers('a.com', '*.com')).toBe(false);
  });

  it('are found by the most specific entry', () => {
    const index = new HostIndex<string>();
    for (const host of ['*', '*.com', '*.foo.com', 'a.foo.com']) index.set(host, host);
    expect(index.mostSpecific('a.foo.com')?.[0]).toBe('a.foo.com');
    expect(index.mostSpecific('b.foo.com')?.[0]).toBe('*.foo.com');
    expect(index.mostSpecific('foo.com')?.[0]).toBe('*.com');
    expect(index.mostSpecific('x.org')?.[0]).toBe('*');
    expect([...index.overlapping('*.foo.com')].sort()).toEqual([
      '*',
      '*.com',
      '*.foo.com',
      'a.foo.com',
    ]);
  });

  it('of gateways may be short, with a namespace, or old and dotted', () => {
    expect(resolveGatewayName('mesh', 'ns')).toBe('mesh');
    expect(resolveGatewayName('gw', 'ns')).toBe('ns/gw');
    expect(resolveGatewayName('other/gw', 'ns')).toBe('other/gw');
    expect(resolveGatewayName('gw.other.svc.cluster.local', 'ns')).toBe('other/gw');
  });
});

describe('the protocol of a Service port', () => {
  const of = (
    name: string,
    more: { appProtocol?: string; number?: number; transport?: string } = {},
  ) =>
    protocolOfServicePort({
      name,
      number: more.number ?? 7000,
      transport: more.transport ?? 'TCP',
      appProtocol: more.appProtocol,
    });
  it.each([
    ['tcp-echo', 'tcp'],
    ['TCP', 'tcp'],
    ['tcpecho', 'auto'],
    ['grpc-web-x', 'grpc-web'],
    ['mongo', 'mongo'],
    ['udp-x', 'udp'],
    ['http_proxy-1', 'http_proxy'],
    ['', 'auto'],
  ])('named %s is %s', (name, protocol) => {
    expect(of(name)).toBe(protocol);
  });
  it('is what appProtocol says, even where Istio does not know it', () => {
    expect(of('http', { appProtocol: 'tcp-foo' })).toBe('tcp');
    expect(of('tcp', { appProtocol: 'weird' })).toBe('auto');
    expect(of('x', { appProtocol: 'kubernetes.io/wss' })).toBe('https');
  });
  it('is TCP on well-known ports where nothing is declared', () => {
    expect(of('', { number: 3306 })).toBe('tcp');
    expect(of('http', { number: 3306 })).toBe('http');
    expect(of('tcp', { transport: 'UDP' })).toBe('udp');
  });
});

describe('DestinationRules for one host', () => {
  const rule = (name: string, spec: string): string => `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: default}
spec: {host: a, ${spec}}
`;
  const found = (text: string, client = 'default', labels = {}): MergedDestinationRule | null => {
    const { resources } = decodeSources([{ name: 'm', text }], { defaultNamespace: 'default' });
    const { destinationRules } = buildMesh(resources);
    const searches = destinationRules.search('a.default.svc.cluster.local', 'default', client);
    return ruleForClient(searches.at(-1)?.rules ?? [], client, labels);
  };
  const subsetsOf = (merged: MergedDestinationRule | null): string[] => [
    ...(merged?.subsets.keys() ?? []),
  ];

  it('merge: new subsets are added, the older policy stays whole', () => {
    const merged = found(
      rule('one', 'subsets: [{name: v1, labels: {v: old}}], trafficPolicy: {tls: {mode: SIMPLE}}') +
        rule(
          'two',
          'subsets: [{name: v1}, {name: v2}], trafficPolicy: {loadBalancer: {simple: RANDOM}}',
        ),
    );
    expect(subsetsOf(merged)).toEqual(['v1', 'v2']);
    expect(merged?.subsets.get('v1')?.subset.labels?.v).toBe('old');
    expect(merged?.trafficPolicy?.loadBalancer).toBeUndefined();
    expect(merged?.policyRule?.name).toBe('one');
  });

  it('stand apart where exportTo differs, and the younger counts', () => {
    const text =
      rule('one', 'subsets: [{name: v1}]') + rule('two', "exportTo: ['*'], subsets: [{name: v2}]");
    expect(subsetsOf(found(text))).toEqual(['v2']);
  });

  it('go into every entry that takes them, and also stand alone after one that does not', () => {
    const text =
      rule('one', "exportTo: ['*'], subsets: [{name: v1}]") +
      rule('two', 'exportTo: [default], subsets: [{name: v2}]') +
      rule('three', "exportTo: ['*'], subsets: [{name: v3}]");
    expect(subsetsOf(found(text))).toEqual(['v3']);
  });

  it('with a workloadSelector are for those that they select', () => {
    const text =
      rule('one', 'workloadSelector: {matchLabels: {app: x}}, subsets: [{name: v1}]') +
      rule('two', 'subsets: [{name: v2}]');
    expect(subsetsOf(found(text, 'default', { app: 'x' }))).toEqual(['v1']);
    expect(subsetsOf(found(text, 'default', { app: 'y' }))).toEqual(['v2']);
  });
});
