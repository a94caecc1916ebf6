/** What rules do to each other where a waypoint chooses among them. */
import { describe, expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const mesh = (list: string, rules: string) => `# options: {"mode":"ambient"}
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop, labels: {istio.io/use-waypoint: way}}
spec: {clusterIP: 10.96.1.5, selector: {app: db}, ports: [{name: tcp, port: 5432}, {name: tcp-b, port: 5433}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec: {hosts: [db], ${list}: [${rules}]}
`;
const route = 'route: [{destination: {host: db, port: {number: 5432}}}]';
const found = (text: string) =>
  findingsIn('a.yaml', text)
    .filter(({ code }) => code.startsWith('TCM1') && code !== 'TCM1001')
    .map(({ code, path, message }) => `${code} ${path}: ${message}`);

describe('at a waypoint', () => {
  it('a rule with other subnets is hidden behind one that sidecars would pass over', () => {
    const rules = `{match: [{destinationSubnets: [192.0.2.0/24]}], ${route}}, {${route}}`;
    expect(found(mesh('tcp', rules))).toEqual([
      'TCM1111 spec.tcp[0].match[0].destinationSubnets: a waypoint passes over destinationSubnets: the match holds for every address',
      'TCM1201 spec.tcp[1].route: the waypoint never uses this rule: connections to db.shop.svc.cluster.local:5432 are taken by spec.tcp[0]',
    ]);
  });

  it('a rule for each port is right', () => {
    const rules = `{match: [{port: 5432}], ${route}}, {${route}}`;
    expect(found(mesh('tcp', rules))).toEqual([]);
  });

  it('a match that never holds holds for no address either, and hides nothing', () => {
    const rules = `{match: [{sourceLabels: {app: x}, destinationSubnets: [10.0.0.0/8]}], ${route}}, {${route}}`;
    expect(found(mesh('tcp', rules))).toEqual([
      'TCM1111 spec.tcp[0].match[0].sourceLabels: a waypoint does not know the client: with sourceLabels this match never holds',
    ]);
  });

  it('a port that the service does not have is one here too', () => {
    expect(found(mesh('tcp', `{match: [{port: 99}], ${route}}, {${route}}`))).toEqual([
      'TCM1305 spec.tcp[0].match[0].port: nothing is dialled on port 99: db.shop.svc.cluster.local has 5432 and 5433',
    ]);
  });

  it('age decides nothing between VirtualServices of which it reads one', () => {
    const other = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: other, namespace: elsewhere}
spec: {hosts: [db.shop.svc.cluster.local], tcp: [{${route.replace('host: db', 'host: db.shop.svc.cluster.local')}}]}
`;
    expect(found(mesh('tcp', `{${route}}`) + other)).toEqual([
      'TCM1112 metadata.namespace: the waypoint of db.shop.svc.cluster.local reads VirtualServices of shop only, not of elsewhere',
    ]);
  });

  it('a service that wants none is not told to ask for one by its namespace', () => {
    const none = mesh('tcp', `{${route}}`).replace('use-waypoint: way', 'use-waypoint: none');
    const [wrong] = findingsIn('a.yaml', none).filter(({ code }) => code === 'TCM1110');
    expect(wrong?.help).toContain('of the Service, which says none');
  });

  it('a waypoint for workloads alone is none of a service, and help says why', () => {
    const gateway = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: way, namespace: shop, labels: {istio.io/waypoint-for: workload}}
spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}
`;
    const text = mesh('tcp', `{${route}}`);
    const wrong = findingsIn('a.yaml', text + gateway).filter(({ code }) => code === 'TCM1110');
    expect(wrong.map(({ help }) => help)).toEqual([
      'Name another waypoint, or mend this one: waypoint shop/way is for workload traffic (istio.io/waypoint-for), not for services, or bind the rules to a gateway.',
    ]);
    const open = text + gateway.replace('workload}', 'service}');
    expect(found(open).filter((line) => line.startsWith('TCM1110'))).toEqual([]);
  });

  it('server names tell nothing apart', () => {
    const names = (host: string) => `{match: [{sniHosts: [${host}]}], ${route}}`;
    const said = found(mesh('tls', names('db')).replace('hosts: [db]', 'hosts: [db, "*.com"]'));
    expect(said.filter((text) => text.startsWith('TCM1111'))).toEqual([
      'TCM1111 spec.tls[0].match[0].sniHosts: a waypoint does not look at server names: this match holds only with sniHosts: [db.shop.svc.cluster.local], and then for every connection',
    ]);
    const full = 'db.shop.svc.cluster.local';
    const twice = mesh('tls', `${names(full)}, ${names(full)}`).replace(
      'hosts: [db]',
      `hosts: [${full}]`,
    );
    expect(found(twice)).toEqual([
      `TCM1201 spec.tls[1].match[0]: the waypoint never uses this rule: connections to ${full}:5432 are taken by spec.tls[0]`,
    ]);
  });
});

