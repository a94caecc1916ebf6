/** .tcpmesh.yaml: found from the current folder upward, decoded; a mistake in it is a reason to stop. */
import { dirname, join, relative, resolve } from 'node:path';
import type { Severity } from '../../diagnostic/index.ts';
import { at, type DecodeProblem, decodeValue, keySpanAt, spanAt } from '../../resource/index.ts';
import { locationOf, type Span } from '../../text/index.ts';
import { parseOwnYaml, type YamlNode } from '../../yaml/index.ts';
import { CannotDo } from '../command.ts';
import { failed, type World } from '../world.ts';
import { type ConfigurationFields, configurationTable } from './configuration-table.ts';
import { problemOfName } from './name-option.ts';
import { readFile } from './read-source.ts';

export const configurationName = '.tcpmesh.yaml';

/** path: '' when there is no file. folder: what its paths are relative to. */
export type Configuration = {
  readonly path: string;
  /** As a person in the current folder would write it. */
  readonly name: string;
  readonly folder: string;
  readonly config: readonly string[];
  readonly namespace: string | undefined;
  readonly clusterDomain: string | undefined;
  readonly rootNamespace: string | undefined;
  readonly mode: 'sidecar' | 'ambient' | undefined;
  readonly ambientProfile: 'istio' | 'asm' | undefined;
  readonly refs: 'auto' | 'require' | 'ignore' | undefined;
  readonly failOn: Severity | 'never' | undefined;
  readonly maxWarnings: number | undefined;
  /** By code or rule name. */
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  readonly ignores: readonly Ignore[];
  readonly baseline: string | undefined;
  /** Where severities and ignores name rules. */
  readonly rules: readonly { readonly name: string; readonly span: Span }[];
};

/** path: a glob relative to the configuration's folder; resource: `Kind name.namespace` with `*`. */
export type Ignore = {
  readonly code: string;
  readonly path: string | undefined;
  readonly resource: string | undefined;
  readonly reason: string | undefined;
  readonly span: Span;
};

export function readConfiguration(world: World): Configuration {
  const path = findUpward(world);
  if (path === null) return decoded('', '', world.cwd, undefined);
  const name = relative(world.cwd, path);
  const source = readFile(world.files, { name, path });
  if ('message' in source) throw new CannotDo(`${name}: ${source.message}`, source.remedy);
  const documents = parseOwnYaml(source);
  const [document] = documents;
  const problem = documents.flatMap((d) => d.problems)[0];
  if (problem !== undefined) throw misconfigured(problem.span, problem.message, problem.help);
  if (documents.length > 1 && document !== undefined)
    throw misconfigured(document.span, 'this holds several documents', 'Keep one.');
  const root = document?.root ?? null;
  if (root === null) return decoded(path, name, dirname(path), undefined);
  return decoded(path, name, dirname(path), decode(root));
}

function findUpward(world: World): string | null {
  for (let folder = world.cwd; ; folder = dirname(folder)) {
    const path = join(folder, configurationName);
    const info = world.files.info(path);
    if (!failed(info) && info.kind === 'file') return path;
    if (dirname(folder) === folder) return null;
  }
}

function decode(root: YamlNode): ConfigurationFields {
  const problems: DecodeProblem[] = [];
  const fields = decodeValue(configurationTable, wordsAsWritten(root), null, '', problems);
  const [problem] = problems;
  if (problem !== undefined) throw misconfigured(problem.span, problem.message, problem.help);
  // The table made it: decodeValue's callers name the type.
  const given = fields as ConfigurationFields;
  check(given);
  return given;
}

/** What the table cannot say. */
function check(fields: ConfigurationFields): void {
  for (const entry of fields.ignores ?? [])
    if ((entry.code ?? '') === '')
      throw misconfigured(
        entry[at].node,
        'this entry of ignores names no rule',
        'Add `code:` with a code or the name of a rule; "*" stands for all.',
      );
  if ((fields.maxWarnings ?? 0) < 0)
    throw misconfigured(
      spanAt(fields, 'maxWarnings'),
      'maxWarnings is less than 0',
      'Write 0 or more, or leave it out to take any number of them.',
    );
  for (const field of ['namespace', 'rootNamespace', 'clusterDomain'] as const) {
    const name = fields[field];
    const problem = name === undefined ? null : problemOfName(field, name);
    if (problem !== null)
      throw misconfigured(spanAt(fields, field), problem.message, problem.remedy);
  }
}

function rulesNamed(fields: ConfigurationFields | undefined): Configuration['rules'] {
  const { severities, ignores } = fields ?? {};
  return [
    ...Object.keys(severities ?? {}).map((name) => ({
      name,
      span: severities === undefined ? nowhere : keySpanAt(severities, name),
    })),
    ...(ignores ?? []).flatMap((entry) =>
      entry.code === '*' ? [] : [{ name: entry.code ?? '', span: spanAt(entry, 'code') }],
    ),
  ];
}

const nowhere: Span = { source: { name: configurationName, text: '' }, start: 0, end: 0 };

/** No field here is a boolean, and `off` is one to Istio's reader of YAML: take the word that was written. */
function wordsAsWritten(node: YamlNode): YamlNode {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'boolean' ? { ...node, value: node.text } : node;
    case 'list':
      return { ...node, items: node.items.map(wordsAsWritten) };
    case 'map':
      return {
        ...node,
        entries: node.entries.map(({ key, keyNode, asWritten, value, merged }) => ({
          key,
          keyNode,
          asWritten,
          value: wordsAsWritten(value),
          merged,
        })),
      };
  }
}

function decoded(
  path: string,
  name: string,
  folder: string,
  fields: ConfigurationFields | undefined,
): Configuration {
  return {
    path,
    name,
    folder,
    config: fields?.config ?? [],
    namespace: fields?.namespace,
    clusterDomain: fields?.clusterDomain,
    rootNamespace: fields?.rootNamespace,
    mode: known(fields?.mode),
    ambientProfile: known(fields?.ambientProfile),
    refs: known(fields?.refs),
    failOn: known(fields?.failOn),
    maxWarnings: fields?.maxWarnings,
    severities: new Map(
      Object.entries(fields?.severities ?? {}).flatMap(([rule, severity]) =>
        severity === 'UNRECOGNIZED' ? [] : [[rule, severity]],
      ),
    ),
    ignores: (fields?.ignores ?? []).map((entry) => ({
      code: entry.code ?? '',
      path: entry.path,
      resource: entry.resource,
      reason: entry.reason,
      span: entry[at].node,
    })),
    baseline: fields?.baseline === undefined ? undefined : resolve(folder, fields.baseline),
    rules: rulesNamed(fields),
  };
}

function known<T extends string>(value: T | 'UNRECOGNIZED' | undefined): T | undefined {
  return value === 'UNRECOGNIZED' ? undefined : value;
}

export function misconfigured(span: Span, message: string, help: string): CannotDo {
  return new CannotDo(`${locationOf(span)}: ${message}`, help);
}
