/** What can be said of documents before they are resources: their text, and those that hold nothing that is checked. */
import { type Finding, findingOf, type RuleMeta } from '../diagnostic/index.ts';
import {
  type DecodedSources,
  type Foreign,
  kinds,
  makesPods,
  type Resource,
  refOf,
  spanAt,
} from '../resource/index.ts';
import { closest, splitAtSlash } from '../text/index.ts';
import { below, holdsNothing, type YamlDocument, type YamlProblem } from '../yaml/index.ts';
import { kindMeant } from './kind-meant.ts';
import { isKustomization, kustomizationFindings } from './kustomization.ts';
import { documentRules as rules } from './rules/document.ts';

/** What is wrong with documents as text (YAML, repeated keys), and which of them hold nothing that is checked. */
export function judgeDocuments(decoded: DecodedSources): readonly Finding[] {
  return [
    ...decoded.documents.flatMap((document) => [
      ...document.problems.map(textFinding),
      ...directiveFindings(document),
    ]),
    ...oncePerKind([
      ...decoded.foreign.flatMap((foreign) => findingsOf(foreign, decoded)),
      ...decoded.resources.flatMap((resource) => referenceFinding(resource) ?? []),
    ]),
    ...listFindings(decoded.resources),
  ];
}

/** Of documents of a kind that is a slip of the pen: no cluster knows it, so what they say counts nowhere. */
export function misspeltKinds(decoded: DecodedSources): readonly Finding[] {
  return decoded.foreign
    .flatMap((foreign) => findingsOf(foreign, decoded))
    .filter(({ code }) => code === rules.misspeltKind.code);
}

/** Blanks and comments. */
const beforeDirective = /(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?=%)/y;

/** What opens a document by itself is a mistake of the parser's already. The tree is asked for last: it may have to be made again. */
function directiveFindings(document: YamlDocument): readonly Finding[] {
  const { span } = document;
  const { source, end } = span;
  beforeDirective.lastIndex = span.start;
  const before = beforeDirective.exec(source.text)?.[0];
  if (before === undefined || document.root === null) return [];
  const start = span.start + before.length;
  const line = source.text.indexOf('\n', start);
  const at = { source, start, end: line === -1 ? end : line };
  const directive = source.text.slice(at.start, at.end).trimEnd();
  const message = `istioctl and kubectl take ${JSON.stringify(directive)} for a document of its own and stop here`;
  return [findingOf(rules.directive, { message, span: at, path: '', resource: null })];
}

function findingsOf(foreign: Foreign, decoded: DecodedSources): readonly Finding[] {
  if (isKustomization(foreign)) {
    const found = kustomizationFindings(foreign);
    if (found.length > 0 || decoded.resources.length > 0) return found;
  }
  const finding = strangeFinding(foreign, decoded) ?? foreignFinding(foreign, decoded);
  return finding === null ? [] : [finding];
}

/** The one finding of an input that holds nothing at all; none where there is anything to check. */
export function judgeEmptiness({ documents }: DecodedSources): readonly Finding[] {
  const [first] = documents;
  if (first === undefined || !documents.every(holdsNothing)) return [];
  const others = new Set(documents.map(({ span }) => span.source));
  others.delete(first.span.source);
  const too =
    others.size === 0
      ? ''
      : `, and so ${others.size === 1 ? 'is the other file' : `are the other ${others.size} files`}`;
  return [
    findingOf(rules.nothingToCheck, {
      message: `this file is empty${too}: there is nothing to check`,
      span: first.span,
      path: '',
      resource: null,
    }),
  ];
}

function ruleOfProblem(kind: YamlProblem['kind']): RuleMeta {
  switch (kind) {
    case 'syntax':
      return rules.yamlSyntax;
    case 'duplicate-key':
      return rules.duplicateKey;
    case 'bad-key':
      return rules.badKey;
    case 'number':
      return rules.notANumber;
    case 'limit':
      return rules.tooLarge;
    case 'unread':
      return rules.unread;
  }
}

function textFinding(problem: YamlProblem): Finding {
  const { message, help, span, related } = problem;
  return findingOf(ruleOfProblem(problem.kind), {
    message,
    help,
    span,
    related,
    path: '',
    resource: null,
  });
}

/** Values of a chart, workflows, compose files: what lies about beside resources and was never meant to be one. */
function strangeFinding({ reason, place }: Foreign, { resources }: DecodedSources): Finding | null {
  if (reason !== 'no-kind' || resources.length === 0) return null;
  const { node } = place;
  if (node.kind !== 'map') return null;
  const ofObjects = ['apiVersion', 'kind', 'metadata', 'spec'];
  if (node.entries.some(({ key }) => ofObjects.includes(key) || closest(key, ofObjects) !== null))
    return null;
  return findingOf(rules.noKind, {
    message: 'this is not a Kubernetes object, so nothing in it is checked',
    severity: 'info',
    help: 'Leave it out, or give it `apiVersion` and `kind` if it is meant to be one.',
    span: node.entries[0]?.keyNode ?? node,
    path: '',
    resource: null,
  });
}

