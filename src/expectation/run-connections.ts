/** Asks for each connection of a test file, and holds the answer against what is expected. */
import { type Mesh, plainViewpoint } from '../mesh/index.ts';
import type { Call, Compiled, Viewpoint } from '../routing/index.ts';
import { type Ask, asker, proxiesOf } from './ask.ts';
import { ambientClient, clientOf } from './capture.ts';
import { compareVerdict } from './compare.ts';
import { resolveDialled } from './dialled-name.ts';
import { partingStep } from './parting-step.ts';
import { pastTheSidecar } from './past-the-sidecar.ts';
import type { Connection, DescribedCall, From, TestFile } from './test-file.ts';
import type { TestResult } from './test-result.ts';

type Asking = {
  readonly mesh: Mesh;
  readonly proxyOf: (from: Viewpoint) => Compiled;
  readonly ask: Ask;
  readonly everywhereAmbient: boolean;
};

/** In the order of the file. everywhereAmbient: the configuration says so of every client that no label gives a sidecar. */
export function runConnections(
  file: TestFile,
  mesh: Mesh,
  everywhereAmbient = false,
): TestResult[] {
  const proxyOf = proxiesOf(mesh);
  const asking = { mesh, proxyOf, ask: asker(mesh, proxyOf), everywhereAmbient };
  return file.connections.map((connection) => runOne(connection, file, asking));
}

function runOne(connection: Connection, file: TestFile, asking: Asking): TestResult {
  const { name, span, expect } = connection;
  const about = { file: file.source.name, name, span };
  const call = callOf(connection, asking.mesh);
  if (typeof call === 'string')
    return {
      ...about,
      ok: false,
      problem: call,
      mismatches: [],
      parting: null,
      verdict: null,
      notes: [],
    };
  const verdict = asking.ask(call);
  const mismatches = compareVerdict(expect, verdict);
  const ok = mismatches.length === 0;
  return {
    ...about,
    ok,
    problem: null,
    mismatches,
    parting: ok ? null : partingStep(expect, verdict),
    verdict,
    notes: notesOn(call, asking),
  };
}

/** What the files say against the sidecar that the answer takes for granted. */
function notesOn(call: Call, { mesh, proxyOf, everywhereAmbient }: Asking): string[] {
  const { from } = call;
  if (from.kind !== 'sidecar') return [];
  const ambient = ambientClient(from, mesh, everywhereAmbient);
  if (ambient !== null)
    return [
      `${clientOf(from, mesh).who} is in ambient mode (${ambient}) and has no sidecar, which this answer takes for granted: with mode: ambient under from it is that of the ztunnel and the waypoint`,
    ];
  const dialled = resolveDialled(call, proxyOf(from));
  const resolved = 'message' in dialled ? null : (dialled.addresses[0] ?? null);
  return pastTheSidecar(call, call.to.ip ?? resolved, mesh);
}

/** The call that a connection describes, or why there is none. */
export function callOf({ from, to, sni, protocol }: DescribedCall, mesh: Mesh): Call | string {
  const viewpoint = viewpointOf(from, mesh);
  return typeof viewpoint === 'string' ? viewpoint : { from: viewpoint, to, sni, protocol };
}

/** A workload is the first of its name: replicas of one template route alike, but for their own headless address. */
export function viewpointOf(from: From, mesh: Mesh): Viewpoint | string {
  if (from.kind !== 'workload') return from;
  const { mode = 'sidecar' } = from;
  const [workload] = mesh.workloadIndex.named(from.namespace, from.name);
  if (workload === undefined) {
    const plain = plainViewpoint(mesh, from.namespace, from.name);
    if (plain !== null) return { ...plain, kind: mode };
    return `the mesh has no workload ${from.namespace}/${from.name}: name a Pod or Deployment of the configuration, or describe the client by namespace and labels`;
  }
  const { namespace, labels, ip } = workload;
  return { kind: mode, namespace, labels, ip };
}
