/** Comments, annotations and entries of the configuration that leave nothing out: they would hide the next finding unseen. */
import {
  type Finding,
  findingOf,
  type IgnoreComment,
  names,
  type Occurrence,
  reaches,
  type UnusedCode,
  unusedSuppression,
} from '../../diagnostic/index.ts';
import { pathAt, type Resource, refOf, spanAt } from '../../resource/index.ts';
import { agree, closest, listed } from '../../text/index.ts';
import { allRules } from '../rule-list.ts';
import { type IgnoreFilter, suppressAnnotation } from './left-out.ts';

/**
 * comments: their codes that nothing was found for. found: all findings, before any was left out. foundIfAllWereHere: what would be found
 * if the input were all that the cluster holds; what only waits for other files is no mistake.
 */
export type Suppressions = {
  readonly comments: readonly UnusedCode[];
  readonly resources: readonly Resource[];
  readonly ignores: readonly IgnoreFilter[];
  readonly found: readonly Finding[];
  readonly foundIfAllWereHere: () => readonly Finding[];
};

export function idleSuppressions(suppressions: Suppressions): readonly Finding[] {
  const { comments, resources, ignores, found, foundIfAllWereHere } = suppressions;
  let more: readonly Finding[] | undefined;
  const isIdle = (fits: (finding: Finding) => boolean): boolean => {
    if (found.some(fits)) return false;
    more ??= foundIfAllWereHere();
    return !more.some(fits);
  };
  const idle: Occurrence[] = [
    ...comments.flatMap((unused) => idleComment(unused, isIdle)),
    ...[...new Set(comments.map(({ comment }) => comment))].flatMap(withoutColon),
    ...resources.flatMap((resource) => idleAnnotation(resource, isIdle)),
    ...ignores.flatMap((filter) => idleIgnore(filter, isIdle)),
  ];
  return idle.map((occurrence) => findingOf(unusedSuppression, occurrence));
}

type IsIdle = (fits: (finding: Finding) => boolean) => boolean;

function idleComment({ comment, code }: UnusedCode, isIdle: IsIdle): Occurrence[] {
  const place = { span: comment.span, path: '', resource: null };
  const what = comment.codes.length === 1 ? 'this comment' : 'it';
  if (!isKnown(code)) {
    if (reasonWithoutColon(comment).includes(code)) return [];
    const meant = closest(code, knownNames());
    return [
      {
        ...place,
        message: `no rule is called ${code}, so ${what} leaves nothing out`,
        help:
          meant === null
            ? 'Name a code or a rule; `tcpmesh rules` lists them.'
            : `Did you mean ${meant}?`,
      },
    ];
  }
  if (dependsOnInput(code)) return [];
  if (!isIdle((finding) => names(code, finding) && reaches(comment, finding))) return [];
  return [{ ...place, message: `${code} finds nothing here, so ${what} leaves nothing out` }];
}

/** `IST0101 made by Flagger`: what follows the codes, where it reads like a reason and no colon says so. */
function reasonWithoutColon({ codes, reason }: IgnoreComment): readonly string[] {
  const first = codes.findIndex((code) => !isKnown(code));
  if (reason !== '' || first <= 0) return [];
  const words = codes.slice(first);
  return words.some((word) => isKnown(word) || closest(word, knownNames()) !== null) ? [] : words;
}

function withoutColon(comment: IgnoreComment): Occurrence[] {
  const words = reasonWithoutColon(comment);
  if (words.length === 0) return [];
  const named = comment.codes.slice(0, -words.length).join(', ');
  const reason = words.join(' ');
  return [
    {
      message: `no rule is called ${listed(words)}: a reason stands behind a colon`,
      why: 'What stands before a colon names rules, all of it.',
      help: `Write # tcpmesh-ignore ${named}: ${reason}`,
      span: comment.span,
      path: '',
      resource: null,
    },
  ];
}

/** It is istioctl's too, which may know of more: so this is said quietly, and of nothing that only Istio knows. */
function idleAnnotation(resource: Resource, isIdle: IsIdle): Occurrence[] {
  const { annotations } = resource.metadata;
  const value = annotations?.[suppressAnnotation];
  if (annotations === undefined || value === undefined) return [];
  const idle = value
    .split(',')
    .map((code) => code.trim())
    .filter((code) => isKnown(code) && !dependsOnInput(code))
    .filter((code) => isIdle((finding) => names(code, finding) && isAbout(finding, resource)));
  if (idle.length === 0) return [];
  return [
    {
      severity: 'info',
      message: `${listed(idle, 9)} ${agree(idle.length, 'finds', 'find')} nothing at this object, so the annotation leaves nothing out`,
      help: 'Take the code out of the annotation, unless istioctl finds it in the cluster.',
      span: spanAt(annotations, suppressAnnotation),
      path: pathAt(annotations, suppressAnnotation),
      resource: refOf(resource),
    },
  ];
}

function isAbout({ resource: about }: Finding, { kind, namespace, name }: Resource): boolean {
  return about?.kind === kind && about.namespace === namespace && about.name === name;
}

function idleIgnore({ ignore, fits }: IgnoreFilter, isIdle: IsIdle): Occurrence[] {
  if (dependsOnInput(ignore.code) || !isIdle(fits)) return [];
  return [
    {
      message: `this entry of ignores leaves nothing out: ${ignore.code === '*' ? 'nothing' : `nothing of ${ignore.code}`} is found where it looks`,
      help: 'Remove the entry, or correct its path and resource.',
      span: ignore.span,
      path: 'ignores',
      resource: null,
    },
  ];
}

/** Rules that speak of which files were given, and those of the other mode. */
function dependsOnInput(named: string): boolean {
  return allRules().some(
    ({ code, name }) =>
      (named === code || named === name) &&
      (/^TCM(0009|100\d)$/.test(code) || name.startsWith('ambient-')),
  );
}

function isKnown(named: string): boolean {
  return knownNames().has(named);
}

let known: ReadonlySet<string> | undefined;

function knownNames(): ReadonlySet<string> {
  known ??= new Set(
    allRules().flatMap(({ code, name, istio }) =>
      istio.code === null ? [code, name] : [code, name, istio.code],
    ),
  );
  return known;
}
