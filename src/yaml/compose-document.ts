/** A document of the `yaml` package turned into our nodes, with what is wrong in it. */
import type * as Yaml from 'yaml';
import { bytesOfBase64, type Span } from '../text/index.ts';
import { endOfRead, isToldInVain, mistakesOf } from './document-errors.ts';
import { type Mistake, notYamlYet } from './explain-syntax.ts';
import { wantsQuotes } from './flow-colons.ts';
import { MapEntries } from './map-entries.ts';
import {
  expandedSize,
  type MapNode,
  type ScalarNode,
  type YamlDocument,
  type YamlNode,
  type YamlProblem,
} from './node.ts';
import { isParted } from './parted-key.ts';
import { resolvePlainScalar } from './plain-scalar.ts';
import { resolvedTags } from './scalar-tags.ts';

/** Deeper nesting than this is refused: no Istio kind comes near it, and hostile text must not exhaust the stack. */
export const maxDepth = 200;
/** Repeated keys beyond these are not told. */
const maxDuplicates = 100;
/** Aliases may make a document this many nodes large when written out. */
const maxNodes = 500_000;

/** Whose rules count where Istio's reader takes less than the language has. */
export type YamlReader = 'istio' | 'tcpmesh';

export type Unreadable = Pick<YamlProblem, 'kind' | 'message' | 'help'>;

export const tooDeep: Unreadable = {
  kind: 'limit',
  message: `this document is nested deeper than ${maxDepth} levels`,
  help: 'Check that the file is the YAML it is meant to be.',
};

/** Turns one parsed document into our nodes, collecting problems. */
export class Composer {
  readonly lib: typeof Yaml;
  readonly reader: YamlReader;
  readonly chunk: Span;
  /** What stands behind the document in its chunk, the first that holds something. */
  readonly next: Yaml.Document.Parsed | undefined;
  readonly problems: YamlProblem[] = [];
  duplicates = 0;
  readonly anchors = new Map<string, YamlNode>();

  constructor(
    lib: typeof Yaml,
    chunk: Span,
    next: Yaml.Document.Parsed | undefined,
    reader: YamlReader,
  ) {
    this.lib = lib;
    this.reader = reader;
    this.chunk = chunk;
    this.next = next;
  }

  compose(document: Yaml.Document.Parsed): YamlDocument {
    const istio = this.reader === 'istio';
    const all = document.errors.filter((error) => !(istio && isToldInVain(error)));
    const text = this.text();
    const end = endOfRead({ contents: document.contents, errors: all }, text, this.lib);
    const errors = all.filter(({ pos }) => pos[0] < end);
    for (const mistake of mistakesOf(errors, document.contents, text, this.lib))
      this.mistake(mistake);
    const [from = 0, , to = this.chunk.end - this.chunk.start] = document.range ?? [];
    const span = this.next === undefined ? this.chunk : this.span(from, to);
    this.tellUnread(document, errors.length < all.length);
    const { contents } = document;
    const unread = this.problems.every(({ kind }) => kind === 'unread');
    if (!unread || contents === null || isNothing(contents)) return this.result(span, null);
    let root: YamlNode | null = null;
    try {
      root = this.node(contents, 0);
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error;
      this.problem(tooDeep.kind, tooDeep.message, tooDeep.help, firstOf(span));
    }
    if (root !== null && expandedSize(root, maxNodes) > maxNodes) {
      this.problem(
        'limit',
        `aliases make this document larger than ${maxNodes} values`,
        'Write the values out, or use fewer aliases.',
        firstOf(span),
      );
      root = null;
    }
    return this.result(span, root);
  }

