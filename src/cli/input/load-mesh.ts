/** Input to the resources that a cluster would hold, for commands that ask what a mesh does; what is left out is said. */
import { type DecodedSources, decodeSources } from '../../resource/index.ts';
import { positionOf, type Span } from '../../text/index.ts';
import { type Admission, admit } from '../../validation/index.ts';
import { CannotDo } from '../command.ts';
import type { World } from '../world.ts';
import { type Input, type InputOptions, readInput } from './read-input.ts';

export type LoadedMesh = {
  readonly input: Input;
  readonly decoded: DecodedSources;
  readonly admission: Admission;
};

/** Reads, decodes, admits. Exit code 2 for what cannot be read; refused documents are named on stderr and left out. */
export async function loadMesh(
  world: World,
  options: InputOptions,
  operands: readonly string[],
): Promise<LoadedMesh> {
  const input = await readInput(world, options, operands);
  const [unreadable] = input.problems;
  if (unreadable !== undefined)
    throw new CannotDo(`${unreadable.name}: ${unreadable.message}`, unreadable.remedy);
  const decoded = decodeSources(input.sources, { defaultNamespace: input.defaultNamespace });
  for (const document of decoded.documents) {
    const [problem] = document.problems;
    if (document.root === null && problem !== undefined)
      throw new CannotDo(`${placeOf(problem.span)}: ${problem.message}`, problem.help);
  }
  const admission = admit(decoded.resources);
  for (const { resource, by, findings } of admission.refused) {
    const who = by === 'istio' ? 'Istio refuses it' : 'the API server refuses it';
    const [first] = findings;
    const why = first === undefined ? '' : `: ${first.message} (${placeOf(first.span)})`;
    const name = [resource.namespace, resource.name].filter((part) => part !== '').join('/');
    world.stderr.write(`left out: ${resource.kind} ${name}, ${who}${why}\n`);
  }
  return { input, decoded, admission };
}

function placeOf(span: Span): string {
  const { line, column } = positionOf(span);
  return `${span.source.name}:${line}:${column}`;
}
