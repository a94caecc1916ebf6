/** The namespaces that kustomizations among the inputs give to what they list. */
import { resolve } from 'node:path';
import type { Source } from '../../text/index.ts';
import { textAt, textsAt } from '../../yaml/index.ts';
import type { Kustomization } from './kustomizations.ts';

/** By the name of a source. paths: absolute, of each source that is a file, by its name. */
export function builtNamespaces(
  sources: readonly Source[],
  paths: ReadonlyMap<string, string>,
  kustomizations: readonly Kustomization[],
): ReadonlyMap<string, readonly string[]> {
  const inFolder = new Map(kustomizations.map((one) => [one.folder, one]));
  const given = new Map<string, Set<string>>();
  const visited = new Set<string>();
  const visit = (one: Kustomization, outer: string): void => {
    // That of an overlay replaces that of its base.
    const namespace = outer || textAt(one.root, 'namespace');
    const way = `${one.folder}\n${namespace}`;
    if (visited.has(way)) return;
    visited.add(way);
    for (const path of listedBy(one)) {
      const base = inFolder.get(path);
      if (base !== undefined) visit(base, namespace);
      else if (namespace !== '') given.set(path, (given.get(path) ?? new Set()).add(namespace));
    }
  };
  const bases = new Set(kustomizations.flatMap(listedBy));
  for (const one of kustomizations) if (!bases.has(one.folder)) visit(one, '');
  return new Map(
    sources.flatMap(({ name }) => {
      const namespaces = given.get(paths.get(name) ?? '');
      return namespaces === undefined ? [] : [[name, [...namespaces]] as const];
    }),
  );
}

/** Absolute paths of files and folders. */
function listedBy({ root, folder }: Kustomization): readonly string[] {
  return ['resources', 'bases', 'components'].flatMap((key) =>
    textsAt(root, key).map((name) => resolve(folder, name)),
  );
}
