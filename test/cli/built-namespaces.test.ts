/** A namespace that a kustomization gives to its files: what stands in them is not what a cluster gets, so nothing is proposed by it. */
import { describe, expect, it } from 'vitest';
import { runCommand } from './fake-world.ts';

const rules = (
  hosts: string,
  metadata = '{name: db}',
): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: ${metadata}
spec:
  hosts: [${hosts}]
  tcp:
  - route: [{destination: {host: db}}]
`;
const service = (metadata: string): string => `apiVersion: v1
kind: Service
metadata: ${metadata}
spec: {selector: {app: db}, ports: [{name: tcp, port: 80}]}
`;
const prod = 'db.prod.svc.cluster.local';

async function diff(files: Readonly<Record<string, string>>, ...flags: readonly string[]) {
  const args = ['validate', 'k', '--fix', '--dry-run', ...flags];
  return (await runCommand(args, { files })).stdout;
}
const said = async (files: Readonly<Record<string, string>>) =>
  (await runCommand(['validate', 'k'], { files })).stdout;

it('is no other than that of the kustomization', async () => {
  const files = {
    'k/vs.yaml': rules('db.example.com'),
    'k/svc.yaml': service('{name: web, namespace: prod}'),
  };
  const kustomization = (namespace: string) => ({
    'k/kustomization.yaml': `namespace: ${namespace}\nresources: [vs.yaml, svc.yaml]\n`,
  });
  expect(await diff(files)).toContain('namespace: default');
  expect(await diff({ ...files, ...kustomization('default') })).toContain('namespace: default');
  expect(await diff({ ...files, ...kustomization('prod') })).toBe('');
  expect(await said({ ...files, ...kustomization('prod') })).toContain(
    'Check what kustomize builds: there this is in prod.',
  );
});

it.each([
  ['a base', { 'k/base/kustomization.yaml': 'namespace: prod\nresources: [vs.yaml, svc.yaml]\n' }],
  [
    'an overlay',
    {
      'k/base/kustomization.yaml': 'resources: [vs.yaml, svc.yaml]\n',
      'k/prod/kustomization.yaml': 'resources: [../base]\nnamespace: prod\n',
    },
  ],
  [
    'an overlay of overlays that lead in a circle',
    {
      'k/base/kustomization.yaml': 'resources: [vs.yaml, svc.yaml, ../more]\n',
      'k/more/kustomization.yaml': 'resources: [../base]\n',
      'k/prod/kustomization.yaml': 'resources: [../base]\nnamespace: prod\n',
    },
  ],
])('of %s: no host is proposed by where its service seems to be', async (_, kustomizations) => {
  const files = {
    'k/base/vs.yaml': rules(prod),
    'k/base/svc.yaml': service('{name: db}'),
  };
  expect(await said(files)).toContain('Did you mean db.default.svc.cluster.local?');
  expect(await diff(files, '--unsafe')).toContain('+  hosts: [db.default.svc.cluster.local]');
  expect(await said({ ...files, ...kustomizations })).not.toContain('Did you mean');
  expect(await diff({ ...files, ...kustomizations }, '--unsafe')).toBe('');
});

describe('a service that moves to the same namespaces', () => {
  const slip = rules('db').replace('host: db', 'host: databse');
  const rule = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db}
spec: {host: databse, trafficPolicy: {tls: {mode: DISABLE}}}
`;
  const files = {
    'k/base/vs.yaml': slip + rule,
    'k/svc/svc.yaml': service('{name: database, namespace: other}'),
  };
  const kustomization = (namespace: string, file: string): string =>
    `namespace: ${namespace}\nresources: [${file}]\n`;

  it('is proposed by its short name', async () => {
    const text = await said({
      ...files,
      'k/base/kustomization.yaml': kustomization('prod', 'vs.yaml'),
      'k/svc/kustomization.yaml': kustomization('prod', 'svc.yaml'),
    });
    expect(text.match(/Did you mean database\?/g)).toHaveLength(2);
  });

  it('is proposed to rules for a host without service and for a subset, where the same is missing', async () => {
    const hosts = rules('databse');
    const subset = rules('database').replace('host: db', 'host: databse, subset: v1');
    for (const vs of [hosts, subset]) {
      const text = await said({
        ...files,
        'k/base/vs.yaml': vs,
        'k/svc/svc.yaml': `${service('{name: database, namespace: other}')}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: other}
spec: {host: database, subsets: [{name: v2, labels: {v: "2"}}]}
`,
        'k/base/kustomization.yaml': kustomization('prod', 'vs.yaml'),
        'k/svc/kustomization.yaml': kustomization('prod', 'svc.yaml'),
      });
      expect(text).toContain(
        vs === hosts
          ? 'Did you mean database?'
          : 'Correct the host of the destination first (database?)',
      );
    }
  });

  it('is not proposed where it moves to others', async () => {
    const text = await said({
      ...files,
      'k/base/kustomization.yaml': kustomization('prod', 'vs.yaml'),
      'k/svc/kustomization.yaml': kustomization('test', 'svc.yaml'),
    });
    expect(text).toContain('nothing defines the host databse');
    expect(text).not.toContain('Did you mean');
  });
});

