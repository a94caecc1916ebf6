/** A gateway looks at port and gateways only, so its first rule for a port hides the others, whatever they ask for. */
import { describe, expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const gateway = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: default}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 31400, name: tcp, protocol: TCP}
    hosts: ["*"]
  - port: {number: 31401, name: tcp-b, protocol: TCP}
    hosts: ["*"]
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: default}
spec:
  ports: [{name: tcp, port: 5432}]
`;

function hiddenBy(matches: readonly string[]) {
  const rules = matches.map(
    (match) => `
  - match: [${match}]
    route: [{destination: {host: db}}]`,
  );
  const text = `${gateway}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: edge, namespace: default}
spec:
  hosts: ["*"]
  gateways: [edge]
  tcp:${rules.join('')}
`;
  return findingsIn('a.yaml', text).filter(({ code }) => code === 'TCM1201');
}

describe('rules of one VirtualService on a gateway', () => {
  it('says that the second of two with subnets is never reached, and by what', () => {
    const [found, ...more] = hiddenBy([
      '{destinationSubnets: [10.0.1.0/24]}',
      '{destinationSubnets: [10.0.2.0/24]}',
    ]);
    expect(more).toEqual([]);
    expect(found?.path).toBe('spec.tcp[1].match[0]');
    expect(found?.message).toContain('through the gateway (istio: ingressgateway) to port 3140');
    expect(found?.message).toContain('is taken by spec.tcp[0]');
    // The other order would hide the other rule.
    expect(found?.fix).toBeUndefined();
  });

  it('says it of labels too, which only sidecars know', () => {
    const [found] = hiddenBy(['{sourceLabels: {app: a}}', '{sourceLabels: {app: b}}']);
    expect(found?.path).toBe('spec.tcp[1].match[0]');
  });

  it('says nothing where each rule has a port of its own', () => {
    expect(
      hiddenBy([
        '{port: 31400, destinationSubnets: [10.0.1.0/24]}',
        '{port: 31401, destinationSubnets: [10.0.2.0/24]}',
      ]),
    ).toEqual([]);
  });
});

describe('server names on a port of a gateway', () => {
  const passing = (name: string, host: string): string => `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: default}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 443, name: tls, protocol: TLS}, tls: {mode: PASSTHROUGH}, hosts: ["${host}"]}]
`;
  const bound = (
    name: string,
    to: string,
    host: string,
    ...names: readonly string[]
  ): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default}
spec:
  hosts: ["${host}"]
  gateways: [${to}]
  tls:
${names.map((sni) => `  - {match: [{sniHosts: [${sni}]}], route: [{destination: {host: db, port: {number: 5432}}}]}`).join('\n')}
`;

  it('belong to the first that has them, between Gateways too', () => {
    const text =
      gateway +
      passing('one', '*.example.com') +
      passing('two', 'a.example.com') +
      bound('first', 'one', '*.example.com', 'a.example.com, b.example.com', 'a.example.com') +
      bound('second', 'two', 'a.example.com', 'a.example.com');
    const found = findingsIn('a.yaml', text).filter(
      ({ code, resource }) => /TCM1(105|201)/.test(code) && resource?.kind === 'VirtualService',
    );
    expect(found.map(({ code, message, help }) => `${code} ${message} ${help}`)).toEqual([
      'TCM1201 no connection reaches this rule: a connection through the gateway (istio: ingressgateway) to port 443 with SNI a.example.com is taken by spec.tls[0] Give the rule server names that no earlier one on the port has, or remove it.',
      'TCM1105 Gateway default/two never uses this VirtualService: on its port VirtualService default/first has the server names before it Give the rules server names that no other has, or put all rules for the names into one VirtualService.',
    ]);
  });
});
