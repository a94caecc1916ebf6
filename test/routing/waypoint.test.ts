/** Which rule a waypoint has for a port, as Istio's listener_waypoint.go chooses it. */
import { describe, expect, it } from 'vitest';
import { pathAt } from '../../src/resource/index.ts';
import { ruleAtWaypoint } from '../../src/routing/index.ts';
import { meshOf } from './yaml-mesh.ts';

const services = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.96.1.5, ports: [{name: tcp, port: 5432}, {name: tls, port: 5433}]}
`;
const route = 'route: [{destination: {host: db}}]';
const virtualService = (name: string, rules: string, namespace = 'shop') => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: ${namespace}}
spec: {hosts: [db.shop.svc.cluster.local], ${rules}}
`;

function taken(port: number, ...rules: readonly string[]): string | null {
  const mesh = meshOf(services + rules.join(''));
  const [service] = mesh.servicesByHost.get('db.shop.svc.cluster.local') ?? [];
  if (service === undefined) throw new Error('no service');
  const source = ruleAtWaypoint(mesh, 'way', service, port);
  return source && `${source.virtualService.name} ${pathAt(source.rule)}`;
}
const full = 'db.shop.svc.cluster.local';

describe('a waypoint', () => {
  it('takes the first tcp rule whose port it is, whatever the address', () => {
    const rules = `tcp: [{match: [{port: 1}], ${route}}, {match: [{destinationSubnets: [192.0.2.0/24]}], ${route}}, {${route}}]`;
    expect(taken(5432, virtualService('a', rules))).toBe('a spec.tcp[1]');
  });

  it.each([['sourceLabels: {app: x}'], ['sourceNamespace: shop'], ['gateways: [edge]']])(
    'passes over a match with %s',
    (condition) => {
      const rules = `tcp: [{match: [{${condition}}], ${route}}, {${route}}]`;
      expect(taken(5432, virtualService('a', rules))).toBe('a spec.tcp[1]');
    },
  );

  it('looks at all tls rules first, on plain ports too, and at names only for that of the service', () => {
    const tcp = virtualService('a', `tcp: [{${route}}]`);
    const tls = (names: string) =>
      virtualService('b', `tls: [{match: [{sniHosts: [${names}]}], ${route}}]`);
    expect(taken(5432, tcp, tls(full))).toBe('b spec.tls[0]');
    expect(taken(5433, tcp, tls(full))).toBe('b spec.tls[0]');
    expect(taken(5433, tcp, tls('db.example.com'))).toBe('a spec.tcp[0]');
    expect(taken(5433, tcp, tls(`${full}, db.example.com`))).toBe('a spec.tcp[0]');
  });

  it('reads the VirtualServices of its namespace and of the service alone', () => {
    const rules = `tcp: [{${route}}]`;
    expect(taken(5432, virtualService('a', rules, 'other'))).toBeNull();
    expect(taken(5432, virtualService('a', rules, 'way'))).toBe('a spec.tcp[0]');
    expect(taken(5432)).toBeNull();
  });
});