  /** Does its chunk hold something else behind the document? */
  tellUnread({ contents }: Yaml.Document.Parsed, more: boolean): void {
    if (!more && isNothing(this.next?.contents ?? null)) return;
    const [, end = 0] = contents?.range ?? [];
    const rest = /\S[^\n]*/.exec(this.text().slice(end));
    const start = end + (rest?.index ?? 0);
    // kubectl takes a file that begins with a brace for JSON, and reads one object after the other (GuessJSONStream).
    const isStream = /^\s*\{/.test(this.chunk.source.text) && rest?.[0].startsWith('{') === true;
    this.problem(
      'unread',
      isStream
        ? 'the document ends before this: kubectl reads on, istioctl and tcpmesh do not'
        : 'the document ends before this: what follows is read by nobody',
      'Separate documents by a line with --- alone, and begin all fields of an object in one column.',
      this.span(start, start + (rest?.[0].trimEnd().length ?? 0)),
    );
  }

  mistake({ message, help, start, end }: Mistake): void {
    this.problem('syntax', message, help, this.span(start, end));
  }

  text(): string {
    return this.chunk.source.text.slice(this.chunk.start, this.chunk.end);
  }

  result(span: Span, root: YamlNode | null): YamlDocument {
    const unusable = this.problems.some(
      ({ kind }) => kind !== 'duplicate-key' && kind !== 'unread',
    );
    return { span, root: unusable ? null : root, problems: this.problems };
  }

  node(node: Yaml.Node | null, depth: number): YamlNode {
    if (depth > maxDepth) throw new TooDeep();
    if (this.lib.isAlias(node)) return this.alias(node);
    const made = this.fresh(node, depth);
    if (node !== null && 'anchor' in node && typeof node.anchor === 'string')
      this.anchors.set(node.anchor, made);
    return made;
  }

  alias(node: Yaml.Alias): YamlNode {
    const target = this.anchors.get(node.source);
    const span = this.spanOf(node);
    if (target !== undefined) return { ...target, ...span };
    this.problem(
      'syntax',
      `the alias *${node.source} names no anchor above it in its document`,
      'Quote the value if it starts with * (a wildcard host: "*.example.com"); else write it out.',
      span,
    );
    return { ...span, kind: 'scalar', value: null, style: 'plain', text: '' };
  }

  fresh(node: Yaml.Node | null, depth: number): YamlNode {
    if (this.lib.isMap(node)) return this.map(node, depth);
    if (this.lib.isSeq(node)) {
      const flow = node.flow === true;
      const items = node.items.map((item) => this.value(this.asNode(item), flow, depth));
      return {
        ...this.collectionSpan(node, items.at(-1)),
        kind: 'list',
        items,
        flow,
      };
    }
    if (this.lib.isScalar(node)) return this.scalar(node);
    return { ...this.span(0, 0), kind: 'scalar', value: null, style: 'plain', text: '' };
  }

  /** An item of a list, or a key or value of a map. */
  value(node: Yaml.Node | null, flow: boolean, depth: number): YamlNode {
    const made = this.node(node, depth + 1);
    if (flow && this.reader === 'istio' && wantsQuotes(node))
      this.problem(
        'syntax',
        'inside [ ] and { } this text must be quoted, for its colon or question mark',
        'Put it in quotes: "::1".',
        made,
      );
    return made;
  }

  scalar(node: Yaml.Scalar): ScalarNode {
    const span = this.spanOf(node);
    const written = typeof node.value === 'string' ? node.value : String(node.source ?? '');
    const binary = node.tag === 'tag:yaml.org,2002:binary';
    const text = binary ? this.decoded(written, span) : written;
    const plain = node.type === this.lib.Scalar.PLAIN || node.type === undefined;
    const block =
      node.type === this.lib.Scalar.BLOCK_FOLDED || node.type === this.lib.Scalar.BLOCK_LITERAL;
    const wanted = resolvedTags.get(node.tag ?? '');
    if (block || wanted === undefined || (!plain && node.tag === undefined))
      return { ...span, kind: 'scalar', value: text, style: block ? 'block' : 'quoted', text };
    const value = resolvePlainScalar(text);
    if (!wanted(value, text))
      this.problem(
        'syntax',
        `${JSON.stringify(text.slice(0, 60))} is not what its tag says`,
        'Remove the tag, or mend the value.',
        span,
      );
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.problem(
        'number',
        `${text} is not a number that a resource may hold`,
        'Use a finite number, or quote it if a string is meant.',
        span,
      );
    }
    return { ...span, kind: 'scalar', value, style: 'plain', text };
  }

  /** The text behind `!!binary`, which Istio's reader decodes. */
  decoded(code: string, span: Span): string {
    const bytes = bytesOfBase64(code);
    if (bytes !== null) return new TextDecoder().decode(bytes);
    this.problem(
      'syntax',
      'this !!binary value is not base64',
      'Write the text itself, without a tag.',
      span,
    );
    return '';
  }