describe('without a waypoint', () => {
  const bare = (text: string) => text.replace(', labels: {istio.io/use-waypoint: way}', '');
  const said = (text: string) =>
    findingsIn('a.yaml', text)
      .filter(({ code }) => ['TCM1110', 'TCM1113', 'IST0101', 'TCM1405'].includes(code))
      .map(({ code, severity }) => `${code} ${severity}`)
      .sort();
  const destinationRule = (host: string) => `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec: {host: "${host}", subsets: [{name: v1, labels: {app: db}}]}
`;
  const other = `---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: shop, labels: {istio.io/use-waypoint: way}}
spec: {clusterIP: 10.96.1.6, selector: {app: other}, ports: [{name: tcp, port: 5432}]}
`;

  it('nobody reads rules, in the profile of Alibaba ASM neither', () => {
    const text = bare(mesh('tcp', `{${route}}`)) + destinationRule('db');
    expect(said(text)).toEqual(['TCM1110 error', 'TCM1113 warning']);
    expect(said(text.replace('"mode"', '"ambientProfile":"asm","mode"'))).toEqual(said(text));
  });

  it('nothing is sent where a route sends it', () => {
    const missing = (to: string) =>
      mesh('tcp', `{route: [{destination: {${to}}}]}`) + destinationRule('db');
    for (const to of ['host: db, subset: v9', 'host: nope', 'host: db, port: {number: 1}']) {
      expect(said(missing(to))).toEqual(['IST0101 error']);
      expect(said(bare(missing(to)))).toEqual([
        'IST0101 warning',
        'TCM1110 error',
        'TCM1113 warning',
      ]);
      const [wrong] = findingsIn('a.yaml', bare(missing(to))).filter(
        ({ code }) => code === 'IST0101',
      );
      expect(wrong?.message).toContain(': as no waypoint reads the route, nothing is sent there');
      expect(wrong?.why).toContain('as soon as a waypoint reads the route, every connection');
      // A gateway reads it all the same.
      const atGateway = bare(missing(to)).replace(
        'spec: {hosts',
        'spec: {gateways: [gw, mesh], hosts',
      );
      expect(said(atGateway)).toContain('IST0101 error');
    }
  });

  it('a DestinationRule for a wildcard has no effect on those that it covers', () => {
    const text = bare(mesh('tcp', `{${route}}`)) + destinationRule('*.shop.svc.cluster.local');
    const messages = (of: string) =>
      findingsIn('a.yaml', of).flatMap(({ code, message }) => (code === 'TCM1113' ? message : []));
    const db = 'db.shop.svc.cluster.local has no waypoint: in ambient mode this DestinationRule';
    expect(messages(text)).toEqual([`${db} has no effect on workloads`]);
    expect(messages(text + other)).toEqual([`${db} has no effect on connections to it`]);
    expect(messages(bare(text + other))).toEqual([
      `${db.replace(' has', ' and other.shop.svc.cluster.local have')} has no effect on workloads`,
    ]);
  });
});
