/** Objects that go wherever kubectl happens to stand. */
import type { Fix } from '../../diagnostic/index.ts';
import { at, type Placed, type Resource } from '../../resource/index.ts';
import { entryOf, insertEntry, type YamlNode } from '../../yaml/index.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

const kinds = ['VirtualService', 'DestinationRule', 'Gateway', 'ServiceEntry', 'Sidecar'] as const;

export const namespaceLeftOut: LintRule = {
  meta: {
    code: 'TCM1003',
    name: 'namespace-left-out',
    severity: 'info',
    summary: 'An object that is referred to by namespace does not name its own.',
    why: 'It goes into the namespace that kubectl is set to. Short host names, `exportTo: [.]` and the choice of a DestinationRule depend on it.',
    help: 'Write metadata.namespace.',
    istio: nobodyElse,
  },
  reads: kinds,
  kiali: null,
  *check(facts) {
    // Where no object names a namespace, all go to the same one and nothing can come apart.
    const named = kinds.some((kind) =>
      facts.objects.of(kind).some(({ metadata }) => (metadata.namespace ?? '') !== ''),
    );
    const services = facts.objects.of('Service');
    if (!named && !services.some(({ metadata }) => (metadata.namespace ?? '') !== '')) return;
    for (const kind of kinds)
      for (const resource of facts.objects.of(kind))
        if ((resource.metadata.namespace ?? '') === '' && !isWrittenWrong(resource))
          yield occurrence(
            resource,
            resource.metadata,
            ['name'],
            `this ${kind} names no namespace and is taken to be in ${resource.namespace === '' ? 'none' : resource.namespace}, while others here name theirs`,
            resource.namespace === ''
              ? {}
              : {
                  help: `Write \`namespace: ${resource.namespace}\` if that is where it belongs.`,
                  fix: namespaceWritten(resource),
                },
          );
  },
};

/** `namespace: no` is a boolean: that it has to be quoted is said already. */
function isWrittenWrong({ metadata }: Resource): boolean {
  const written = namespaceNode(metadata);
  return written !== undefined && (written.kind !== 'scalar' || (written.value ?? '') !== '');
}

function namespaceNode(metadata: Placed): YamlNode | undefined {
  const { node } = metadata[at];
  return node.kind === 'map' ? entryOf(node, 'namespace')?.value : undefined;
}

function namespaceWritten({ metadata, namespace }: Resource): Fix | undefined {
  const { node } = metadata[at];
  // An empty one is there: a second would be a mistake.
  if (node.kind !== 'map' || namespaceNode(metadata) !== undefined) return undefined;
  const edit = insertEntry(node, 'name', 'namespace', namespace);
  return edit === null ? undefined : { title: `Write namespace: ${namespace}`, edits: [edit] };
}
