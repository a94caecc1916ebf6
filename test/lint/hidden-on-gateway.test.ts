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
