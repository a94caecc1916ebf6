/** One route: what `run` does with a real connection is what `explain` says of it, on recorded meshes and on random ones. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunningMesh } from '../../src/control/index.ts';
import { labelsMatch } from '../../src/mesh/index.ts';
import type { Viewpoint } from '../../src/routing/index.ts';
import { callOf, readRecordedMesh, recordedFolders } from '../golden/routing-cases.ts';
import { gatewayBinds, randomMesh } from './random-mesh.ts';
import { Comparer, type Way } from './same-answers.ts';
import { startMesh } from './start-mesh.ts';

const golden = fileURLToPath(new URL('../golden/routing', import.meta.url));

/** The workload of the mesh that is the described client or gateway; null where the mesh has none. */
function wayFor(running: RunningMesh, viewpoint: Viewpoint): Way | null {
  const same = (labels: Viewpoint['labels']): boolean =>
    labelsMatch(viewpoint.labels, labels) && labelsMatch(labels, viewpoint.labels);
  if (viewpoint.kind === 'gateway') {
    const found = running.snapshot.mesh.workloads.find(
      ({ namespace, labels }) => namespace === viewpoint.namespace && same(labels),
    );
    return found === undefined
      ? null
      : { kind: 'gateway', name: `${found.namespace}/${found.owner?.name ?? found.name}` };
  }
  const client = running
    .clients()
    .find((one) => one.viewpoint.namespace === viewpoint.namespace && same(one.viewpoint.labels));
  return client === undefined ? null : { kind: 'client', name: client.name };
}

/** Two services whose rule sends to a headless one: its one cluster goes to the address of whichever was dialled. */
const headlessBehindTwo = `apiVersion: v1
kind: Service
metadata: {name: c, namespace: default}
spec: {clusterIP: None, selector: {app: c}, ports: [{name: tcp, port: 9000}]}
---
apiVersion: v1
kind: Service
metadata: {name: a, namespace: default}
spec: {clusterIP: 10.96.0.1, selector: {app: c}, ports: [{name: tcp, port: 9000}]}
---
apiVersion: v1
kind: Service
metadata: {name: b, namespace: default}
spec: {clusterIP: 10.96.0.2, selector: {app: c}, ports: [{name: tcp, port: 9000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: p-0, namespace: default, labels: {app: c}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: default, labels: {app: client}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.9.1}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: x, namespace: default}
spec: {hosts: [a, b], tcp: [{route: [{destination: {host: c}}]}]}
`;

/** A service behind a waypoint, whose first rule no waypoint uses, and one in front of which none stands. */
const ambientMesh = `apiVersion: v1
kind: Namespace
metadata: {name: web, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/use-waypoint: waypoint}}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.96.0.1, selector: {app: db}, ports: [{name: tcp, port: 5432}, {name: any, port: 7000}]}
---
apiVersion: v1
kind: Service
metadata: {name: plain, namespace: web}
spec: {clusterIP: 10.96.0.2, selector: {app: plain}, ports: [{name: tcp, port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db-1, namespace: shop, labels: {app: db, version: v1}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: db-2, namespace: shop, labels: {app: db, version: v2}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.0.2}
---
apiVersion: v1
kind: Pod
metadata: {name: plain, namespace: web, labels: {app: plain}}
spec: {containers: [{name: m, image: x}]}
status: {phase: Running, podIP: 10.244.0.3}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec:
  host: db
  trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}}}
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec:
  hosts: [db]
  tcp:
  - match: [{sourceNamespace: web}]
    route: [{destination: {host: db, subset: v1}}]
  - route: [{destination: {host: db, subset: v2}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: plain, namespace: web}
spec:
  hosts: [plain]
  tcp: [{route: [{destination: {host: db.shop.svc.cluster.local}}]}]
`;

