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
