/** Meshes written as YAML in a test, and the short way to ask them. */
import { buildMesh, type Mesh, type MeshOptions } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import {
  type Call,
  compile,
  route,
  type Verdict,
  type Viewpoint,
} from '../../src/routing/index.ts';

export function meshOf(text: string, options: MeshOptions = {}): Mesh {
  const { resources } = decodeSources([{ name: 'mesh.yaml', text }], {
    defaultNamespace: 'default',
  });
  return buildMesh(resources, options);
}

/** A Service with an address, and one ready Pod of version v1 for it. */
export function service(name: string, ip: string, port = 7000, portName = 'tcp'): string {
  return `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default}
spec:
  clusterIP: ${ip}
  selector: {app: ${name}}
  ports: [{name: ${portName}, port: ${port}}]
---
apiVersion: v1
kind: Pod
metadata: {name: ${name}-0, namespace: default, labels: {app: ${name}, version: v1}}
spec: {containers: [{name: main, image: x}]}
status: {phase: Running, podIP: 10.244.0.${ip.split('.').at(-1)}}
`;
}

export function client(namespace = 'default', labels: Viewpoint['labels'] = {}): Viewpoint {
  return { kind: 'sidecar', namespace, labels };
}

export function gateway(labels: Viewpoint['labels'] = { istio: 'gw' }): Viewpoint {
  return { kind: 'gateway', namespace: 'istio-system', labels };
}

export function ask(
  mesh: Mesh,
  from: Viewpoint,
  to: Call['to'],
  more: { readonly sni?: string; readonly protocol?: Call['protocol'] } = {},
): Verdict {
  const protocol = more.protocol ?? (more.sni === undefined ? 'tcp' : 'tls');
  return route(compile(mesh, from), { from, to, protocol, sni: more.sni });
}

/** `routed b.default.svc.cluster.local:7000` or the outcome alone. */
export function short({ outcome, destinations }: Verdict): string {
  return [
    outcome,
    ...destinations.map(({ host, port, subset }) => `${host}:${port}${subset && `/${subset}`}`),
  ].join(' ');
}
