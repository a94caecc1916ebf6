/** Where the settings of the mesh keep an object at home, the change to make is to its own exportTo. */
import { describe, expect, it } from 'vitest';
import { explainer } from '../../src/expectation/index.ts';
import { decodeSources } from '../../src/resource/index.ts';

const text = (setting: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: '{${setting}: ["."]}'}
---
apiVersion: v1
kind: Service
metadata: {name: b, namespace: shop}
spec: {clusterIP: 10.0.0.7, selector: {app: b}, ports: [{name: tcp, port: 7000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b-0, namespace: shop, labels: {app: b, version: v1}}
spec: {containers: [{name: m, image: x}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: b, namespace: shop}
spec: {host: b, subsets: [{name: v1, labels: {version: v1}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: b, namespace: shop}
spec: {hosts: [b], tcp: [{route: [{destination: {host: b, subset: v1}}]}]}
`;

function changesFrom(setting: string): string[] {
  const { resources } = decodeSources([{ name: 'mesh.yaml', text: text(setting) }], {
    defaultNamespace: 'default',
  });
  const answers = explainer({
    admitted: resources,
    written: resources,
    options: {},
    standIns: [],
  });
  const call = {
    from: { kind: 'sidecar', namespace: 'other', labels: {} },
    to: { host: 'b.shop.svc.cluster.local', port: 7000 },
    protocol: 'tcp',
  } as const;
  const explained = answers.explain(call, [], true);
  if ('message' in explained) throw new Error(explained.message);
  return explained.flatMap(({ configMisses }) =>
    configMisses.map(({ change }) => `${change.object.kind}: ${change.what}`),
  );
}

describe('an object that the settings of the mesh keep at home', () => {
  it('has to say itself whom it is for', () => {
    expect(changesFrom('defaultDestinationRuleExportTo')[0]).toBe(
      'DestinationRule: write exportTo: ["*"]',
    );
    expect(changesFrom('defaultVirtualServiceExportTo')).toContain(
      'VirtualService: write exportTo: ["*"]',
    );
  });
});
