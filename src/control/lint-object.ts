/** What is doubtful about an object that has just been stored, beside all the others: the warnings that kubectl prints. */
import { lint } from '../lint/index.ts';
import { buildMesh } from '../mesh/index.ts';
import { decodeSources, isKind, kinds, meshConfigName } from '../resource/index.ts';
import { admit, judge } from '../validation/index.ts';
import { meshSources } from './mesh-sources.ts';
import type { ObjectStore } from './object-store.ts';
import { keyOf, type StoredObject } from './stored-object.ts';

/** Beyond so many objects a look at all of them would hold up every change. */
const objectsMax = 2000;

export function lintObject(store: ObjectStore, object: StoredObject): readonly string[] {
  const { kind, namespace, name } = keyOf(object);
  const isSettings = kind === 'ConfigMap' && name === meshConfigName;
  if (!isKind(kind) || (kinds[kind].family !== 'istio' && !isSettings)) return [];
  const sources = meshSources(store);
  if (sources.length > objectsMax) return [];
  const { resources } = decodeSources(sources, { defaultNamespace: 'default' });
  const own = resources.find(
    (one) => one.kind === kind && one.namespace === namespace && one.name === name,
  );
  if (own === undefined) return [];
  const mesh = buildMesh(admit(resources).admitted);
  return [...judge(own), ...lint({ resources, mesh })]
    .filter(
      ({ resource }) =>
        resource?.kind === kind && resource.namespace === namespace && resource.name === name,
    )
    .filter(({ severity }) => severity !== 'info')
    .map(({ code, path, message }) => `${path === '' ? '' : `${path}: `}${message} [${code}]`);
}
