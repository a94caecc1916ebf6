/** The kustomizations among the files that are read. */
import { dirname } from 'node:path';
import type { Source } from '../../text/index.ts';
import { kustomizationFile } from '../../validation/index.ts';
import { type MapNode, parseYaml } from '../../yaml/index.ts';

/** folder: what it lists is named from there. */
export type Kustomization = {
  readonly source: Source;
  readonly folder: string;
  readonly root: MapNode;
};

/** paths: absolute, of each source that is a file, by its name. */
export function kustomizationsAmong(
  sources: readonly Source[],
  paths: ReadonlyMap<string, string>,
): readonly Kustomization[] {
  return sources.flatMap((source) => {
    const path = paths.get(source.name);
    if (path === undefined || !kustomizationFile.test(source.name)) return [];
    return parseYaml(source).flatMap(({ root }) =>
      root?.kind === 'map' ? [{ source, folder: dirname(path), root }] : [],
    );
  });
}
