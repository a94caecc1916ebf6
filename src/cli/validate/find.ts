/** Sources to findings: every document and resource by itself, then the mesh; less what is to be left out. */
import {
  type Finding,
  type IgnoreComment,
  ignoreComments,
  sortFindings,
  suppressByComments,
} from '../../diagnostic/index.ts';
import { lint } from '../../lint/index.ts';
import { buildMesh } from '../../mesh/index.ts';
import {
  type DecodedSources,
  decodeSources,
  foreignNamesOf,
  foreignPodsOf,
  foreignSettingsOf,
} from '../../resource/index.ts';
import { count, type Source, type Span } from '../../text/index.ts';
import { admit, judge, judgeDocuments, judgeEmptiness } from '../../validation/index.ts';
import type { YamlDocument } from '../../yaml/index.ts';
import type { Input } from '../input/read-input.ts';
import type { World } from '../world.ts';
import { idleSuppressions } from './idle-suppressions.ts';
import { joinPortNames } from './join-port-names.ts';
import { annotationFilter, configurationFilters } from './left-out.ts';
import type { Settings } from './settings.ts';
import { withSeverities } from './severities.ts';

/** unread: documents that are no YAML that can be read, so that nothing is known of them. */
export type Found = {
  readonly findings: readonly Finding[];
  readonly decoded: DecodedSources;
  readonly unread: number;
  /** What was left out, in words. */
  readonly notes: readonly string[];
};

export function findAll(
  world: World,
  input: Pick<Input, 'configuration' | 'defaultNamespace' | 'paths' | 'named' | 'builtNamespaces'>,
  sources: readonly Source[],
  settings: Settings,
): Found {
  const { defaultNamespace } = input;
  const decoded = decodeSources(sources, { defaultNamespace, atHand: judge });
  const { admitted } = admit(decoded.resources);
  const foreign = foreignSettingsOf(decoded.foreign, defaultNamespace);
  const mesh = buildMesh(admitted, { ...settings.mesh, foreign });
  const foreignPods = foreignPodsOf(decoded.foreign, defaultNamespace);
  const foreignNames = foreignNamesOf(decoded.foreign, defaultNamespace);
  const all = [
    ...judgeDocuments(decoded),
    ...judgeEmptiness(decoded),
    ...decoded.resources.flatMap((resource) => judge(resource)),
    ...lint({
      resources: decoded.resources,
      mesh,
      foreignPods,
      foreignNames,
      builtNamespaces: input.builtNamespaces,
      options: settings.lint,
    }),
  ];
  const { configuration } = input;
  const graded = withSeverities(sortFindings(all), configuration.severities);
  const byAnnotation = annotationFilter(decoded.resources);
  const ignores = configurationFilters(
    configuration.ignores,
    configuration.folder,
    input.paths,
    world.cwd,
  );
  const wanted = graded.filter(
    (finding) => !byAnnotation(finding) && !ignores.some(({ fits }) => fits(finding)),
  );
  const comments = commentsOf(decoded);
  const { kept, suppressed, unused } = suppressByComments(wanted, comments);
  const { resources } = decoded;
  const idle = idleSuppressions({
    comments: unused,
    resources,
    // Of some of the files, no entry of the configuration can be said to be of no use.
    ignores: input.named ? [] : ignores,
    found: all,
    foundIfAllWereHere: () =>
      lint({
        resources,
        mesh,
        foreignPods,
        foreignNames,
        options: { ...settings.lint, refs: 'require' },
      }),
  });
  const leftOut = graded.length - wanted.length + suppressed;
  return {
    findings: sortFindings(
      joinPortNames(withSeverities([...kept, ...idle], configuration.severities)),
    ),
    decoded,
    unread: decoded.documents.filter(isUnread).length,
    notes: leftOut === 0 ? [] : [`${count(leftOut, 'finding')} left out on request`],
  };
}

/** Of the sources as they were read: their documents and findings are about those. */
function commentsOf({ documents }: DecodedSources): readonly IgnoreComment[] {
  const spans = new Map<Source, Span[]>();
  for (const { span } of documents) {
    const known = spans.get(span.source);
    if (known === undefined) spans.set(span.source, [span]);
    else known.push(span);
  }
  return [...spans].flatMap(([source, within]) => ignoreComments(source, within));
}

function isUnread(document: YamlDocument): boolean {
  return document.problems.length > 0 && document.root === null;
}
