/** Input to the mesh that a cluster would hold, for commands that ask what it does; what is left out or replaced is said. */
import type { Finding } from '../../diagnostic/index.ts';
import { buildMesh, type Mesh, type MeshOptions } from '../../mesh/index.ts';
import {
  type DecodedSources,
  decodeSources,
  foreignSettingsOf,
  type Resource,
} from '../../resource/index.ts';
import { locationOf } from '../../text/index.ts';
import { type Admission, admit, judge, misspeltKinds } from '../../validation/index.ts';
import { CannotDo } from '../command.ts';
import type { World } from '../world.ts';
import { type Input, type InputOptions, readInput } from './read-input.ts';

/** options: what the mesh was built with. */
export type LoadedMesh = {
  readonly input: Input;
  readonly decoded: DecodedSources;
  readonly admission: Admission;
  /** Documents of misspelt kinds, which no cluster takes. */
  readonly unknown: readonly Finding[];
  readonly mesh: Mesh;
  readonly options: MeshOptions;
};

/** Reads, decodes, admits, builds. Exit code 2 for what cannot be read; refused documents are named on stderr and left out. */
export async function loadMesh(
  world: World,
  options: InputOptions,
  operands: readonly string[],
): Promise<LoadedMesh> {
  const input = await readInput(world, options, operands);
  const [unreadable] = input.problems;
  if (unreadable !== undefined)
    throw new CannotDo(`${unreadable.name}: ${unreadable.message}`, unreadable.remedy);
  const { defaultNamespace } = input;
  const decoded = decodeSources(input.sources, { defaultNamespace, atHand: judge });
  for (const document of decoded.documents) {
    const [problem] = document.problems;
    if (problem !== undefined && document.root === null)
      throw new CannotDo(`${locationOf(problem.span)}: ${problem.message}`, problem.help);
  }
  const admission = admit(decoded.resources);
  for (const { resource, by, findings } of admission.refused) {
    const who = by === 'istio' ? 'Istio refuses it' : 'the API server refuses it';
    const [first] = findings;
    const why = first === undefined ? '' : `: ${first.message} (${locationOf(first.span)})`;
    world.stderr.write(`left out: ${nameOf(resource)}, ${who}${why}\n`);
  }
  const unknown = misspeltKinds(decoded);
  for (const { message, help, span } of unknown)
    world.stderr.write(`left out: ${message} (${locationOf(span)}). ${help}\n`);
  const { clusterDomain, rootNamespace: systemNamespace } = input.configuration;
  const foreign = foreignSettingsOf(decoded.foreign, defaultNamespace);
  const meshOptions = { clusterDomain, systemNamespace, foreign };
  const mesh = buildMesh(admission.admitted, meshOptions);
  for (const { resource, by } of mesh.replaced) {
    const places = `${locationOf(by.span)} replaces ${locationOf(resource.span)}`;
    world.stderr.write(`given twice: ${nameOf(resource)}, ${places}\n`);
  }
  return { input, decoded, admission, unknown, mesh, options: meshOptions };
}

function nameOf({ kind, namespace, name }: Resource): string {
  return `${kind} ${[namespace, name].filter((part) => part !== '').join('/')}`;
}
