/** The objects of -f: every document, Lists taken apart, of whatever kind. */
import { type JsonObject, jsonOf } from '../../control/index.ts';
import { locationOf } from '../../text/index.ts';
import { parseYaml } from '../../yaml/index.ts';
import { CannotDo } from '../command.ts';
import { type InputOptions, readInput } from '../input/read-input.ts';
import type { World } from '../world.ts';
import type { Json, JsonMap } from './api-client.ts';
import { isMap, listAt, textAt } from './json-at.ts';

export type InputObject = { readonly object: JsonMap; readonly file: string };

export async function inputObjects(
  world: World,
  options: InputOptions,
): Promise<readonly InputObject[]> {
  if (options.filename.length === 0)
    throw new CannotDo('which files?', 'Name them with -f; - is standard input.');
  const { sources, problems } = await readInput(world, { ...options, mesh: undefined }, []);
  const [unreadable] = problems;
  if (unreadable !== undefined)
    throw new CannotDo(`${unreadable.name}: ${unreadable.message}`, unreadable.remedy);
  const objects = sources.flatMap((source) =>
    parseYaml(source).flatMap(({ root, problems: wrong }) => {
      if (root === null) {
        const [problem] = wrong;
        if (problem === undefined) return [];
        throw new CannotDo(`${locationOf(problem.span)}: ${problem.message}`, problem.help);
      }
      const value: JsonObject | Json = jsonOf(root);
      return takenApart(value).map((object) => {
        checkNamed(object, locationOf(root));
        return { object, file: source.name };
      });
    }),
  );
  if (objects.length === 0)
    throw new CannotDo('the files hold no object', 'Name files with Kubernetes or Istio YAML.');
  return objects;
}

/** Only an object with a kind has a place in the API. */
function checkNamed(value: Json, place: string): asserts value is JsonMap {
  if (!isMap(value))
    throw new CannotDo(
      `${place}: this document is no object`,
      'Write apiVersion, kind and metadata.',
    );
  const missing = ['apiVersion', 'kind'].filter((key) => textAt(value, key) === '');
  if (missing.length > 0)
    throw new CannotDo(
      `${place}: this document has no ${missing.join(' and no ')}`,
      'Each object begins with them.',
    );
  const { name } = isMap(value.metadata) ? value.metadata : {};
  if (name !== undefined && name !== null && typeof name !== 'string')
    throw new CannotDo(
      `${place}: the name of this object is read as ${JSON.stringify(name)}, and a text belongs here`,
      'Quote it.',
    );
}

function takenApart(value: Json): readonly Json[] {
  if (value === null) return [];
  if (!isMap(value)) return [value];
  // As kubectl does, whatever the kind.
  return Array.isArray(value.items) ? listAt(value, 'items').flatMap(takenApart) : [value];
}
