/** What findings say where the input is odd: true of it, and in whole sentences. */
import { describe, expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

function found(code: string, text: string) {
  return findingsIn('a.yaml', text).filter((finding) => finding.code === code);
}

const route = (entries: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [a], tcp: [{route: [${entries}]}]}
`;

const service = (ports: string) => `---
apiVersion: v1
kind: Service
metadata: {name: a, namespace: default}
spec:
  ports: [${ports}]
`;

describe('the other party', () => {
  it('of a port is the list of ports, and one port is not called one of several', () => {
    const [wrong] = found(
      'IST0101',
      route('{destination: {host: a, port: {number: 81}}}') + service('{name: tcp, port: 80}'),
    );
    expect(wrong?.help).toBe('Use 80.');
    const [related] = wrong?.related ?? [];
    expect(related?.span.source.text.slice(related.span.start, related.span.end)).toContain(
      'port: 80',
    );
  });

  it('of several ports names each once', () => {
    const [wrong] = found(
      'IST0101',
      route('{destination: {host: a, port: {number: 81}}}') +
        service('{name: tcp, port: 80}, {name: tcp-b, port: 90}, {name: tcp-c, port: 90}'),
    );
    expect(wrong?.help).toBe('Use one of 80 and 90.');
  });
});

describe('a weight that is left out', () => {
  it('is worked out only where one is missing and the others make sense', () => {
    const help = (entries: string) => found('TCM1402', route(entries)).map((it) => it.help);
    expect(help('{destination: {host: a}, weight: 80}, {destination: {host: b}}')).toEqual([
      'Write `weight: 20` if it is to get the rest.',
    ]);
    expect(
      help(
        '{destination: {host: a}, weight: 80}, {destination: {host: b}}, {destination: {host: c}}',
      ),
    ).toEqual(['Give it a weight, or remove it.', 'Give it a weight, or remove it.']);
    expect(help('{destination: {host: a}, weight: -5}, {destination: {host: b}}')).toEqual([
      'Give it a weight, or remove it.',
    ]);
  });
});

describe('a subset without labels', () => {
  const subset = (text: string) =>
    found(
      'TCM1407',
      `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: default}
spec: {host: a, subsets: [${text}]}
`,
    );

  it('is one that gives none, and not one whose labels cannot be read', () => {
    expect(subset('{name: v1}')).toHaveLength(1);
    expect(subset('{name: v1, labels: {}}')).toHaveLength(1);
    expect(subset('{name: v1, lables: {version: v1}}')).toEqual([]);
    expect(subset('{name: v1, labels: {version: 1.0}}')).toEqual([]);
  });
});

describe('a rule that a longer prefix outdoes', () => {
  const inOrder = (first: string, second: string) => `
apiVersion: v1
kind: Service
metadata: {name: a, namespace: default}
spec: {clusterIP: 10.96.1.5, ports: [{name: tcp, port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec:
  hosts: [a]
  tcp:
    - match: [{destinationSubnets: [${first}]}]
      route: [{destination: {host: a}}]
    - match: [{destinationSubnets: [${second}]}]
      route: [{destination: {host: a}}]
`;

  it.each([
    ['10.0.0.0/8', '10.96.0.0/16', 0],
    ['10.96.0.0/16', '10.0.0.0/8', 1],
  ])('is not to be moved, be it before or after it: %s, %s', (first, second, hidden) => {
    const [wrong, ...more] = found('TCM1201', inOrder(first, second));
    expect(more).toEqual([]);
    expect(wrong?.path).toBe(`spec.tcp[${hidden}].match[0]`);
    expect(wrong?.message).toContain(
      `is taken by spec.tcp[${1 - hidden}], for the longer prefix wins whatever the order`,
    );
    expect(wrong?.why).toContain('longest prefix');
    expect(wrong?.help).toContain('moving it changes nothing');
    expect(wrong?.fix).toBeUndefined();
  });
});

describe('a server that passes TLS on', () => {
  const gateway = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: default}
spec:
  selector: {istio: ingressgateway}
  servers:
    - {port: {number: 5432, name: tls-pg, protocol: TLS}, hosts: [pg.example.com], tls: {mode: SIMPLE, credentialName: pg}}
    - {port: {number: 6379, name: tls-redis, protocol: TLS}, hosts: [redis.example.com], tls: {mode: PASSTHROUGH}}
`;
  const rules = (name: string, port: number, list: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default}
spec:
  hosts: [${name}.example.com]
  gateways: [gw]
  ${list}: [{match: [{port: ${port}${list === 'tls' ? `, sniHosts: [${name}.example.com]` : ''}}], route: [{destination: {host: ${name}}}]}]
`;

  it('is told to want tls rules, and nobody else is blamed for it', () => {
    const text = gateway + rules('pg', 5432, 'tcp') + rules('redis', 6379, 'tcp');
    const [silent] = found('TCM1108', text);
    expect(silent?.message).toBe(
      'nothing listens on port 6379 (TLS PASSTHROUGH): it has no use for the tcp rule of VirtualService default/redis',
    );
    expect(silent?.help).toContain('Write a tls rule');
    expect(silent?.why).toContain('server name');
    const [unused, ...more] = found('TCM1105', text);
    expect(more).toEqual([]);
    expect(unused?.message).toContain('none of its servers');
    expect(unused?.message).not.toContain('default/pg');
  });

  it('is not what a server that terminates TLS is', () => {
    const text = gateway + rules('pg', 5432, 'tls') + rules('redis', 6379, 'tls');
    const [silent, ...more] = found('TCM1108', text);
    expect(more).toEqual([]);
    expect(silent?.message).toContain('5432 (TLS SIMPLE): it has no use for the tls rule');
    expect(silent?.help).toContain('Write a tcp rule');
  });

  it('is content with a tls rule', () => {
    const text = gateway + rules('pg', 5432, 'tcp') + rules('redis', 6379, 'tls');
    expect([...found('TCM1108', text), ...found('TCM1105', text)]).toEqual([]);
  });
});
