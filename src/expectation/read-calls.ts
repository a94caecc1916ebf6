/** Calls from a file: a list of {from, to, sni, protocol}, or a test file, whose connections have the same form. */
import type { Finding, RuleMeta } from '../diagnostic/index.ts';
import type { Source } from '../text/index.ts';
import { parseOwnYaml } from '../yaml/index.ts';
import { nodeReader } from './node-reader.ts';
import { onlyDocument, readDescribedCall, syntaxFinding, testFileRule } from './read-test-file.ts';
import type { DescribedCall } from './test-file.ts';

const callsRule: RuleMeta = { ...testFileRule, summary: 'A file of calls that cannot be read.' };

/** Findings are empty when all is sound. */
export function readCalls(source: Source): {
  readonly calls: readonly DescribedCall[];
  readonly findings: readonly Finding[];
} {
  const documents = parseOwnYaml(source);
  const broken = documents.flatMap((document) => document.problems.map(syntaxFinding));
  if (broken.length > 0) return { calls: [], findings: broken };
  const reader = nodeReader(callsRule);
  const root = onlyDocument(source, documents, reader);
  if (root === null) return { calls: [], findings: reader.findings };
  const inFile = root.node.kind === 'map' ? reader.fieldOf(root, 'connections') : root;
  if (inFile === undefined)
    reader.report(root, 'this holds no calls', 'Write a list of {from: …, to: …}.');
  const items = reader.items(inFile) ?? [];
  const calls = items.flatMap((item, i) => readDescribedCall(item, i, reader) ?? []);
  return { calls: reader.findings.length === 0 ? calls : [], findings: reader.findings };
}