function foreignFinding(foreign: Foreign, { resources }: DecodedSources): Finding | null {
  const { kind, apiVersion, namespace, name, inList } = foreign;
  const resource = kind === '' ? null : { apiVersion, kind, namespace, name };
  const place = { path: '', resource };
  const fieldSpan = (key: string) => below(foreign.place.node, key) ?? foreign.span;
  switch (foreign.reason) {
    case 'not-a-map': {
      const what = foreign.place.node.kind === 'list' ? 'a list' : 'a single value';
      return findingOf(rules.notAnObject, {
        ...place,
        message: `this ${inList ? 'item' : 'document'} is ${what}, no Kubernetes object`,
        span: foreign.span,
        istio: { rejects: !inList, code: null },
      });
    }
    case 'no-kind': {
      const missing = kind === '' ? 'kind' : 'apiVersion';
      const { node } = foreign.place;
      const first = node.kind === 'map' ? node.entries[0]?.keyNode : undefined;
      const message = `this document has no ${missing}, so nothing in it is checked`;
      return findingOf(rules.noKind, { ...place, message, span: first ?? foreign.span });
    }
    case 'unknown-kind':
    case 'unknown-version': {
      const meant = kindMeant(apiVersion, kind);
      if (meant === null && resources.length > 0 && hasNoTraffic(apiVersion)) return null;
      if (meant === null)
        return findingOf(rules.notChecked, {
          ...place,
          message: `${kind} of ${apiVersion} is not checked`,
          ...(makesPods(foreign) ? { why: madePods } : {}),
          span: fieldSpan('kind'),
        });
      const span = fieldSpan(meant.kind === kind ? 'apiVersion' : 'kind');
      return findingOf(rules.misspeltKind, {
        ...place,
        message: `Istio does not know ${kind} of ${apiVersion}, so nothing in this document is checked`,
        help: `Did you mean kind: ${meant.kind} with apiVersion: ${meant.apiVersion}?`,
        span,
      });
    }
  }
}

const madePods =
  'Mistakes in it are not found. The Pods that it makes are not run or counted: no service or subset that they may stand behind is said to have none.';

/** Of whatever lies beside them, kinds without any part in traffic are not worth a word. */
function hasNoTraffic(apiVersion: string): boolean {
  const [group] = splitAtSlash(apiVersion);
  return group === undefined || trafficless.has(group);
}

const trafficless: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'kustomize.config.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

/** That a kind is not checked is said where it first occurs, with the number of the others. */
function oncePerKind(findings: readonly Finding[]): Finding[] {
  const others = new Map<string, number>();
  const kept = findings.filter(({ code, message }) => {
    if (code !== rules.notChecked.code) return true;
    const seen = others.get(message);
    others.set(message, seen === undefined ? 0 : seen + 1);
    return seen === undefined;
  });
  return kept.map((finding) => {
    const more = finding.code === rules.notChecked.code ? (others.get(finding.message) ?? 0) : 0;
    if (more === 0) return finding;
    const where = more === 1 ? 'in one more document' : `in ${more} more documents`;
    return { ...finding, message: `${finding.message}, here and ${where}` };
  });
}

/** Of a kind that is read for what others say of it. */
function referenceFinding(resource: Resource): Finding | null {
  const { kind, apiVersion, root } = resource;
  if (kinds[kind].family !== 'reference') return null;
  return findingOf(rules.notChecked, {
    message: `${kind} of ${apiVersion} is not checked itself, only whether others fit it`,
    why: 'It is read for what other objects need of it; mistakes within it are not looked for.',
    help: 'Nothing has to be done.',
    span: spanAt(root, 'kind'),
    path: '',
    resource: refOf(resource),
  });
}

/** Said once a List. */
function listFindings(resources: readonly Resource[]): Finding[] {
  const lists = new Map<YamlDocument, Resource>();
  for (const resource of resources) {
    const { document, inList, kind } = resource;
    if (inList && kinds[kind].family !== 'kubernetes' && !lists.has(document))
      lists.set(document, resource);
  }
  return [...lists.values()].map((resource) =>
    findingOf(rules.inList, {
      message: 'istioctl validate does not look at the Istio resources inside this List',
      span: kindSpan(resource.document) ?? resource.span,
      path: '',
      resource: null,
    }),
  );
}

function kindSpan(document: YamlDocument): YamlDocument['span'] | undefined {
  const { root } = document;
  return root === null ? undefined : below(root, 'kind');
}
