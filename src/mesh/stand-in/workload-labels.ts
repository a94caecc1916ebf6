/** The labels of every workload that resources describe, Pods and templates alike. */
import type { Resource } from '../../resource/index.ts';

export type Labels = Readonly<Record<string, string>>;
export type LabelledWorkload = { readonly namespace: string; readonly labels: Labels };

export function labelledWorkloads(resources: readonly Resource[]): readonly LabelledWorkload[] {
  return resources.flatMap((resource): LabelledWorkload[] => {
    const { namespace } = resource;
    switch (resource.kind) {
      case 'Pod':
        return [{ namespace, labels: resource.metadata.labels ?? {} }];
      case 'Deployment':
      case 'StatefulSet':
      case 'DaemonSet':
      case 'ReplicaSet':
        return [{ namespace, labels: resource.spec.template?.metadata?.labels ?? {} }];
      default:
        return [];
    }
  });
}

/** Has it every one of the wanted labels? */
export function includesLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
