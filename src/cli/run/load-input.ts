/** What a run begins with: files, or nothing. */
import { locationOf } from '../../text/index.ts';
import { CannotDo } from '../command.ts';
import { loadMesh } from '../input/load-mesh.ts';
import { NothingToRead } from '../input/read-input.ts';
import type { LoadedInput, RunInvocation } from './session.ts';

/** Throws CannotDo where there is nothing to run. */
export async function loadInput({ world, options, operands }: RunInvocation): Promise<LoadedInput> {
  const names = [...operands, ...options.filename];
  const nothing = {
    input: null,
    sources: [],
    defaultNamespace: options.namespace ?? 'default',
    names,
  };
  if (options.empty && names.length === 0) return nothing;
  const read = await loadMesh(world, options, operands).catch((error: unknown) => {
    // With nothing at all there is still the API to apply things to.
    if (error instanceof NothingToRead && options.api !== 'off') return null;
    throw error;
  });
  if (read === null) {
    world.stderr.write(
      'tcpmesh: no input is named, and this folder holds no YAML: the mesh is empty until something is applied (- reads standard input)\n',
    );
    return nothing;
  }
  const { input, admission, unknown } = read;
  if (admission.admitted.length === 0)
    throw new CannotDo(
      `there is nothing to run: ${input.sources.length === 1 ? input.sources[0]?.name : 'the input'} holds no resources that a cluster would take`,
      'Name files with VirtualServices, Services and Gateways; --empty starts without any.',
    );
  const [refused] = admission.refused;
  if (options.strict && refused !== undefined)
    throw new CannotDo(
      `${refused.resource.kind} ${refused.resource.name} would be refused by a cluster`,
      'Mend it (tcpmesh validate shows what is wrong), or run without --strict.',
    );
  const [misspelt] = unknown;
  if (options.strict && misspelt !== undefined)
    throw new CannotDo(`${locationOf(misspelt.span)}: ${misspelt.message}`, misspelt.help);
  return {
    input,
    sources: input.sources,
    defaultNamespace: input.defaultNamespace,
    names: names.length > 0 ? names : input.sources.map(({ name }) => name),
  };
}
