/** Reads fields out of YAML nodes and records what does not fit, at its place. For the files that are tcpmesh's own. */
import { type Finding, findingOf, type RuleMeta } from '../diagnostic/index.ts';
import { formatPath } from '../resource/index.ts';
import { closest, type Span } from '../text/index.ts';
import { entryOf, isNull, type MapNode, type YamlNode } from '../yaml/index.ts';

/** Steps from the document's root. */
export type Path = readonly (string | number)[];

/** A node that is there, with the way to it. */
export type Found = { readonly node: YamlNode; readonly path: Path };

export type NodeReader = {
  readonly findings: readonly Finding[];
  readonly report: (found: Found, message: string, help: string) => void;
  /** The fields of a map; a key that is not known is reported. Null (reported) where the node is no map. */
  readonly fields: (found: Found, known: readonly string[]) => Fields | null;
  /** One field of a map, unreported where the node is none. */
  readonly fieldOf: (found: Found, key: string) => Found | undefined;
  /** Any scalar as it was written: `y` and `1.10` are labels here, not a boolean and a number. */
  readonly text: (found: Found | undefined) => string | undefined;
  readonly integer: (
    found: Found | undefined,
    minimum: number,
    maximum: number,
  ) => number | undefined;
  readonly items: (found: Found | undefined) => readonly Found[] | undefined;
  readonly textMap: (found: Found | undefined) => Readonly<Record<string, string>> | undefined;
  readonly oneOf: <V extends string>(
    found: Found | undefined,
    values: readonly V[],
  ) => V | undefined;
};

/** Absent fields are undefined; so is a field that is given as null, but for `given`. */
export type Fields = {
  readonly get: (key: string) => Found | undefined;
  /** Is the key there, null or not? */
  readonly given: (key: string) => boolean;
};

export function spanOf(node: YamlNode): Span {
  return { source: node.source, start: node.start, end: node.end };
}

/** rule: whose findings these are. */
export function nodeReader(rule: RuleMeta): NodeReader {
  const findings: Finding[] = [];
  const report = (found: Found, message: string, help: string): void => {
    const span = spanOf(found.node);
    const path = formatPath(found.path);
    findings.push(findingOf(rule, { message, help, span, path, resource: null }));
  };
  const wrong = (found: Found, wanted: string, help: string): undefined => {
    report(found, `${nameOf(found.path)} must be ${wanted}, not ${shapeOf(found.node)}`, help);
    return undefined;
  };
  const text = (found: Found | undefined): string | undefined => {
    if (found === undefined) return undefined;
    const { node } = found;
    if (node.kind === 'scalar') return node.text;
    return wrong(found, 'a text', 'Write a single value here.');
  };
  const items = (found: Found | undefined): readonly Found[] | undefined => {
    if (found === undefined) return undefined;
    if (found.node.kind !== 'list')
      return wrong(found, 'a list', 'Begin each element with `- `, or use [ ].');
    return found.node.items.map((node, i) => ({ node, path: [...found.path, i] }));
  };
  return {
    findings,
    report,
    text,
    items,
    fields: (found, known) => {
      if (found.node.kind !== 'map') {
        wrong(found, 'a map', `Write keys here: ${known.join(', ')}.`);
        return null;
      }
      reportUnknown(found.node, found.path, known, report);
      return fieldsOf(found.node, found.path);
    },
    fieldOf: (found, key) =>
      found.node.kind === 'map' ? fieldsOf(found.node, found.path).get(key) : undefined,
    integer: (found, minimum, maximum) => {
      if (found === undefined) return undefined;
      const value = found.node.kind === 'scalar' ? found.node.value : null;
      if (
        typeof value === 'number' &&
        Number.isInteger(value) &&
        value >= minimum &&
        value <= maximum
      )
        return value;
      return wrong(
        found,
        `a whole number from ${minimum} to ${maximum}`,
        'Write the number without quotes.',
      );
    },
    textMap: (found) => {
      if (found === undefined) return undefined;
      const { node, path } = found;
      if (node.kind !== 'map')
        return wrong(found, 'a map of texts', 'Write `{key: value}` pairs here.');
      const values: Record<string, string> = Object.create(null);
      for (const entry of node.entries) {
        const value = text({ node: entry.value, path: [...path, entry.key] });
        if (value !== undefined) values[entry.keyNode.text] = value;
      }
      return values;
    },
    oneOf: (found, values) => {
      const given = text(found);
      if (found === undefined || given === undefined) return undefined;
      const value = values.find((candidate) => candidate === given);
      if (value !== undefined) return value;
      const near = closest(given, values);
      const help = near === null ? `Use one of ${values.join(', ')}.` : `Did you mean ${near}?`;
      report(
        found,
        `${nameOf(found.path)} ${JSON.stringify(given)} is none of ${values.join(', ')}`,
        help,
      );
      return undefined;
    },
  };
}

function fieldsOf(map: MapNode, path: Path): Fields {
  return {
    get: (key) => {
      const node = entryOf(map, key)?.value;
      if (node === undefined || isNull(node)) return undefined;
      return { node, path: [...path, key] };
    },
    given: (key) => entryOf(map, key) !== undefined,
  };
}

function reportUnknown(
  map: MapNode,
  path: Path,
  known: readonly string[],
  report: NodeReader['report'],
): void {
  for (const { key, keyNode } of map.entries) {
    if (known.includes(key)) continue;
    const near = closest(key, known);
    const help = near === null ? `Known here: ${known.join(', ')}.` : `Did you mean ${near}?`;
    report({ node: keyNode, path: [...path, key] }, `unknown key ${JSON.stringify(key)}`, help);
  }
}

function nameOf(path: Path): string {
  return path.length === 0 ? 'the document' : formatPath(path);
}

function shapeOf(node: YamlNode): string {
  switch (node.kind) {
    case 'map':
      return 'a map';
    case 'list':
      return 'a list';
    case 'scalar':
      return node.value === null ? 'nothing' : JSON.stringify(node.value);
  }
}
