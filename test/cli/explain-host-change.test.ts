/** A change of hosts that explain proposes is one that Istio takes. */
import { expect, it } from 'vitest';
import { runCommand } from './fake-world.ts';

const mesh = (hosts: string): string => `apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.96.0.9, ports: [{name: tls, port: 5432}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
  - {port: {number: 443, name: tls, protocol: TLS}, hosts: [${hosts}], tls: {mode: PASSTHROUGH}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: shop}
spec:
  hosts: ["*.example.com"]
  gateways: [gw]
  tls:
  - match: [{port: 443, sniHosts: ["*.example.com"]}]
    route: [{destination: {host: db}}]
`;

it.each([
  ['a.example.org', 'add a.example.org to its hosts'],
  ['b.example.net', 'add b.example.net to its hosts'],
])('a host that no other of it covers is added: %s', async (host, change) => {
  const asked = 'explain m.yaml --gateway shop/gw --port 443 --sni a.example.com';
  const { stdout } = await runCommand(asked.split(' '), { files: { 'm.yaml': mesh(host) } });
  expect(stdout).toContain(change);
});

it('what would cover one that is there takes its place', async () => {
  const more = mesh('a.example.org').replace(
    '  servers:\n',
    '  servers:\n  - {port: {number: 5432, name: tcp, protocol: TCP}, hosts: ["*"]}\n',
  );
  const asked = 'explain m.yaml --gateway shop/gw --port 443 --sni a.example.com';
  const { stdout } = await runCommand(asked.split(' '), { files: { 'm.yaml': more } });
  expect(stdout).not.toContain('add * to its hosts');
});
