/** A Pod among the files takes nothing from the Deployments beside it: their pods are still to come. */
import { expect, it } from 'vitest';
import { lintRules } from '../../src/lint/index.ts';
import { findingsIn } from './fixture.ts';

const deployment = (namespace: string, name: string, labels: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {${labels}}}
  template: {metadata: {labels: {${labels}}}}
`;
const service = (namespace: string, name: string, label: string): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: {${label}}, ports: [{name: tcp, port: 7000}]}
`;
const istio = (kind: string, namespace: string, name: string, spec: string): string => `
apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
`;
const testPod = `
apiVersion: v1
kind: Pod
metadata: {name: test-connection, namespace: pay, labels: {purpose: test}}
spec: {containers: [{name: wget, image: busybox}]}
`;
const found = (...documents: readonly string[]): string[] =>
  findingsIn('mesh.yaml', documents.join('---')).map(
    ({ rule, severity, istio: { code } }) => `${rule} ${severity} ${code ?? 'ours'}`,
  );

const gateway = istio(
  'Gateway',
  'pay',
  'edge',
  `{selector: {istio: edge}, servers: [
    {port: {number: 7000, name: tcp, protocol: TCP}, hosts: ['*']},
    {port: {number: 7001, name: tcp-b, protocol: TCP}, hosts: ['*']}]}`,
);

it('lets a Deployment serve a Gateway, and looks at the ports of its Service', () => {
  const edge = [deployment('edge', 'edge', 'istio: edge'), service('edge', 'edge', 'istio: edge')];
  expect(found(gateway, ...edge, testPod)).toEqual([
    'gateway-selector-without-pods info IST0101',
    'gateway-port-not-on-service warning ours',
  ]);
  expect(found(gateway, ...edge)).toEqual(['gateway-port-not-on-service warning IST0162']);
  expect(found(gateway, testPod)).toEqual(['gateway-selector-without-pods error IST0101']);
});

it('lets a Sidecar be for a Deployment, and two of them be one too many', () => {
  const sidecar = (name: string): string =>
    istio(
      'Sidecar',
      'pay',
      name,
      "{workloadSelector: {labels: {app: pay}}, egress: [{hosts: ['./*']}]}",
    );
  const pay = deployment('pay', 'pay', 'app: pay');
  expect(found(sidecar('a'), pay, testPod)).toEqual(['sidecar-selector-without-pods info IST0101']);
  expect(found(sidecar('a'), sidecar('b'), pay, testPod)).toEqual([
    'sidecar-conflict error ours',
    'sidecar-selector-without-pods info IST0101',
    'sidecar-conflict error ours',
    'sidecar-selector-without-pods info IST0101',
  ]);
});

const rule = istio(
  'DestinationRule',
  'pay',
  'pay',
  '{host: pay, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}',
);
const toV2 = istio(
  'VirtualService',
  'pay',
  'pay',
  '{hosts: [pay], tcp: [{route: [{destination: {host: pay, subset: v2}}]}]}',
);

it.each([
  [
    'a test Pod with the labels of the selector',
    'labels: {app: pay}',
    ['subset-without-pods info IST0173'],
  ],
  ['a Pod by hand with those of the template', 'labels: {app: pay, version: v2}', []],
  [
    'a Pod of an older template',
    `labels: {app: pay, version: v0, pod-template-hash: 5f7c},
      ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: pay-5f7c, uid: u, controller: true}]`,
    ['subset-without-pods error IST0173', 'destination-without-endpoints error ours'],
  ],
])('says of a subset what routing does, beside %s', (_, metadata, expected) => {
  const pay = deployment('pay', 'pay', 'app: pay').replace(
    'template: {metadata: {labels: {app: pay',
    'template: {metadata: {labels: {app: pay, version: v2',
  );
  const other = testPod.replace('labels: {purpose: test}', metadata);
  const v2 = rule.replace('{name: v1, labels: {version: v1}}, ', '');
  expect(found(service('pay', 'pay', 'app: pay'), pay, v2, toV2, other)).toEqual(expected);
});

it('credits to a subset only what its Service selects', () => {
  const mesh = [
    service('pay', 'pay', 'app: pay'),
    deployment('pay', 'v1', 'app: pay, version: v1'),
  ];
  const wrong = [
    'subset-without-pods info IST0173',
    'subset-without-pods error IST0173',
    'destination-without-endpoints error ours',
  ];
  for (const stranger of [
    deployment('other', 'v2', 'app: pay, version: v2'),
    deployment('pay', 'v2', 'app: other, version: v2'),
  ])
    expect(found(...mesh, stranger, rule, toV2, testPod).sort()).toEqual([...wrong].sort());
  const right = deployment('pay', 'v2', 'app: pay, version: v2');
  expect(found(...mesh, right, rule, toV2, testPod)).toEqual([
    'subset-without-pods info IST0173',
    'subset-without-pods info IST0173',
  ]);
});

it('gives a message that is no defect a reason of its own', () => {
  const documents = [gateway, deployment('edge', 'edge', 'istio: edge'), testPod];
  const [finding] = findingsIn('mesh.yaml', documents.join('---'));
  const meta = lintRules().find((one) => one.meta.name === finding?.rule)?.meta;
  expect(finding?.why).toMatch(/counts Pods only/);
  expect(finding?.why).not.toBe(meta?.why);
});
