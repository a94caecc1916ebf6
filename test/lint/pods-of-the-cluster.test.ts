/** Pods of which the files say no more than that they will be, and labels that only a cluster gives. */
import { describe, expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const service = `
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {app: db}, ports: [{name: tcp, port: 9000}]}
`;
const maker = (apiVersion: string, kind: string, spec: string): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: db}
spec: ${spec}
`;
const template = (labels: string): string =>
  `template: {metadata: {labels: {${labels}}}, spec: {containers: [{name: c, image: i}]}}`;
const deployment = maker(
  'apps/v1',
  'Deployment',
  `{selector: {matchLabels: {app: db}}, ${template('app: db')}}`,
);
const stateful = (more = ''): string =>
  maker(
    'apps/v1',
    'StatefulSet',
    `{${more} selector: {matchLabels: {app: db}}, ${template('app: db')}}`,
  );
const toSubset = (labels: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db}
spec: {host: db, subsets: [{name: one, labels: {${labels}}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db}
spec: {hosts: [db], tcp: [{route: [{destination: {host: db, subset: one}}]}]}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: one}
spec: {workloadSelector: {labels: {app: db, ${labels}}}, egress: [{hosts: ["./*"]}]}
`;
const codes = (...documents: readonly string[]): readonly string[] =>
  [
    ...new Set(
      findingsIn('mesh.yaml', documents.join('---'))
        .filter(({ severity }) => severity !== 'info')
        .map(({ code }) => code),
    ),
  ].sort();

const other = 'v: v2';

it('without them, nobody is there', () => {
  expect(codes(service, deployment, toSubset(other))).toEqual(['IST0101', 'IST0173', 'TCM1403']);
});

it.each([
  ['Job', 'batch/v1', `{${template(`app: db, ${other}`)}}`],
  ['CronJob', 'batch/v1', `{jobTemplate: {spec: {${template(`app: db, ${other}`)}}}}`],
  ['ReplicationController', 'v1', `{${template(`app: db, ${other}`)}}`],
  ['Rollout', 'argoproj.io/v1alpha1', `{${template(`app: db, ${other}`)}}`],
  ['Rollout', 'argoproj.io/v1alpha1', '{workloadRef: {kind: Deployment, name: db}}'],
  ['CloneSet', 'apps.kruise.io/v1alpha1', `{${template(`app: db, ${other}`)}}`],
  ['StatefulSet', 'apps.kruise.io/v1beta1', `{${template(`app: db, ${other}`)}}`],
])('pods of a %s of %s may have the labels', (kind, apiVersion, spec) => {
  const found = codes(service, deployment, maker(apiVersion, kind, spec), toSubset(other));
  expect(found).toEqual([]);
});

it('and may not, where they are in another namespace', () => {
  const spec = '{workloadRef: {kind: Deployment, name: db}}';
  const rollout = maker('argoproj.io/v1alpha1', 'Rollout', spec);
  const elsewhere = rollout.replace('{name: db}', '{name: db, namespace: shop}');
  expect(elsewhere).not.toBe(rollout);
  expect(codes(service, deployment, elsewhere, toSubset(other))).toEqual([
    'IST0101',
    'IST0173',
    'TCM1403',
  ]);
});

it('and may not, where their template has others', () => {
  const rollout = maker('argoproj.io/v1alpha1', 'Rollout', `{${template('app: db, v: v3')}}`);
  expect(codes(service, deployment, rollout, toSubset(other))).toContain('IST0173');
});

it.each([
  'topology.istio.io/cluster: c1',
  'topology.kubernetes.io/zone: z',
  'pod-template-hash: abc',
])('a pod may have %s, which no template says', (label) => {
  expect(codes(service, deployment, toSubset(label)).filter((code) => code !== 'IST0101')).toEqual(
    [],
  );
  expect(codes(service, deployment, toSubset(`${label}, v: v2`))).toContain('TCM1403');
});

it('those of a StatefulSet have their names and numbers as labels', () => {
  const name = (i: number): string => toSubset(`statefulset.kubernetes.io/pod-name: db-${i}`);
  const number = (i: number): string => toSubset(`apps.kubernetes.io/pod-index: "${i}"`);
  for (const one of [name, number]) {
    expect(codes(service, stateful('replicas: 2,'), one(1))).toEqual([]);
    expect(codes(service, stateful('replicas: 2,'), one(2))).toEqual(['TCM1403']);
    expect(codes(service, stateful('replicas: 2, ordinals: {start: 5},'), one(6))).toEqual([]);
    expect(codes(service, deployment, one(1))).toContain('IST0173');
  }
});

describe('endpoints that are written out have labels by where they run', () => {
  const entry = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db}
spec:
  hosts: [db.example.com]
  addresses: [240.1.1.1]
  ports: [{number: 9000, name: tcp, protocol: TCP}]
  resolution: STATIC
`;
  const endpoint = '{address: 10.1.1.1, locality: us/a, network: n1}';
  const written = `${entry}  endpoints: [${endpoint}]\n`;
  const selected = `${entry}  workloadSelector: {labels: {app: db}}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: db}
spec: {address: 10.1.1.1, locality: us/a, network: n1, labels: {app: db}}
`;
  const to = (label: string): string =>
    toSubset(label).replace(/(hosts?: \[?)db/g, '$1db.example.com');
  const lacking = (text: string, label: string): string[] =>
    findingsIn('a.yaml', `${text}---\n${to(label)}`)
      .filter(({ code }) => code === 'IST0173' || code === 'TCM1403')
      .map(({ code, help }) => `${code} ${help ?? ''}`);

  it.each([
    'topology.kubernetes.io/region: us',
    'topology.kubernetes.io/zone: a',
    'topology.istio.io/network: n1',
    'topology.istio.io/cluster: Kubernetes',
  ])('%s', (label) => {
    expect(lacking(written, label)).toEqual([]);
    expect(lacking(selected, label)).toEqual([]);
  });

  it('and no others', () => {
    const [ofLabels, ofRoute] = lacking(written, 'topology.kubernetes.io/region: asia');
    expect(ofLabels).toContain('IST0173');
    expect(ofLabels).toContain('Endpoints here have topology.kubernetes.io/region: us');
    expect(ofRoute).toContain('TCM1403');
    expect(ofRoute).not.toContain('Give the ServiceEntry endpoints');
  });
});
