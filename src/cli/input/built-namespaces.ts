/** The namespaces that kustomizations among the inputs give to what they list. */
import { dirname, resolve } from 'node:path';
import type { Source } from '../../text/index.ts';
import { kustomizationFile } from '../../validation/index.ts';
import { entryOf, type MapNode, parseYaml } from '../../yaml/index.ts';

type Kustomization = {
  readonly path: string;
  readonly namespace: string | undefined;
  /** Absolute paths of files and folders. */
  readonly listed: readonly string[];
};

/** By the name of a source. paths: absolute, of each source that is a file, by its name. */
export function builtNamespaces(
  sources: readonly Source[],
  paths: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const kustomizations = sources.flatMap((source) => kustomizationsIn(source, paths));
  const inFolder = new Map(kustomizations.map((one) => [dirname(one.path), one]));
  const given = new Map<string, Set<string>>();
  const visited = new Set<string>();
  const visit = (one: Kustomization, outer: string | undefined): void => {
    // That of an overlay replaces that of its base.
    const namespace = outer ?? one.namespace;
    const way = `${one.path}\n${namespace ?? ''}`;
    if (visited.has(way)) return;
    visited.add(way);
    for (const path of one.listed) {
      const base = inFolder.get(path);
      if (base !== undefined) visit(base, namespace);
      else if (namespace !== undefined)
        given.set(path, (given.get(path) ?? new Set()).add(namespace));
    }
  };
  const bases = new Set(kustomizations.flatMap(({ listed }) => listed));
  for (const one of kustomizations) if (!bases.has(dirname(one.path))) visit(one, undefined);
  return new Map(
    sources.flatMap(({ name }) => {
      const namespaces = given.get(paths.get(name) ?? '');
      return namespaces === undefined ? [] : [[name, [...namespaces]] as const];
    }),
  );
}

function kustomizationsIn(
  source: Source,
  paths: ReadonlyMap<string, string>,
): readonly Kustomization[] {
  const path = paths.get(source.name);
  if (path === undefined || !kustomizationFile.test(source.name)) return [];
  return parseYaml(source).flatMap(({ root }) =>
    root?.kind === 'map'
      ? [
          {
            path,
            namespace: textAt(root, 'namespace'),
            listed: ['resources', 'bases', 'components'].flatMap((key) =>
              textsAt(root, key).map((name) => resolve(dirname(path), name)),
            ),
          },
        ]
      : [],
  );
}

function textAt(map: MapNode, key: string): string | undefined {
  const node = entryOf(map, key)?.value;
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value !== ''
    ? node.value
    : undefined;
}

function textsAt(map: MapNode, key: string): readonly string[] {
  const node = entryOf(map, key)?.value;
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : [],
  );
}
