/**
 * Reads the plain everyday subset of YAML at many times the speed of the full parser: block maps and lists, single-line plain and
 * quoted scalars, flow collections, comments. Whatever it is not sure of (anchors, tags, block scalars, multi-line text, tabs,
 * repeated keys, anything wrong) it leaves to the full parser: it gives the same tree or none. test/yaml holds both against each other.
 */
import type { Source } from '../../text/index.ts';
import type { YamlNode } from '../node.ts';
import { BlockReader } from './block-reader.ts';
import { beyond } from './leave.ts';

/**
 * The tree of the one document in source.text[start, end), or null where the full parser must look. keys: those met so far, in
 * documents before it too. careful: some character of the text may be one that only the full parser knows what to do with (hasOdd).
 */
export function parseFast(
  source: Source,
  start: number,
  end: number,
  keys: Map<string, string> = new Map(),
  careful = true,
): YamlNode | null {
  try {
    return new BlockReader(source, start, end, keys, careful).document();
  } catch (error) {
    if (error === beyond) return null;
    throw error;
  }
}
