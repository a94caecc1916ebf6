/** Files that a kustomization among the inputs lists as patches: parts of objects, that say nothing by themselves. */
import { dirname, resolve } from 'node:path';
import type { Source } from '../../text/index.ts';
import { kustomizationFile } from '../../validation/index.ts';
import { entryOf, type MapNode, parseYaml, type YamlNode } from '../../yaml/index.ts';

type Patch = { readonly source: Source; readonly kustomization: string };

/** paths: absolute, of each source that is a file, by its name. */
export function patchesAmong(
  sources: readonly Source[],
  paths: ReadonlyMap<string, string>,
): readonly Patch[] {
  const listed = new Map<string, string>();
  for (const source of sources) {
    const path = paths.get(source.name);
    if (path === undefined || !kustomizationFile.test(source.name)) continue;
    for (const { root } of parseYaml(source))
      if (root?.kind === 'map')
        for (const name of patchesOf(root)) listed.set(resolve(dirname(path), name), source.name);
  }
  return sources.flatMap((source) => {
    const kustomization = listed.get(paths.get(source.name) ?? '');
    return kustomization === undefined ? [] : [{ source, kustomization }];
  });
}

/** `patches: [{path: a.yaml}]`, `patchesStrategicMerge: [a.yaml]`, `patchesJson6902: [{path: a.yaml}]`. */
function patchesOf(kustomization: MapNode): readonly string[] {
  return ['patches', 'patchesStrategicMerge', 'patchesJson6902'].flatMap((key) => {
    const list = entryOf(kustomization, key)?.value;
    return list?.kind === 'list' ? list.items.flatMap((item) => fileOf(item)) : [];
  });
}

/** A patch may also be written where it is listed. */
function fileOf(item: YamlNode): readonly string[] {
  const file = item.kind === 'map' ? entryOf(item, 'path')?.value : item;
  const text = file?.kind === 'scalar' && typeof file.value === 'string' ? file.value : '';
  return text === '' || text.includes('\n') ? [] : [text];
}
