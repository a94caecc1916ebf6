/** `TYPE[,TYPE] [NAME...]` or `TYPE/NAME...`: what the words of get, describe and delete name. */
import { CannotDo } from '../command.ts';
import { type ApiResource, findResources } from './api-resource.ts';

/** name: undefined for all of the type. */
export type Named = { readonly resource: ApiResource; readonly name: string | undefined };

export function namedObjects(
  all: readonly ApiResource[],
  words: readonly string[],
): readonly Named[] {
  const [first, ...names] = words;
  if (first === undefined)
    throw new CannotDo('which resources?', 'Write a type, such as virtualservices, pods or all.');
  if (words.some((word) => word.includes('/')))
    return words.flatMap((word) => {
      const [type = '', name = '', ...more] = word.split('/');
      if (name === '' || more.length > 0)
        throw new CannotDo(`${word} is no TYPE/NAME`, 'Write all of them as TYPE/NAME.');
      return findResources(all, type).map((resource) => ({ resource, name }));
    });
  const resources = first.split(',').flatMap((type) => findResources(all, type));
  return names.length === 0
    ? resources.map((resource) => ({ resource, name: undefined }))
    : resources.flatMap((resource) => names.map((name) => ({ resource, name })));
}