describe('what is moved', () => {
  const moved = {
    'k/base/kustomization.yaml': 'namespace: prod\nresources: [all.yaml]\n',
  };

  it('has no full name yet that a DestinationRule could be for', async () => {
    const files = {
      'k/base/all.yaml': `${rules('db').replace('host: db', 'host: db, subset: v1')}---\n${service('{name: db}')}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: other}
spec: {host: db.example.com, subsets: [{name: v2, labels: {v: "2"}}]}
`,
    };
    expect(await said(files)).toContain('Add a DestinationRule for db.default.svc.cluster.local');
    expect(await said({ ...files, ...moved })).toContain('Add a DestinationRule for db with');
  });

  it('is no Gateway that another file could name', async () => {
    const gateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw}
spec: {selector: {app: gw}, servers: [{port: {number: 1, name: tcp, protocol: TCP}, hosts: ["*"]}]}
`;
    const files = {
      'k/base/all.yaml': gateway,
      'k/vs.yaml': rules('db', '{name: db, namespace: shop}').replace(
        'spec:',
        'spec:\n  gateways: [gw]',
      ),
    };
    expect(await said(files)).toContain('Write default/gw');
    expect(await said({ ...files, ...moved })).not.toContain('Write default/gw');
  });

  it('fills the namespace that it moves to, for the Sidecars that import from it', async () => {
    const sidecar = (hosts: string): string => `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [${hosts}]}]}
`;
    const files = { 'k/base/all.yaml': service('{name: db}'), 'k/s.yaml': sidecar('prd/*') };
    expect(await said(files)).not.toContain('TCM1410');
    expect(await said({ ...files, ...moved })).toContain('Did you mean `prod/*`?');
    const full = { ...files, 'k/s.yaml': sidecar('prod/db.default.svc.cluster.local') };
    expect(await said(full)).toContain('Write `default/db.default.svc.cluster.local`');
    expect(await said({ ...full, ...moved })).not.toContain('Write `default/');
  });
});

it('an overlay gives its own to what its base puts elsewhere', async () => {
  const files = {
    'k/base/vs.yaml': rules('db.example.com'),
    'k/base/svc.yaml': service('{name: web, namespace: prod}'),
    'k/base/kustomization.yaml': 'namespace: prod\nresources: [vs.yaml, svc.yaml]\n',
    'k/here/kustomization.yaml': 'namespace: default\nresources: [../base]\n',
  };
  expect(await diff(files)).toContain('namespace: default');
});

it('a namespace that is left out is not filled in where full names are of another', async () => {
  const there = rules(prod).replace('host: db', `host: ${prod}`);
  const files = { 'k/vs.yaml': there, 'k/svc.yaml': service('{name: db, namespace: prod}') };
  expect(await diff(files)).toBe('');
  expect(await diff(files, '--unsafe')).toContain('namespace: prod');
  const mixed = {
    ...files,
    'k/vs.yaml': rules('db').replace('host: db', `host: ${prod}`),
    'k/here.yaml': service('{name: db}'),
  };
  expect(await diff(mixed)).toContain('namespace: default');
});
