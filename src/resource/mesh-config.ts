/** The settings of a whole mesh, which Istio keeps as a text in a ConfigMap. */
import type { Source, Span } from '../text/index.ts';
import { below, documentsOf, type YamlNode } from '../yaml/index.ts';
import { decodeValue } from './decode-value.ts';
import { type MeshConfigFields, meshConfigTable } from './istio/mesh-config.ts';
import { at, type Placed } from './place.ts';
import type { DecodeProblem, Resource } from './resource.ts';

/**
 * fields: null where Istio cannot read them; it then goes on with what it had, after a start with its defaults.
 * problem: why, in its words. span: where the text stands in the ConfigMap.
 */
export type MeshConfigText = {
  readonly fields: MeshConfigFields | null;
  readonly problem: string | null;
  readonly span: Span;
};

/** `istio` in the root namespace; each further control plane (revision) has its own, which is not read. */
export const meshConfigName = 'istio';

const texts = new WeakMap<object, MeshConfigText | null>();

/** Null where the ConfigMap holds none. Read once, however many meshes it is part of. */
export function readMeshConfig({ root, kind }: Resource<'ConfigMap'>): MeshConfigText | null {
  const known = texts.get(root);
  if (known !== undefined) return known;
  const text = textIn(root, kind);
  texts.set(root, text);
  return text;
}

function textIn(root: Placed, kind: string): MeshConfigText | null {
  const { node } = root[at];
  const text = below(node, 'data', 'mesh');
  if (text?.kind !== 'scalar' || typeof text.value !== 'string') return null;
  return { ...fieldsOf({ name: `${kind} data.mesh`, text: text.value }), span: text };
}

function fieldsOf(source: Source): Pick<MeshConfigText, 'fields' | 'problem'> {
  const [document] = documentsOf(source);
  const [broken] = document?.problems ?? [];
  if (broken !== undefined) return { fields: null, problem: broken.message };
  const node = document?.root ?? null;
  return node === null ? { fields: null, problem: null } : meshConfigAt(node);
}

/** As Istio decodes them wherever they are written. */
export function meshConfigAt(node: YamlNode): Pick<MeshConfigText, 'fields' | 'problem'> {
  const problems: DecodeProblem[] = [];
  const fields = decodeValue(meshConfigTable, node, null, '', problems);
  const [wrong] = problems.filter(({ kind }) => refusing.has(kind));
  if (wrong !== undefined) return { fields: null, problem: wrong.message };
  // The table made it: decodeValue's callers name the type.
  return { fields: fields as MeshConfigFields, problem: null };
}

/** Unknown fields Istio passes over here. */
const refusing: ReadonlySet<DecodeProblem['kind']> = new Set([
  'type',
  'enum',
  'range',
  'duration',
  'base64',
]);
