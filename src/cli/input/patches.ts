/** Files that a kustomization among the inputs lists as patches: parts of objects, that say nothing by themselves. */
import { resolve } from 'node:path';
import type { Source } from '../../text/index.ts';
import { below, type MapNode, textAt, type YamlNode } from '../../yaml/index.ts';
import type { Kustomization } from './kustomizations.ts';

type Patch = { readonly source: Source; readonly kustomization: string };

/** paths: absolute, of each source that is a file, by its name. */
export function patchesAmong(
  sources: readonly Source[],
  paths: ReadonlyMap<string, string>,
  kustomizations: readonly Kustomization[],
): readonly Patch[] {
  const listed = new Map(
    kustomizations.flatMap(({ source, folder, root }) =>
      patchesOf(root).map((name): [string, string] => [resolve(folder, name), source.name]),
    ),
  );
  return sources.flatMap((source) => {
    const kustomization = listed.get(paths.get(source.name) ?? '');
    return kustomization === undefined ? [] : [{ source, kustomization }];
  });
}

/** `patches: [{path: a.yaml}]`, `patchesStrategicMerge: [a.yaml]`, `patchesJson6902: [{path: a.yaml}]`. */
function patchesOf(kustomization: MapNode): readonly string[] {
  return ['patches', 'patchesStrategicMerge', 'patchesJson6902'].flatMap((key) => {
    const list = below(kustomization, key);
    return list?.kind === 'list' ? list.items.flatMap((item) => fileOf(item)) : [];
  });
}

/** A patch may also be written where it is listed. */
function fileOf(item: YamlNode): readonly string[] {
  const text = textAt(below(item, 'path') ?? item);
  return text === '' || text.includes('\n') ? [] : [text];
}
