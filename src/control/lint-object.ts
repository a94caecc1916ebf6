/** What is doubtful about an object that has just been stored, beside all the others: the warnings that kubectl prints. */
import { lint } from '../lint/index.ts';
import { buildMesh, optionsOf } from '../mesh/index.ts';
import {
  decodeSources,
  foreignNamesOf,
  foreignPodsOf,
  foreignSettingsOf,
  isKind,
  kinds,
  meshConfigName,
} from '../resource/index.ts';
import type { Source } from '../text/index.ts';
import { admit, judge } from '../validation/index.ts';
import type { MeshSnapshot } from './mesh-snapshot.ts';
import { keyOf, type StoredObject } from './stored-object.ts';

/** Beyond so many objects a look at all of them would hold up every change. */
const objectsMax = 2000;

/** sources: all that there is. running: as it was installed and is called. now: milliseconds since 1970. */
export type LintedMesh = {
  readonly sources: readonly Source[];
  readonly running: Pick<MeshSnapshot, 'mesh' | 'everywhereAmbient'>;
  readonly defaultNamespace: string;
  readonly now: number;
};

export function lintObject(
  object: StoredObject,
  { sources, running, defaultNamespace, now }: LintedMesh,
): readonly string[] {
  const { kind, namespace, name } = keyOf(object);
  const isSettings = kind === 'ConfigMap' && name === meshConfigName;
  if (!isKind(kind) || (kinds[kind].family !== 'istio' && !isSettings)) return [];
  if (sources.length > objectsMax) return [];
  const { resources, foreign } = decodeSources(sources, { defaultNamespace });
  const own = resources.find(
    (one) => one.kind === kind && one.namespace === namespace && one.name === name,
  );
  if (own === undefined) return [];
  const found = lint({
    resources,
    mesh: buildMesh(admit(resources).admitted, {
      ...optionsOf(running.mesh),
      foreign: foreignSettingsOf(foreign, defaultNamespace),
    }),
    foreignPods: foreignPodsOf(foreign, defaultNamespace),
    foreignNames: foreignNamesOf(foreign, defaultNamespace),
    options: {
      clusterDomain: running.mesh.clusterDomain,
      mode: running.everywhereAmbient ? 'ambient' : 'auto',
      now,
    },
  });
  return [...judge(own), ...found]
    .filter(
      ({ resource }) =>
        resource?.kind === kind && resource.namespace === namespace && resource.name === name,
    )
    .filter(({ severity }) => severity !== 'info')
    .map(({ code, path, message }) => `${path === '' ? '' : `${path}: `}${message} [${code}]`);
}