describe('run does what explain says', () => {
  const outcomes = new Map<string, number>();
  for (const kind of ['cases', 'unusual', 'random']) {
    it(`on the recorded meshes (${kind})`, async () => {
      const differences: string[] = [];
      let compared = 0;
      for (const folder of recordedFolders(join(golden, kind))) {
        const recorded = readRecordedMesh(folder);
        const running = await startMesh(readFileSync(join(folder, 'mesh.yaml'), 'utf8'), 1);
        const comparer = new Comparer(running);
        try {
          for (const connection of recorded.connections) {
            const call = callOf(recorded.mesh, connection);
            const way = wayFor(running, call.from);
            if (way === null) continue;
            const from =
              way.kind === 'client'
                ? (running.client(way.name)?.viewpoint ?? call.from)
                : call.from;
            compared += 1;
            const found = await comparer.differences(way, { ...call, from });
            differences.push(...found.map((line) => `${folder}: ${line}`));
          }
        } finally {
          comparer.end();
          await running.stop(0);
        }
        for (const [outcome, count] of comparer.outcomes)
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);
      }
      expect(differences).toEqual([]);
      expect(compared).toBeGreaterThan(100);
    }, 120_000);
  }

  it('and the recorded meshes have every outcome', () => {
    expect([...outcomes.keys()].sort()).toEqual([
      'blackhole',
      'http',
      'listener-rejected',
      'no-endpoints',
      'no-filter-chain',
      'no-listener',
      'no-such-cluster',
      'passthrough',
      'routed',
    ]);
  });

  it('where one cluster goes to whatever address was dialled, by name', async () => {
    const running = await startMesh(headlessBehindTwo, 1);
    const comparer = new Comparer(running);
    try {
      const [client] = running.clients().filter(({ name }) => name === 'default/client');
      if (client === undefined) throw new Error('the client of this mesh is not one');
      const differences: string[] = [];
      for (const host of ['a', 'b', 'c', 'a'])
        differences.push(
          ...(await comparer.differences(
            { kind: 'client', name: client.name },
            { from: client.viewpoint, to: { host, port: 9000 }, protocol: 'tcp' },
          )),
        );
      expect(differences).toEqual([]);
    } finally {
      comparer.end();
      await running.stop(0);
    }
  });

  it('from clients in ambient mode, by the rules of a waypoint and past all rules', async () => {
    const running = await startMesh(ambientMesh, 1);
    const comparer = new Comparer(running);
    try {
      const differences: string[] = [];
      const seen: string[] = [];
      for (const { name, viewpoint } of running.clients())
        for (const { host, port } of [
          { host: 'db.shop', port: 5432 },
          { host: 'db.shop', port: 7000 },
          { host: 'plain.web', port: 5432 },
          { host: 'db.shop', port: 1 },
        ]) {
          seen.push(viewpoint.kind);
          const call = { from: viewpoint, to: { host, port }, protocol: 'tcp' } as const;
          differences.push(...(await comparer.differences({ kind: 'client', name }, call)));
        }
      expect(differences).toEqual([]);
      expect(new Set(seen)).toEqual(new Set(['ambient', 'sidecar']));
    } finally {
      comparer.end();
      await running.stop(0);
    }
  });

  it('on random meshes, from every client and gateway', async () => {
    await fc.assert(
      fc.asyncProperty(randomMesh, fc.nat(), async ({ text, calls }, seed) => {
        const running = await startMesh(text, seed);
        const comparer = new Comparer(running);
        try {
          const { mesh } = running.snapshot;
          const differences: string[] = [];
          for (const { name, viewpoint } of running.clients())
            for (const to of calls(mesh))
              differences.push(
                ...(await comparer.differences(
                  { kind: 'client', name },
                  { from: viewpoint, to, protocol: 'tcp' },
                )),
              );
          for (const gateway of mesh.workloads.filter(({ labels }) => labels.istio !== undefined))
            for (const port of [31400, 31401, 9000]) {
              const { namespace, labels, name } = gateway;
              const from = { kind: 'gateway', namespace, labels } as const;
              const way = { kind: 'gateway', name: `${namespace}/${name}` } as const;
              for (const ip of [undefined, ...gatewayBinds])
                differences.push(
                  ...(await comparer.differences(way, { from, to: { ip, port }, protocol: 'tcp' })),
                );
            }
          expect(differences).toEqual([]);
        } finally {
          comparer.end();
          await running.stop(0);
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
