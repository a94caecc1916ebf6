/** Text to documents: the fast parser where it is sure of itself, the full one everywhere else. */
import type { Source } from '../text/index.ts';
import { parseFast } from './fast/parse-fast.ts';
import { parseFully } from './full-parser.ts';
import type { YamlDocument } from './node.ts';
import { splitDocuments } from './split-documents.ts';

/** All documents of a source, in order. Documents that hold nothing but comments or blanks are left out or have a null root and no problem. */
export function parseYaml(source: Source): YamlDocument[] {
  const documents: YamlDocument[] = [];
  for (const span of splitDocuments(source)) {
    const root = parseFast(source, span.start, span.end);
    if (root !== null) documents.push({ span, root, problems: [] });
    else documents.push(...parseFully(span));
  }
  return documents;
}
