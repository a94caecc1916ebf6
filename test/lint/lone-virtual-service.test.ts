/** Often a VirtualService is all there is: what its rules do to each other is found all the same, and nothing that other files decide. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnostic/index.ts';
import { findingsIn } from './fixture.ts';

function found(spec: string, code: string): Finding[] {
  const text = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec: ${spec}
`;
  return findingsIn('a.yaml', text).filter((finding) => finding.code === code);
}

const to = 'route: [{destination: {host: db}}]';

describe('a VirtualService without its service', () => {
  it('has a rule that an earlier one hides', () => {
    const [hidden, ...more] = found(
      `{hosts: [db], tcp: [{match: [{port: 5432}], ${to}}, {match: [{port: 5432, sourceLabels: {app: web}}], ${to}}]}`,
      'TCM1201',
    );
    expect(more).toEqual([]);
    expect(hidden?.path).toBe('spec.tcp[1].match[0]');
    expect(hidden?.message).toContain('from namespace shop (app: web) to db.shop');
  });

  it('has a last rule without a port, for the ports that no rule names', () => {
    expect(
      found(`{hosts: [db], tcp: [{match: [{port: 5432}], ${to}}, {${to}}]}`, 'TCM1201'),
    ).toEqual([]);
  });

  it('has one subnet in two rules, and no address made up in what is said of it', () => {
    const [refused] = found(
      `{hosts: [db], tcp: [{match: [{destinationSubnets: [10.0.0.0/8]}], ${to}}, {match: [{destinationSubnets: [10.1.2.3/8]}], ${to}}]}`,
      'TCM1204',
    );
    expect(refused?.message).toMatch(
      /to db\.shop\.svc\.cluster\.local at a port that no rule names bypasses every rule/,
    );
  });

  it('is not judged where one port has tcp and tls rules, for the protocol of the port decides', () => {
    expect(
      found(
        `{hosts: [db], tcp: [{match: [{port: 443}], ${to}}], tls: [{match: [{port: 443, sniHosts: [db]}], ${to}}]}`,
        'TCM1201',
      ),
    ).toEqual([]);
  });

  it('says nothing of a service that it makes up', () => {
    const findings = findingsIn(
      'a.yaml',
      `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec: {hosts: [db], tcp: [{match: [{destinationSubnets: [10.0.0.0/8]}], ${to}}]}
`,
    );
    expect(findings.map(({ code }) => code)).toEqual(['TCM1001']);
  });
});

describe('a VirtualService without its Gateway', () => {
  const rules = `tcp: [{match: [{port: 5432, gateways: [mesh]}], ${to}}, {match: [{port: 5432}], ${to}}]`;

  it('may have connections there for a rule that sidecars never use', () => {
    expect(found(`{hosts: [db], gateways: [mesh, edge/gw], ${rules}}`, 'TCM1201')).toEqual([]);
    expect(found(`{hosts: [db], ${rules}}`, 'TCM1201')).toHaveLength(1);
  });

  it('has conditions that no gateway looks at, whatever its servers are', () => {
    const messages = found(
      `{hosts: [a.example.com], gateways: [edge/gw], tcp: [{match: [{sourceLabels: {app: web}}], ${to}}, {match: [{destinationSubnets: [10.0.0.0/8]}], ${to}}]}`,
      'TCM1101',
    ).map(({ message }) => message);
    expect(messages).toEqual([
      'gateways do not look at sourceLabels: on Gateway edge/gw this match holds for every connection',
      'gateways do not look at destinationSubnets: on Gateway edge/gw this match holds for every connection',
    ]);
  });

  it('lacks mesh, where it is for a service and asks who the client is', () => {
    const asks = `gateways: [edge/gw], tcp: [{match: [{sourceNamespace: web}], ${to}}]`;
    expect(found(`{hosts: [db], ${asks}}`, 'TCM1107')).toHaveLength(1);
    expect(found(`{hosts: [db.example.com], ${asks}}`, 'TCM1107')).toEqual([]);
    // Istio takes no host * for sidecars: there is nothing to add.
    expect(found(`{hosts: ["*"], ${asks}}`, 'TCM1107')).toEqual([]);
  });
});
