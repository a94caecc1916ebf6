/** Findings that the configuration or an annotation leaves out. */
import { relative, resolve } from 'node:path';
import { type Finding, names } from '../../diagnostic/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Ignore } from '../input/configuration.ts';
import { globMatcher, wildcardMatcher } from '../input/glob.ts';

/** Istio's own: codes separated by commas, without blanks, or `*`, on the object that a message is about (local/istiod_analyze.go:filterMessages). */
export const suppressAnnotation = 'galley.istio.io/analyze-suppress';

/** Is a finding left out by the annotation of its object? */
export function annotationFilter(resources: readonly Resource[]): (finding: Finding) => boolean {
  const codes = new Map<string, ReadonlySet<string>>();
  for (const { kind, namespace, name, metadata } of resources) {
    const value = metadata.annotations?.[suppressAnnotation];
    const object = [kind, namespace, name].join('/');
    // A later document replaces an earlier one with its annotations.
    if (value === undefined) codes.delete(object);
    else codes.set(object, new Set(value.split(',')));
  }
  if (codes.size === 0) return () => false;
  return ({ resource, code, istio }) => {
    if (resource === null) return false;
    const { kind, namespace, name } = resource;
    const named = codes.get([kind, namespace, name].join('/'));
    return (
      named !== undefined && (named.has('*') || named.has(code) || named.has(istio.code ?? ''))
    );
  };
}

export type IgnoreFilter = {
  readonly ignore: Ignore;
  readonly fits: (finding: Finding) => boolean;
};

/** What each entry of `ignores:` leaves out. paths: the absolute path of a source by its name. */
export function configurationFilters(
  ignores: readonly Ignore[],
  folder: string,
  paths: ReadonlyMap<string, string>,
  cwd: string,
): readonly IgnoreFilter[] {
  return ignores.map((ignore) => {
    const { code } = ignore;
    const onPath = ignore.path === undefined ? () => true : globMatcher(ignore.path);
    const onResource =
      ignore.resource === undefined ? () => true : resourceMatcher(ignore.resource);
    return {
      ignore,
      fits: (finding) => {
        const file = finding.span.source.name;
        return (
          (code === '*' || names(code, finding)) &&
          onPath(relative(folder, paths.get(file) ?? resolve(cwd, file))) &&
          onResource(finding)
        );
      },
    };
  });
}

/** `Kind name.namespace`, as istioctl writes it; `*` stands for any text. */
function resourceMatcher(pattern: string): (finding: Finding) => boolean {
  const matches = wildcardMatcher(pattern);
  return ({ resource }) =>
    resource !== null && matches(`${resource.kind} ${resource.name}.${resource.namespace}`);
}
