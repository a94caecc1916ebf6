/** Reads the recorded answers: a mesh, without what a cluster would refuse of it, and connections with where Istio sent them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { buildMesh, type Mesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { type Call, compile, route, type Verdict, type Viewpoint } from '../../src/routing/index.ts';
import { admit } from '../../src/validation/index.ts';

type Labels = { readonly [key: string]: string };

type RecordedDestination = {
  readonly host: string;
  readonly port: number;
  readonly subset?: string;
  readonly weight?: number;
  readonly endpoints?: readonly string[];
  readonly problem?: string | null;
};

export type RecordedConnection = {
  readonly name: string;
  readonly from: {
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly ip?: string;
    readonly workload?: string;
    readonly gateway?: { readonly namespace: string; readonly labels: Labels };
  };
  readonly to: {
    readonly host?: string;
    readonly ip?: string;
    readonly port: number;
    readonly sni?: string;
    readonly protocol?: 'tcp' | 'http' | 'tls';
  };
  readonly expect: {
    readonly outcome: string;
    readonly rule?: string | null;
    readonly destinations?: readonly RecordedDestination[];
  };
};

export type RecordedMesh = {
  readonly name: string;
  readonly mesh: Mesh;
  readonly connections: readonly RecordedConnection[];
};

/** Folders of recorded meshes below a folder. */
export function recordedFolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .filter((name) => existsSync(join(folder, name, 'routes.mesh-test.yaml')))
    .map((name) => join(folder, name));
}

export function readRecordedMesh(folder: string): RecordedMesh {
  const file = parse(readFileSync(join(folder, 'routes.mesh-test.yaml'), 'utf8')) as {
    readonly created: string;
    readonly connections: readonly RecordedConnection[];
  };
  const text = readFileSync(join(folder, 'mesh.yaml'), 'utf8').replace(/^\uFEFF/, '');
  const { resources } = decodeSources([{ name: 'mesh.yaml', text }], {
    defaultNamespace: 'default',
  });
  const { admitted } = admit(resources);
  const mesh = buildMesh(admitted, { created: Date.parse(file.created) / 1000 });
  return { name: folder, mesh, connections: file.connections };
}

export function callOf(mesh: Mesh, { from, to }: RecordedConnection): Call {
  return {
    from: viewpointOf(mesh, from),
    to: { host: to.host, ip: to.ip, port: to.port },
    sni: to.sni,
    protocol: to.protocol ?? (to.sni === undefined ? 'tcp' : 'tls'),
  };
}

function viewpointOf(mesh: Mesh, from: RecordedConnection['from']): Viewpoint {
  if (from.gateway !== undefined) return { kind: 'gateway', ...from.gateway };
  if (from.workload !== undefined) {
    const [namespace = '', name = ''] = from.workload.split('/');
    const workload = mesh.workloadIndex.named(namespace, name)[0];
    return { kind: 'sidecar', namespace, labels: workload?.labels ?? {}, ip: workload?.ip };
  }
  return {
    kind: 'sidecar',
    namespace: from.namespace ?? 'default',
    labels: from.labels ?? {},
    ip: from.ip,
  };
}

export function answer(recorded: RecordedMesh, connection: RecordedConnection): Verdict {
  const call = callOf(recorded.mesh, connection);
  return route(compile(recorded.mesh, call.from), call);
}

/** What differs from the record, one line each; nothing where all that it says is so. */
export function differences(verdict: Verdict, { expect }: RecordedConnection): string[] {
  const lines: string[] = [];
  if (verdict.outcome !== expect.outcome)
    lines.push(`outcome ${verdict.outcome}, recorded ${expect.outcome}`);
  const rule = verdict.rule === null ? null : `${verdict.rule.namespace}/${verdict.rule.name}`;
  if (expect.rule !== undefined && rule !== expect.rule)
    lines.push(`rule ${rule}, recorded ${expect.rule}`);
  if (expect.destinations !== undefined) {
    const left = [...expect.destinations];
    for (const destination of verdict.destinations) {
      const found = left.findIndex((recorded) => agrees(destination, recorded));
      if (found === -1) lines.push(`destination ${show(destination)} is not recorded`);
      else left.splice(found, 1);
    }
    for (const missing of left) lines.push(`recorded ${show(missing)} is missing`);
  }
  return lines;
}

function show(value: unknown): string {
  return JSON.stringify(value);
}

function agrees(actual: Verdict['destinations'][number], recorded: RecordedDestination): boolean {
  return (
    actual.host === recorded.host &&
    actual.port === recorded.port &&
    actual.subset === (recorded.subset ?? '') &&
    actual.weight === recorded.weight &&
    (recorded.problem === undefined || actual.problem === recorded.problem) &&
    (recorded.endpoints === undefined ||
      sameMultiset(
        actual.endpoints.map(({ address }) => address),
        recorded.endpoints,
      ))
  );
}

function sameMultiset(a: readonly string[], b: readonly string[]): boolean {
  const sorted = [...b].sort();
  return a.length === b.length && [...a].sort().every((text, i) => text === sorted[i]);
}
