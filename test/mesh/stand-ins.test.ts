import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { standInsFor } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';

function standIns(...texts: readonly string[]): string[] {
  const sources = texts.map((text, i) => ({ name: `${i}.yaml`, text }));
  const { resources } = decodeSources(sources, { defaultNamespace: 'default' });
  return standInsFor(resources).map(
    ({ object }) => `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`,
  );
}

const sample = (name: string): string => readFileSync(`samples/${name}`, 'utf8');

describe('standInsFor', () => {
  it('gives a lone VirtualService all that it names', () => {
    expect(standIns(sample('tcp-echo/tcp-echo-20-v2.yaml'))).toEqual([
      'Gateway default/tcp-echo-gateway',
      'Pod istio-system/istio-ingressgateway',
      'Service istio-system/istio-ingressgateway',
      'Service default/tcp-echo',
      'DestinationRule default/tcp-echo',
      'Pod default/tcp-echo-v1',
      'Pod default/tcp-echo-v2',
    ]);
    expect(standIns(sample('tcp-matching/source-namespace.yaml'))).toEqual([
      'Service default/echo-server-2',
      'Service default/echo-server',
      'Pod default/echo-server-2',
      'Pod default/echo-server',
    ]);
  });

  it('adds only a gateway workload to a mesh that is complete but for that', () => {
    expect(standIns(sample('tcp-echo-20-v2.yaml'))).toEqual([
      'Pod istio-system/istio-ingressgateway',
      'Service istio-system/istio-ingressgateway',
    ]);
  });

  it('adds no workload for a Service whose endpoints are stated', () => {
    const service = `apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {app: db}, ports: [{name: tcp, port: 7000}]}
`;
    const slice = (more: string): string => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, labels: {kubernetes.io/service-name: db${more}}}
addressType: IPv4
endpoints: [{addresses: [192.0.2.1]}]
ports: [{name: tcp, port: 9000}]
`;
    expect(standIns(service)).toEqual(['Pod default/db']);
    expect(standIns(service, slice(''))).toEqual([]);
    const made = ', endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io';
    expect(standIns(service, slice(made))).toEqual(['Pod default/db']);
  });

  it('adds one workload for Services that select the same, those of subsets first', () => {
    const service = (name: string, selector: string): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: ${selector}, ports: [{name: tcp, port: 7000}]}
`;
    const rule = (host: string, ...versions: readonly string[]): string =>
      `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${host}}
spec: {host: ${host}, subsets: [${versions.map((v) => `{name: ${v}, labels: {version: ${v}}}`)}]}
`;
    const db = service('db', '{app: db}');
    const beside = service('db-headless', '{app: db}');
    expect(standIns(db, beside)).toEqual(['Pod default/db']);
    expect(standIns(beside, db)).toEqual(['Pod default/db-headless']);
    expect(standIns(beside, db, rule('db', 'v1', 'v2'))).toEqual([
      'Pod default/db-v1',
      'Pod default/db-v2',
    ]);
    expect(standIns(db, beside, rule('db', 'v1'), rule('db-headless', 'v1', 'v3'))).toEqual([
      'Pod default/db-v1',
      'Pod default/db-headless-v3',
    ]);
    expect(standIns(db, service('main', '{app: db, role: main}'))).toEqual(['Pod default/main']);
    expect(standIns(db, service('other', '{app: other}'))).toEqual([
      'Pod default/db',
      'Pod default/other',
    ]);
  });

  it('adds nothing to a mesh that is complete', () => {
    expect(
      standIns(
        ...[
          'echoserver',
          'telnet',
          'ingressgateway-1',
          'ingressgateway-2',
          'ingressgateway-vs',
        ].map((name) => sample(`tcp-matching/${name}.yaml`)),
      ),
    ).toEqual([]);
  });

  it('adds no workload to a Service that has some, and no host that may be a slip of the pen', () => {
    expect(
      standIns(
        sample('tcp-matching/echoserver.yaml'),
        sample('tcp-matching/echoserver-dr.yaml'),
        sample('tcp-matching/echoserver-vs.yaml').replace(
          'host: echo-server.',
          'host: eccho-server.',
        ),
      ),
    ).toEqual([]);
  });

  it('gives a Gateway for every gateway a gateway workload, whatever other workloads there are', () => {
    expect(
      standIns(
        sample('tcp-echo/tcp-echo-services.yaml'),
        sample('tcp-echo/tcp-echo-all-v1.yaml').replace(/ {2}selector:\n.*\n/, ''),
      ),
    ).toEqual([
      'Pod istio-system/istio-ingressgateway',
      'Service istio-system/istio-ingressgateway',
    ]);
  });

  it('leaves recorded Pods as they are: what a cluster lacks, it lacks', () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: other}}\nstatus: {podIP: 10.0.0.1, phase: Running}\n';
    expect(
      standIns(
        sample('tcp-matching/echoserver-dr.yaml'),
        pod,
        sample('tcp-matching/echoserver.yaml'),
      ),
    ).toEqual([]);
  });
});
