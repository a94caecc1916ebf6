/** Which workloads are gateways, and how the client sees the mesh that no document describes. */
import { describe, expect, it } from 'vitest';
import { buildMesh, gatewayOf, isGatewayWorkload, plainViewpoint } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';

const pod = (name: string, labels: string, containers: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: edge, labels: {${labels}}}\nspec: {containers: [${containers}]}\n---\n`;
const gateway = (name: string, selector: string) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: ${name}, namespace: edge}\nspec: {${selector}servers: [{port: {number: 9000, name: tcp, protocol: TCP}, hosts: ["*"]}]}\n---\n`;
const app = '{name: app, image: app}';
const auto = '{name: istio-proxy, image: auto}';

const text = [
  gateway('every', ''),
  gateway('own', 'selector: {role: edge}, '),
  pod('selected', 'role: edge', app),
  pod('injected', 'app: a', auto),
  pod('written', 'app: b', '{name: istio-proxy, image: docker.io/istio/proxyv2:1.28.0}'),
  pod('labelled', 'istio: egressgateway', app),
  pod('client', 'app: c', app),
  pod('with-sidecar', 'app: d', `${app}, ${auto}`),
  pod('other-proxy', 'app: e', '{name: istio-proxy, image: app}'),
].join('');
const { resources } = decodeSources([{ name: 'm', text }], { defaultNamespace: 'default' });
const mesh = buildMesh(resources);

describe('a gateway workload', () => {
  it('is selected by a Gateway, or made as those of Istio', () => {
    const gateways = mesh.workloads.filter((workload) => isGatewayWorkload(workload, mesh));
    expect(gateways.map(({ name }) => name)).toEqual([
      'selected',
      'injected',
      'written',
      'labelled',
    ]);
  });

  it('has a Gateway where one with a selector fits', () => {
    const own = mesh.workloads.filter((workload) => gatewayOf(workload, mesh)?.name === 'own');
    expect(own.map(({ name }) => name)).toEqual(['selected']);
    const none = mesh.workloads.filter((workload) => gatewayOf(workload, mesh) === null);
    expect(none).toHaveLength(mesh.workloads.length - 1);
  });
});

describe('the client that no document describes', () => {
  it.each(['default', 'edge'])('has no labels in %s', (namespace) => {
    expect(plainViewpoint(mesh, namespace, 'client')).toEqual({
      kind: 'sidecar',
      namespace,
      labels: {},
    });
  });

  it('has one name, and is in no namespace that has nothing', () => {
    expect(plainViewpoint(mesh, 'edge', 'other')).toBeNull();
    expect(plainViewpoint(mesh, 'nowhere', 'client')).toBeNull();
  });
});
