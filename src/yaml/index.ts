/**
 * Room yaml (2): text to a tree of nodes that know their place, with what is wrong in the text as problems; and plain values to text.
 * May import text/ and diagnostic/. The only room that knows the `yaml` package. May not know what the documents mean.
 */

export { below, isNull, laidOver, stringsAt, textAt, textsAt } from './below.ts';
export { addItem, insertEntry, moveItem, replaceScalar } from './edit.ts';
export type {
  ListNode,
  MapEntry,
  MapNode,
  ScalarNode,
  YamlDocument,
  YamlNode,
  YamlProblem,
} from './node.ts';
export { entryOf, expandedSize } from './node.ts';
export { documentsOf, holdsNothing, parseOwnYaml, parseYaml } from './parse-yaml.ts';
export { resolvePlainScalar } from './plain-scalar.ts';
export { type PlainValue, writeFlowYaml, writeYaml } from './write-yaml.ts';
