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

/** Workloads by their labels: no question goes through all of them. */
export class LabelIndex {
  readonly #byLabel = new Map<string, LabelledWorkload[]>();

  constructor(workloads: readonly LabelledWorkload[]) {
    for (const workload of workloads) this.add(workload);
  }

  add(workload: LabelledWorkload): void {
    for (const [key, value] of Object.entries(workload.labels)) {
      const text = `${workload.namespace}\n${key}\n${value}`;
      const known = this.#byLabel.get(text);
      if (known === undefined) this.#byLabel.set(text, [workload]);
      else known.push(workload);
    }
  }

  /** Does a selector (not an empty one) name one of a namespace? */
  selects(namespace: string, selector: Labels): boolean {
    const lists = Object.entries(selector).map(
      ([key, value]) => this.#byLabel.get(`${namespace}\n${key}\n${value}`) ?? [],
    );
    const fewest = lists.reduce((a, b) => (b.length < a.length ? b : a), lists[0] ?? []);
    return fewest.some(({ labels }) => includesLabels(labels, selector));
  }
}
