/** What DNS would answer, and what a verdict makes of it. */
import { describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh/index.ts';
import { compile, resolveName } from '../../src/routing/index.ts';
import { ask, client, meshOf, service } from './yaml-mesh.ts';

const headless = (name: string, clusterIP = 'None'): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default}
spec: {clusterIP: ${clusterIP}, selector: {app: db}, ports: [{name: tcp, port: 5432}]}
`;

const set = (kind: string, serviceName: string): string => `---
apiVersion: apps/v1
kind: ${kind}
metadata: {name: db, namespace: default}
spec:
  replicas: 2
  serviceName: ${serviceName}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: main, image: x}]}
`;

const pod = (name: string, ip: string, spec: string): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: default, labels: {app: db}}
spec: {${spec}, containers: [{name: main, image: x}]}
status: {phase: Running, podIP: ${ip}}
`;

function found(mesh: Mesh, host: string, namespace = 'default') {
  return resolveName(compile(mesh, client(namespace)), host);
}

describe('the name of a pod', () => {
  const mesh = meshOf(headless('hl') + set('StatefulSet', 'hl'));
  const ipOf = (name: string) => mesh.workloads.find((workload) => workload.name === name)?.ip;

  it.each([
    'db-1.hl',
    'db-1.hl.default',
    'db-1.hl.default.svc',
    'DB-1.hl.default.svc.cluster.local.',
  ])('of a StatefulSet is found as %s', (host) => {
    expect(found(mesh, host)).toMatchObject({
      host: 'db-1.hl.default.svc.cluster.local',
      addresses: [ipOf('db-1')],
    });
  });

  it('is completed with the namespace of who asks', () => {
    expect(found(mesh, 'db-1.hl', 'foo')).toBeNull();
    expect(found(mesh, 'db-0.hl.default', 'foo')?.addresses).toEqual([ipOf('db-0')]);
  });

  it('leads to that pod alone', () => {
    const verdict = ask(mesh, client(), { host: 'db-1.hl', port: 5432 });
    expect(verdict.outcome).toBe('routed');
    const endpoints = verdict.destinations.flatMap((one) => one.endpoints);
    expect(endpoints.map(({ address }) => address)).toEqual([`${ipOf('db-1')}:5432`]);
  });

  it.each([
    ['without such a replica', headless('hl') + set('StatefulSet', 'hl'), 'db-2.hl'],
    ['of a set of another kind', headless('hl') + set('Deployment', 'hl'), 'db-1.hl'],
    [
      'under a Service that is not its own',
      headless('hl') + headless('other') + set('StatefulSet', 'hl'),
      'db-1.other',
    ],
    [
      'under a Service with an address',
      headless('hl', '10.96.1.1') + set('StatefulSet', 'hl'),
      'db-1.hl',
    ],
    [
      'of a Pod without hostname',
      headless('hl') + pod('db-1', '10.244.0.1', 'subdomain: hl'),
      'db-1.hl',
    ],
  ])('is none %s', (_, text, host) => {
    expect(found(meshOf(text), host)).toBeNull();
  });

  it('of a Pod is its hostname under its subdomain', () => {
    const pods = pod('x', '10.244.0.1', 'hostname: primary, subdomain: hl');
    expect(found(meshOf(headless('hl') + pods), 'primary.hl')?.addresses).toEqual(['10.244.0.1']);
  });
});

describe('case', () => {
  const entry = `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: e, namespace: default}
spec: {hosts: [Db.Example.com], addresses: [192.0.2.7], resolution: STATIC, ports: [{number: 1, name: tcp, protocol: TCP}]}
`;

  it('is nothing to DNS', () => {
    const mesh = meshOf(service('db', '10.96.1.2') + entry);
    for (const host of ['DB', 'Db.default', 'db.DEFAULT.svc.Cluster.Local'])
      expect(found(mesh, host), host).toMatchObject({
        host: 'db.default.svc.cluster.local',
        addresses: ['10.96.1.2'],
      });
    expect(found(mesh, 'Db.Example.com')?.addresses).toEqual(['192.0.2.7']);
  });
});

describe('an ExternalName', () => {
  const alias = (name: string, target: string): string =>
    `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: default}\nspec: {type: ExternalName, externalName: ${target}}\n`;
  const many = `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: many, namespace: default}
spec: {hosts: ['*.example.com'], ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: NONE}
`;
  const mesh = meshOf(
    headless('hl') +
      set('StatefulSet', 'hl') +
      many +
      alias('pod', 'db-1.hl.default.svc.cluster.local') +
      alias('chain', 'pod.default.svc.cluster.local') +
      alias('wide', 'a.example.com') +
      alias('one', 'two.default.svc.cluster.local') +
      alias('two', 'one.default.svc.cluster.local'),
  );
  const addressOf = (host: string): string | undefined => found(mesh, host)?.addresses[0];

  it.each([
    ['pod', 'db-1.hl'],
    ['chain', 'db-1.hl'],
    ['wide', 'a.example.com'],
  ])('has the address of what it names: %s', (name, target) => {
    expect(addressOf(name)).toBeDefined();
    expect(addressOf(name)).toBe(addressOf(target));
  });

  it('that names itself in the end has one all the same', () => {
    expect(addressOf('one')).toMatch(/^198\.18\./);
  });
});
