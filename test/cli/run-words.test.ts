/** What run says: the command that works for each address, and shares that a change has ended. */
import { afterEach, describe, expect, it } from 'vitest';
import { connectHints, readyLines, summaryLines } from '../../src/cli/run/say-ready.ts';
import { type RunningMesh, ShareCounter } from '../../src/control/index.ts';
import { startMesh } from '../control/start-mesh.ts';

const meshText = `apiVersion: v1
kind: Service
metadata: {name: echo}
spec: {clusterIP: 10.96.0.7, selector: {app: echo}, ports: [{name: tls, port: 9000}]}
---
apiVersion: v1
kind: Service
metadata: {name: other}
spec: {clusterIP: 10.96.0.8, selector: {app: echo}, ports: [{name: tls, port: 9000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: echo-0, labels: {app: echo}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: gw, namespace: istio-system, labels: {istio: ingressgateway}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.0.3}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw}
spec:
  selector: {istio: ingressgateway}
  servers:
  - {port: {number: 443, name: tls, protocol: TLS}, tls: {mode: PASSTHROUGH}, hosts: ['*.example.com']}
  - {port: {number: 9000, name: tcp, protocol: TCP}, hosts: ['*']}
  - {port: {number: 444, name: any, protocol: TLS}, tls: {mode: PASSTHROUGH}, hosts: ['*']}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: gw}
spec:
  gateways: [gw]
  hosts: ['*.example.com']
  tls:
  - {match: [{port: 443, sniHosts: ['*.b.example.com']}], route: [{destination: {host: echo}}]}
  - match: [{port: 443, sniHosts: ['*.a.example.com', a.example.com]}]
    route: [{destination: {host: echo, port: {number: 9000}}, weight: 80}, {destination: {host: other, port: {number: 9000}}, weight: 20}]
  tcp: [{match: [{port: 9000}], route: [{destination: {host: echo, port: {number: 9000}}}]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: any}
spec:
  gateways: [gw]
  hosts: ['*']
  tls: [{match: [{port: 444, sniHosts: ['*']}], route: [{destination: {host: echo, port: {number: 9000}}}]}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: outside}
spec: {hosts: [c.example.org], ports: [{number: 9443, name: tls, protocol: TLS}], resolution: DNS}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: inside}
spec:
  hosts: [c.example.org]
  tls:
  - match: [{sniHosts: [c.example.org]}]
    route: [{destination: {host: other, port: {number: 9000}}, weight: 30}, {destination: {host: echo, port: {number: 9000}}, weight: 70}]
`;

let mesh: RunningMesh | undefined;
afterEach(async () => {
  await mesh?.stop(0);
  mesh = undefined;
});

describe('the command for an address', () => {
  it('speaks TLS with a name of a rule where nothing else is taken, and plain text elsewhere', async () => {
    mesh = await startMesh(meshText, 1);
    const lines = readyLines(mesh, 1).join('\n');
    const gateways = mesh.addresses().filter(({ purpose }) => purpose === 'gateway');
    const at = (port: number): string => {
      const { host, port: open } = gateways.find(({ name }) => name.endsWith(`:${port}`)) ?? {};
      return `${host}:${open}`;
    };
    const tls = `tcpmesh connect --sni a.example.com ${at(443)}`;
    expect(lines).toContain(`/gw:443: date | ${tls} (a TLS client needs a --backend with TLS)\n`);
    expect(lines).toMatch(/\/gw:9000: \(date; sleep 1\) \| nc -w 1 /);
    // A rule for every name takes bytes without one.
    expect(lines).toMatch(/\/gw:444: \(date; sleep 1\) \| nc -w 1 /);
    const hints = connectHints(mesh);
    expect(hints.find(({ what }) => what === 'clients')).toMatchObject({
      note: `SOCKS 127.0.0.1:${mesh.socksAddress.port}`,
      single: true,
    });
    const commands = hints.map(({ command }) => command);
    expect(commands).toContain(tls);
    expect(commands).toContain(`nc ${at(9000).replace(':', ' ')}`);
  });

  it('does so for published ports too', async () => {
    const free = { host: '127.0.0.1', port: 0 };
    const to = (host: string, port: number) => ({ at: free, from: '', to: { host, port } });
    const publish = [to('c.example.org', 9443), to('echo', 9000), to('10.96.0.7', 9000)];
    mesh = await startMesh(meshText, 1, { publish });
    const [tls, ...plain] = mesh.addresses().filter(({ purpose }) => purpose === 'publish');
    const command = `tcpmesh connect --sni c.example.org 127.0.0.1:${tls?.port}`;
    const lines = readyLines(mesh, 1).join('\n');
    expect(lines).toContain(`c.example.org:9443: date | ${command} (a TLS client needs`);
    const commands = connectHints(mesh).map((hint) => hint.command);
    expect(commands).toContain(command);
    for (const { port } of plain) expect(commands).toContain(`nc 127.0.0.1 ${port}`);
  });
});

describe('shares', () => {
  it('are known of tls rules before anybody used them, at gateways and inside', async () => {
    mesh = await startMesh(meshText, 1);
    const known = mesh
      .shares()
      .map(({ rule, destinations }) => [
        rule,
        ...destinations.map(({ label, expected }) => `${label} ${expected}`),
      ]);
    expect(known).toContainEqual(['default/gw spec.tls[1]', 'echo 0.8', 'other 0.2']);
    expect(known).toContainEqual(['default/gw spec.tls[0]', 'echo 1']);
    expect(known).toContainEqual(['default/inside spec.tls[0]', 'other 0.3', 'echo 0.7']);
    expect(new Set(known.map(([rule]) => rule)).size).toBe(known.length);
  });

  it('are marked as past once the rule has others, and only then', () => {
    const counter = new ShareCounter();
    const shares = (first: number) => [
      { destination: 'a', label: 'a', share: first },
      { destination: 'b', label: 'b', share: 1 - first },
    ];
    const titles = (): string[] =>
      summaryLines(counter.report(), null).filter((line) => /connection/.test(line));
    counter.follow([{ rule: 'r', expected: shares(0.5) }]);
    for (const chosen of [0, 1]) counter.count('r', shares(0.5), chosen);
    counter.count('not listed', shares(0.5), 0);
    counter.follow([{ rule: 'r', expected: shares(0.1) }]);
    counter.count('r', shares(0.1), 1);
    expect(titles()).toEqual([
      'r (until the change): 2 connections, shares as expected',
      'not listed: 1 connection, shares as expected',
      'r: 1 connection, shares as expected',
    ]);
    expect(counter.report().map(({ current }) => current)).toEqual([false, false, true]);
    counter.count('not listed', shares(0.5), 1);
    expect(counter.report()[1]?.current).toBe(true);
  });
});
