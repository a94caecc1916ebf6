/** From where a destination is broken, in words that are true of everybody they name. */
import { describe, expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const mesh = (more: string) => `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {ports: [{name: tcp, port: 5432}], selector: {app: db}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec: {host: db.data.svc.cluster.local, subsets: [{name: v1, labels: {version: v1}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec:
  hosts: [db.data.svc.cluster.local]
  tcp: [{route: [{destination: {host: db.data.svc.cluster.local, subset: v1}}]}]
${more}`;

const pod = (namespace: string) => `---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: ${namespace}, labels: {app: db, version: v1}}
spec: {containers: [{name: a, image: a}]}
`;

function hidden(text: string) {
  return findingsIn('a.yaml', text)
    .filter(({ code }) => code === 'TCM1405')
    .map(({ severity, message }) => `${severity}: ${message}`);
}

describe('a subset that only one namespace gets', () => {
  it('is a warning where the files have nobody elsewhere', () => {
    expect(hidden(mesh(''))).toEqual([
      'warning: a connection from a namespace other than shop to db.data.svc.cluster.local:5432 is closed at once: it gets no DestinationRule, so the subset v1 does not exist for it',
    ]);
  });
  it('is an error where they have, and without the labels of a pod that works', () => {
    const sidecar = `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: ["*/*"]}]}
`;
    expect(hidden(mesh(pod('shop') + pod('data') + sidecar))).toEqual([
      'error: a connection from a namespace other than shop to db.data.svc.cluster.local:5432 is closed at once: it gets no DestinationRule, so the subset v1 does not exist for it',
    ]);
  });
});
