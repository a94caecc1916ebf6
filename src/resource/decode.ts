/** Documents to resources: which kind each is, Lists taken apart, metadata and spec decoded by the kind's table. */

import { type Source, splitAtSlash } from '../text/index.ts';
import {
  below,
  documentsOf,
  entryOf,
  isNull,
  type MapNode,
  type YamlDocument,
  type YamlNode,
} from '../yaml/index.ts';
import { controllerIn } from './controller.ts';
import { decodeMessage, decodeValue } from './decode-value.ts';
import { isKind, type Kind, kinds, kindsWithStatus } from './kinds.ts';
import { objectMeta } from './kubernetes/metadata.ts';
import { objectStatus } from './kubernetes/status.ts';
import { at, childOf, nothingAt, type Place, RootPlace } from './place.ts';
import type { DecodeProblem, Foreign, Resource } from './resource.ts';

export type DecodeOptions = {
  /** For namespaced objects whose metadata names none. */
  readonly defaultNamespace: string;
  /** Called with each resource while the tree of its document is at hand: who asks for it later may have it read again. */
  readonly atHand?: (resource: Resource) => void;
};

/** Everything that a set of sources holds, in input order. documents: all of them, broken and empty ones too. */
export type Decoded = {
  readonly documents: readonly YamlDocument[];
  readonly resources: readonly Resource[];
  readonly foreign: readonly Foreign[];
};

/** Reads and decodes sources. Never throws; what is wrong is in documents[].problems and resources[].problems. */
export function decodeSources(sources: readonly Source[], options: DecodeOptions): Decoded {
  const documents: YamlDocument[] = [];
  const resources: Resource[] = [];
  const foreign: Foreign[] = [];
  for (const source of sources) {
    for (const document of documentsOf(source)) {
      documents.push(document);
      const { root } = document;
      if (root !== null && !isNull(root))
        decodeObject(rootOf(document), document, options, resources, foreign);
    }
  }
  return { documents, resources, foreign };
}

/** The one object of a document, or the List around its objects. */
function rootOf(document: YamlDocument): Place {
  // It was asked for before, and the text has not changed.
  return new RootPlace(() => document.root ?? nothingAt(document.span, document.span.start));
}

function itemOf(list: Place, index: number): Place {
  return new RootPlace(() => childOf(childOf(list.node, 'items') ?? list.node, index) ?? list.node);
}

function decodeObject(
  place: Place,
  document: YamlDocument,
  options: DecodeOptions,
  resources: Resource[],
  foreign: Foreign[],
  inList = false,
): void {
  const { node } = place;
  const span = { source: node.source, start: node.start, end: node.end };
  const outside = (reason: Foreign['reason'], kind = '', apiVersion = ''): void => {
    const namespace = inMetadata(node, 'namespace');
    const id = { kind, apiVersion, namespace, name: inMetadata(node, 'name') };
    foreign.push({ ...id, place, inList, document, span, reason });
  };
  if (node.kind !== 'map') return outside('not-a-map');
  const kind = textOf(node, 'kind');
  const apiVersion = textOf(node, 'apiVersion');
  const items = entryOf(node, 'items')?.value;
  // kubectl opens whatever has items, of any kind (apimachinery's Unstructured.IsList).
  if (kind !== '' && !isKind(kind) && items?.kind === 'list') {
    for (let index = 0; index < items.items.length; index++)
      decodeObject(itemOf(place, index), document, options, resources, foreign, true);
    return;
  }
  if (kind === '' || apiVersion === '') return outside('no-kind', kind, apiVersion);
  if (!isKind(kind)) return outside('unknown-kind', kind, apiVersion);
  const [group = '', version] = splitAtSlash(apiVersion);
  const info = kinds[kind];
  if (group !== info.group) return outside('unknown-kind', kind, apiVersion);
  if (!(info.versions as readonly string[]).includes(version))
    return outside('unknown-version', kind, apiVersion);
  const from = { place, inList, document };
  const resource = decodeResource(
    kind,
    apiVersion,
    group,
    version,
    node,
    from,
    options,
    resources.length,
  );
  resources.push(resource);
  options.atHand?.(resource);
}

function decodeResource(
  kind: Kind,
  apiVersion: string,
  group: string,
  version: string,
  node: MapNode,
  { place, inList, document }: Pick<Foreign, 'place' | 'inList' | 'document'>,
  options: DecodeOptions,
  order: number,
): Resource {
  const info = kinds[kind];
  const problems: DecodeProblem[] = [];
  const part = (key: string, type: Parameters<typeof decodeValue>[0]): unknown => {
    const value = entryOf(node, key)?.value;
    const given = value === undefined || isNull(value) ? nothingAt(node, node.start) : value;
    return (
      decodeValue(type, given, place, key, problems) ??
      decodeValue(type, nothingAt(node, node.start), place, key, [])
    );
  };
  const metadata = part('metadata', objectMeta) as Resource['metadata'];
  const spec =
    info.body === 'root'
      ? decodeMessage(info.spec(), node, place, problems)
      : part('spec', info.spec());
  const stated = kindsWithStatus.has(kind) ? entryOf(node, 'status')?.value : undefined;
  // Whoever reads a manifest passes over its status, so nothing in it is a defect.
  const status =
    stated === undefined ? undefined : decodeValue(objectStatus, stated, place, 'status', []);
  if (info.family === 'istio') problems.push(...unknownTopLevel(node));
  const namespace = info.namespaced ? metadata.namespace || options.defaultNamespace : '';
  const resource = {
    kind,
    apiVersion,
    group,
    version,
    name: metadata.name ?? '',
    namespace,
    metadata,
    spec,
    status,
    controller: controllerIn(node),
    root: { [at]: place },
    inList,
    document,
    span: { source: node.source, start: node.start, end: node.end },
    order,
    problems,
  };
  // The table of `kind` made this spec: the one place where the compiler has to be told so.
  return resource as unknown as Resource;
}

const topLevel = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status']);

function unknownTopLevel(node: MapNode): DecodeProblem[] {
  return node.entries
    .filter((entry) => !topLevel.has(entry.key))
    .map((entry) => ({
      kind: 'top-level',
      message: `unknown field ${JSON.stringify(entry.key)} beside apiVersion, kind, metadata and spec`,
      help: 'Indent it under spec if it belongs there, or remove it.',
      span: { source: entry.keyNode.source, start: entry.keyNode.start, end: entry.keyNode.end },
      path: entry.key,
    }));
}

function textOf(node: MapNode, key: string): string {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
}

function inMetadata(node: YamlNode, key: 'name' | 'namespace'): string {
  const metadata = below(node, 'metadata');
  return metadata?.kind === 'map' ? textOf(metadata, key) : '';
}
