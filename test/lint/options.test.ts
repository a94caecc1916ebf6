/** What a caller may choose, and input that nobody foresaw. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type LintOptions, lint } from '../../src/lint/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { admit } from '../../src/validation/index.ts';

function rulesOf(text: string, options: Partial<LintOptions>): string[] {
  const { resources } = decodeSources([{ name: 'a.yaml', text }], { defaultNamespace: 'default' });
  const mesh = buildMesh(admit(resources).admitted);
  return lint({ resources, mesh, options }).map(({ rule, severity }) => `${rule} ${severity}`);
}

const lone = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec:
  hosts: [db]
  gateways: [edge]
  tcp: [{route: [{destination: {host: db, subset: v1}}]}]
`;

describe('references', () => {
  it('are said to be unchecked once, where nothing here could define them', () => {
    expect(rulesOf(lone, {})).toEqual(['references-not-checked info']);
  });
  it('are missing where the input is all there is', () => {
    expect(rulesOf(lone, { refs: 'require' }).sort()).toEqual([
      'host-not-in-gateway info',
      'unknown-gateway error',
      'unknown-host error',
      'unknown-subset error',
    ]);
  });
  it('are left alone when told so', () => {
    expect(rulesOf(lone, { refs: 'ignore' })).toEqual([]);
  });
});

it('a wildcard is for the services here alone where the input is all there is', () => {
  const text = `
apiVersion: v1
kind: Service
metadata: {name: queue, namespace: data}
spec: {clusterIP: 10.96.0.5, ports: [{name: tcp, port: 443}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: queue, namespace: data}
spec:
  hosts: ['*.data.svc.cluster.local']
  tls:
  - match: [{port: 443, sniHosts: ['*.data.svc.cluster.local']}]
    route: [{destination: {host: queue.data.svc.cluster.local}}]
`;
  expect(rulesOf(text, { refs: 'require' })).toEqual(['tls-route-on-tcp-port error']);
  expect(rulesOf(text, {})).toEqual([]);
});

describe('severities', () => {
  it('go by name before code, and off is off', () => {
    const require = { refs: 'require' } as const;
    expect(rulesOf(lone, { ...require, severities: { IST0101: 'off', IST0132: 'off' } })).toEqual(
      [],
    );
    expect(
      rulesOf(lone, {
        ...require,
        severities: { IST0101: 'off', 'unknown-host': 'warning', 'host-not-in-gateway': 'off' },
      }),
    ).toEqual(['unknown-host warning']);
  });
});

describe('ambient mode', () => {
  it('says nothing of sidecars where a waypoint routes', () => {
    const behind = (labels: string) => `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: default, labels: {${labels}}}
spec: {clusterIP: 10.96.1.5, selector: {app: db}, ports: [{name: tcp, port: 7000}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: default}
spec:
  hosts: [db]
  tcp:
  - match: [{destinationSubnets: [192.168.0.0/16]}]
    route: [{destination: {host: db}}]
  - match: [{port: 7000, destinationSubnets: [10.96.0.0/16]}]
    route: [{destination: {host: db}}]
  - match: [{destinationSubnets: [10.96.0.0/16]}]
    route: [{destination: {host: db}}]
`;
    const ambient = { mode: 'ambient', refs: 'ignore' } as const;
    const ofWaypoint = rulesOf(behind('istio.io/use-waypoint: way'), ambient);
    expect(new Set(ofWaypoint)).toEqual(
      new Set(['ambient-condition error', 'shadowed-rule warning']),
    );
    const ofSidecars = rulesOf(behind('istio.io/use-waypoint: none'), ambient);
    expect(ofSidecars).toContain('same-subnet-twice error');
    expect(ofSidecars).toContain('subnet-never-dialled warning');
  });
});

it('survives every document of the collection, one by one and all at once', () => {
  const folder = fileURLToPath(new URL('../golden/validation/', import.meta.url));
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, text: readFileSync(`${folder}${name}`, 'utf8') }));
  expect(texts.length).toBeGreaterThan(0);
  for (const sources of [...texts.map((source) => [source]), texts]) {
    const { resources } = decodeSources(sources, { defaultNamespace: 'default' });
    for (const mode of ['sidecar', 'ambient'] as const) {
      const options = { refs: 'require', mode } as const;
      // All of them take part in the mesh here, refused or not.
      const findings = lint({ resources, mesh: buildMesh(resources), options });
      expect(findings.every(({ message, span }) => message !== '' && span.end >= span.start)).toBe(
        true,
      );
    }
  }
});

it('says of certificates too that they were not checked, once for all of them', () => {
  const server = (n: number): string =>
    `{port: {number: ${n}, name: https-${n}, protocol: HTTPS}, hosts: ["*"], tls: {mode: SIMPLE, credentialName: c${n}}}`;
  const text = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: a, namespace: default}
spec: {selector: {istio: ingressgateway}, servers: [${server(443)}, ${server(8443)}]}
`;
  const { resources } = decodeSources([{ name: 'a.yaml', text }], { defaultNamespace: 'default' });
  const messages = lint({ resources, mesh: buildMesh(resources) })
    .filter(({ rule }) => rule === 'references-not-checked')
    .map(({ message }) => message);
  expect(messages).toEqual([
    'not checked, for the files that would define them are not among these: 2 Secrets (no Secret here)',
  ]);
});
