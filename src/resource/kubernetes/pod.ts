/** Field tables: Pod, and the kinds that make Pods from a template. */
import { bool, type Decoded, int32, list, map, openMessage, string } from '../field-table.ts';
import { objectMeta } from './metadata.ts';

export const containerPort = openMessage('ContainerPort', {
  name: string(),
  containerPort: int32(),
  protocol: string(),
});

export const container = openMessage('Container', {
  name: string(),
  image: string(),
  command: list(string()),
  args: list(string()),
  ports: list(containerPort),
  restartPolicy: string(),
});

export const podSpec = openMessage('PodSpec', {
  containers: list(container),
  initContainers: list(container),
  hostNetwork: bool(),
  nodeName: string(),
  hostname: string(),
  subdomain: string(),
  serviceAccountName: string(),
});

export const labelSelector = openMessage('LabelSelector', { matchLabels: map(string()) });

export const podTemplate = openMessage('PodTemplateSpec', { metadata: objectMeta, spec: podSpec });

/** Deployment, StatefulSet, DaemonSet and ReplicaSet alike. */
export const workloadSetSpec = openMessage('WorkloadSetSpec', {
  replicas: int32(),
  selector: labelSelector,
  serviceName: string(),
  ordinals: openMessage('StatefulSetOrdinals', { start: int32() }),
  template: podTemplate,
});

export type Container = Decoded<typeof container>;
export type PodSpec = Decoded<typeof podSpec>;
export type PodTemplate = Decoded<typeof podTemplate>;
export type WorkloadSetSpec = Decoded<typeof workloadSetSpec>;
