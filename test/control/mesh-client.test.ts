/** Whom a run takes for a client is whom explain answers for without a doubt, and where the mesh looks the same to both. */
import { describe, expect, it } from 'vitest';
import { findClient } from '../../src/control/mesh-client.ts';
import { callsMeant, explainer, viewpointOf } from '../../src/expectation/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';

const pod = (name: string, labels: string, container: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: web, labels: {${labels}}}
spec: {containers: [${container}]}
---`;
const text = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: web}
spec: {clusterIP: 10.96.0.5, selector: {app: db}, ports: [{name: tcp, port: 5432}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: web}
spec: {selector: {role: edge}, servers: [{port: {number: 9000, name: tcp, protocol: TCP}, hosts: ["*"]}]}
---${pod('app', 'app: app', '{name: app, image: app}')}${pod('selected', 'role: edge', '{name: app, image: app}')}${pod('alone', 'app: alone', '{name: istio-proxy, image: auto}')}${pod('labelled', 'istio: ingressgateway', '{name: app, image: app}')}
`;
const { resources } = decodeSources([{ name: 'm', text }], { defaultNamespace: 'default' });
const input = { admitted: resources, written: resources, options: {}, standIns: [] };
const { mesh, explain } = explainer(input);

function asked(name: string) {
  const from = { kind: 'workload', namespace: 'web', name } as const;
  const to = { host: 'db', ip: undefined, port: 5432 };
  const meant = callsMeant({ from, ...to, sni: undefined, protocol: undefined }, mesh);
  if ('message' in meant) throw new Error(meant.message);
  return meant.calls;
}

describe('a client by name', () => {
  it.each([
    ['app', true],
    ['client', true],
    ['selected', false],
    ['alone', false],
    ['labelled', false],
  ])('%s', (name, isClient) => {
    const doubts = asked(name).flatMap((call) => {
      const found = explain(call, [], false);
      if ('message' in found) throw new Error(found.message);
      return found.flatMap((one) => one.doubts);
    });
    expect(doubts).toEqual(isClient ? [] : [expect.stringContaining(`--gateway web/${name} asks`)]);
    expect(findClient({ mesh, everywhereAmbient: false }, `web/${name}`) !== null).toBe(isClient);
  });

  it.each(['app', 'client'])('%s sees one mesh, whoever asks', (name) => {
    const viewpoint = findClient({ mesh, everywhereAmbient: false }, `web/${name}`)?.viewpoint;
    expect(viewpoint).toBeDefined();
    expect(asked(name).map(({ from }) => from)).toEqual([viewpoint]);
    expect(viewpointOf({ kind: 'workload', namespace: 'web', name }, mesh)).toEqual(viewpoint);
  });
});

it('is in ambient mode where the configuration says so of all, and the files nothing else', () => {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: plain, namespace: web}
spec: {containers: [{name: a, image: b}]}
---
apiVersion: v1
kind: Pod
metadata: {name: injected, namespace: web, labels: {sidecar.istio.io/inject: "true"}}
spec: {containers: [{name: a, image: b}]}
`;
  const { resources: pods } = decodeSources([{ name: 'a.yaml', text }], {
    defaultNamespace: 'default',
  });
  const mesh = buildMesh(pods);
  const kinds = (everywhereAmbient: boolean) =>
    ['plain', 'injected', 'client'].map(
      (name) => findClient({ mesh, everywhereAmbient }, `web/${name}`)?.viewpoint.kind,
    );
  expect(kinds(false)).toEqual(['sidecar', 'sidecar', 'sidecar']);
  expect(kinds(true)).toEqual(['ambient', 'sidecar', 'ambient']);
});
