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
  const shares = running.shares().flatMap(({ rule, destinations }) =>
    destinations.map(({ destination, observed }) => ({
      name: `rule.${rule}.${destination}.connections`,
      value: observed,
    })),
  );
  return [
    { name: 'connections.open', value: open },
    { name: 'workloads', value: running.workloads().length },
    { name: 'listeners', value: running.addresses().length },
    ...shares,
    ...clusters,
  ];
}
