/** Counters and gauges of a running mesh, a name and a number each, in the manner of Envoy's /stats. */
import type { RunningMesh } from '../running-mesh.ts';

export type Stat = { readonly name: string; readonly value: number };

export function describeStats(running: RunningMesh): readonly Stat[] {
  const open = [...running.plane.connections()].length;
  const clusters = [...running.plane.clusters()].flatMap((cluster) => {
    const prefix = `proxy.${cluster.scope}.cluster.${cluster.name}`;
    const endpoints = cluster.endpoints();
    return [
      { name: `${prefix}.upstream_cx_active`, value: cluster.activeConnections },
      { name: `${prefix}.membership_total`, value: endpoints.length },
      {
        name: `${prefix}.membership_healthy`,
        // As Envoy counts: neither for their checks nor for their failures.
        value: endpoints.filter(({ healthy, ejected }) => healthy && !ejected).length,
      },
      {
        name: `${prefix}.outlier_detection.ejections_active`,
        value: endpoints.filter(({ ejected }) => ejected).length,
      },
    ];
  });
  return [
    { name: 'connections.open', value: open },
    { name: 'workloads', value: running.workloads().length },
    { name: 'listeners', value: running.addresses().length },
    ...connectionsByDestination(running),
    ...clusters,
  ];
}

/** Shares are counted anew when weights change; a counter goes on. */
export function connectionsByDestination(running: Pick<RunningMesh, 'shares'>): readonly Stat[] {
  const counted = new Map<string, number>();
  for (const { rule, destinations } of running.shares())
    for (const { destination, observed } of destinations) {
      const name = `rule.${rule}.${destination}.connections`;
      counted.set(name, (counted.get(name) ?? 0) + observed);
    }
  return [...counted].map(([name, value]) => ({ name, value }));
}
