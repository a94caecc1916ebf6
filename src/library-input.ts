/** What a mesh of the library is made of: read, and held against what a cluster would take. */
import { findFiles } from './cli/input/find-files.ts';
import { readFile } from './cli/input/read-source.ts';
import { realFiles } from './cli/real-files.ts';
import type { Finding } from './diagnostic/index.ts';
import { decodeSources } from './resource/index.ts';
import { locationOf } from './text/index.ts';
import { admit, judge, judgeDocuments, misspeltKinds } from './validation/index.ts';

export type NamedText = { readonly name: string; readonly text: string };

type Texts = string | readonly string[] | undefined;

export type Read =
  | { readonly sources: readonly NamedText[] }
  | { readonly message: string; readonly problems: readonly string[] };

export function readInput(
  input: {
    readonly files?: Texts;
    readonly yaml?: Texts;
    readonly sources?: readonly NamedText[] | undefined;
  },
  defaultNamespace: string,
): Read {
  const found = findFiles(realFiles, process.cwd(), listOf(input.files));
  const read = found.files.map((file) => readFile(realFiles, file));
  const unreadable = [...found.problems, ...read.flatMap((one) => ('text' in one ? [] : [one]))];
  if (unreadable.length > 0)
    return {
      message: 'the input cannot be read',
      problems: unreadable.map(({ name, message }) => `${name}: ${message}`),
    };
  const sources = [
    ...read.flatMap((one) => ('text' in one ? [one] : [])),
    ...listOf(input.yaml).map((text, i) => ({ name: `<yaml ${i + 1}>`, text })),
    ...(input.sources ?? []),
  ];
  return judged(sources, defaultNamespace);
}

function judged(sources: readonly NamedText[], defaultNamespace: string): Read {
  const decoded = decodeSources(sources, { defaultNamespace, atHand: judge });
  const { admitted, refused } = admit(decoded.resources);
  const judgements = judgeDocuments(decoded);
  const problems = [
    ...judgements.filter(({ severity }) => severity === 'error'),
    ...refused.flatMap(({ findings }) => findings),
    ...misspeltKinds(decoded),
  ].map(inWords);
  if (problems.length > 0) return { message: 'a cluster would refuse the input', problems };
  if (admitted.length > 0) return { sources };
  const held = new Set(
    decoded.documents.flatMap(({ root, span }) => (root === null ? [] : [span.source.name])),
  );
  if (held.size > 0) {
    const without = [...held].map((name) => `${name}: it holds no resource`);
    return {
      message: 'there is nothing to run: the input holds no resources that a cluster would take',
      problems: judgements.length === 0 ? without : judgements.map(inWords),
    };
  }
  const empty = sources.map(({ name }) => `${name}: it holds no document`);
  return {
    message: 'there is nothing to run: the input is empty',
    problems: empty.length === 0 ? ['none of files, yaml and sources is given'] : empty,
  };
}

function inWords({ message, span }: Finding): string {
  return `${locationOf(span)}: ${message}`;
}

function listOf(value: Texts): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
