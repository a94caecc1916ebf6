/** Asks for each connection of a test file, and holds the answer against what is expected. */
import { type Mesh, plainViewpoint } from '../mesh/index.ts';
import type { Call, Viewpoint } from '../routing/index.ts';
import { type Ask, asker } from './ask.ts';
import { compareVerdict } from './compare.ts';
import { partingStep } from './parting-step.ts';
import type { Connection, DescribedCall, From, TestFile } from './test-file.ts';
import type { TestResult } from './test-result.ts';

/** In the order of the file. */
export function runConnections(file: TestFile, mesh: Mesh): TestResult[] {
  const ask = asker(mesh);
  return file.connections.map((connection) => runOne(connection, file, mesh, ask));
}

function runOne(connection: Connection, file: TestFile, mesh: Mesh, ask: Ask): TestResult {
  const { name, span, expect } = connection;
  const about = { file: file.source.name, name, span };
  const call = callOf(connection, mesh);
  if (typeof call === 'string')
    return { ...about, ok: false, problem: call, mismatches: [], parting: null, verdict: null };
  const verdict = ask(call);
  const mismatches = compareVerdict(expect, verdict);
  const ok = mismatches.length === 0;
  return {
    ...about,
    ok,
    problem: null,
    mismatches,
    parting: ok ? null : partingStep(expect, verdict),
    verdict,
  };
}

/** The call that a connection describes, or why there is none. */
export function callOf({ from, to, sni, protocol }: DescribedCall, mesh: Mesh): Call | string {
  const viewpoint = viewpointOf(from, mesh);
  return typeof viewpoint === 'string' ? viewpoint : { from: viewpoint, to, sni, protocol };
}

/** A workload is the first of its name: replicas of one template route alike, but for their own headless address. */
export function viewpointOf(from: From, mesh: Mesh): Viewpoint | string {
  if (from.kind !== 'workload') return from;
  const [workload] = mesh.workloadIndex.named(from.namespace, from.name);
  if (workload === undefined)
    return (
      plainViewpoint(mesh, from.namespace, from.name) ??
      `the mesh has no workload ${from.namespace}/${from.name}: name a Pod or Deployment of the configuration, or describe the client by namespace and labels`
    );
  const { namespace, labels, ip } = workload;
  return { kind: 'sidecar', namespace, labels, ip };
}