  map(
    node: Yaml.Node & {
      items: readonly { key: unknown; value: unknown }[];
      flow?: boolean | undefined;
    },
    depth: number,
  ): MapNode {
    const gathered = new MapEntries(this);
    let last: YamlNode | undefined;
    for (const pair of node.items) {
      const key = this.asNode(pair.key);
      const keyNode = this.value(key, node.flow === true, depth);
      if (node.flow === true && key !== null) this.tellParted(keyNode);
      const value =
        pair.value === null
          ? this.absent(keyNode)
          : this.value(this.asNode(pair.value), node.flow === true, depth);
      last = value;
      if (keyNode.kind !== 'scalar' || keyNode.value === null) {
        const mistake = notYamlYet(this.text(), keyNode.start - this.chunk.start);
        if (mistake !== undefined) {
          if (this.problems.length === 0) this.mistake(mistake);
          continue;
        }
        this.problem(
          'bad-key',
          'a key must be a string',
          'Quote the key, or write a name before the colon.',
          keyNode,
        );
        continue;
      }
      if (keyNode.style === 'plain' && keyNode.text === '<<') gathered.merge(value);
      else {
        const key = String(keyNode.value);
        const asWritten = keyNode.style !== 'plain' || keyNode.text === key;
        gathered.add({ key, keyNode, asWritten, value, merged: false }, keyNode);
      }
    }
    const span = this.collectionSpan(node, last);
    const { entries, repeats } = gathered;
    return { ...span, kind: 'map', entries, repeats, flow: node.flow === true };
  }

  tellParted(key: YamlNode): void {
    if (this.reader !== 'istio' || !isParted(this.chunk.source.text, key.start, key.end)) return;
    this.problem(
      'syntax',
      "inside [ ] and { } Istio's reader takes a key only on one line with its colon",
      'Write the key and its colon on one line.',
      key,
    );
  }

  repeated(key: string, at: Span, first: Span, merged: boolean): void {
    if (this.duplicates++ < maxDuplicates)
      this.problem(
        'duplicate-key',
        `the key ${JSON.stringify(key)} is given twice in one map${merged ? ', once by the merge key <<' : ''}`,
        merged
          ? "Merge a map without the key: to Istio's reader none goes over another."
          : 'Keep one of them; the last one counts where a duplicate is accepted at all.',
        at,
        [{ message: 'first given here', span: first }],
      );
  }

  badMerge(at: Span): void {
    this.problem(
      'syntax',
      'a merge key << takes a map, or a list of maps',
      'Point it at an anchored map: `<<: *name`.',
      at,
    );
  }

  /** The null value of `key:` without a value stands right behind the key. */
  absent(key: YamlNode): ScalarNode {
    return {
      source: key.source,
      start: key.end,
      end: key.end,
      kind: 'scalar',
      value: null,
      style: 'plain',
      text: '',
    };
  }

  /** A block collection ends with its last value; the package lets it run on over the comments behind. */
  collectionSpan(node: Yaml.YAMLMap | Yaml.YAMLSeq | Yaml.Node, last: YamlNode | undefined): Span {
    const span = this.spanOf(node);
    const block = 'flow' in node ? node.flow !== true : true;
    return block && last !== undefined ? { ...span, end: Math.max(span.start, last.end) } : span;
  }

  spanOf(node: Yaml.Node): Span {
    const [start = 0, end = 0] = node.range ?? [];
    return this.span(start, end);
  }

  /** Offsets in the chunk; the package lets some of its errors end behind it. */
  span(start: number, end: number): Span {
    const { source, start: from, end: limit } = this.chunk;
    return { source, start: Math.min(from + start, limit), end: Math.min(from + end, limit) };
  }

  asNode(value: unknown): Yaml.Node | null {
    const { isAlias, isMap, isScalar, isSeq } = this.lib;
    return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value : null;
  }

  problem(
    kind: YamlProblem['kind'],
    message: string,
    help: string,
    span: Span,
    related: YamlProblem['related'] = [],
  ): void {
    this.problems.push({
      kind,
      message,
      help,
      span: { source: span.source, start: span.start, end: span.end },
      related,
    });
  }
}

/** Nothing but comments and blanks. */
export function isNothing(contents: Yaml.Document.Parsed['contents']): boolean {
  if (contents === null) return true;
  return 'type' in contents && contents.type === 'PLAIN' && contents.source === '';
}

export class TooDeep extends Error {}

/** What is wrong with a whole document is shown at its beginning. */
function firstOf(span: Span): Span {
  return { ...span, end: Math.min(span.end, span.start + 1) };
}
