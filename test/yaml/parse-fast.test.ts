/** The fast parser gives exactly the full parser's tree, or leaves the document to it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasOdd, isOdd } from '../../src/yaml/fast/characters.ts';
import { parseFast } from '../../src/yaml/fast/parse-fast.ts';
import { parseFully } from '../../src/yaml/full-parser.ts';
import type { YamlNode } from '../../src/yaml/index.ts';
import { splitDocuments } from '../../src/yaml/split-documents.ts';

type Plain = unknown;

/** A tree without its source: what has to be equal. */
function plain(node: YamlNode): Plain {
  const at = [node.start, node.end];
  switch (node.kind) {
    case 'scalar':
      return { at, value: node.value, style: node.style, text: node.text };
    case 'list':
      return { at, flow: node.flow, items: node.items.map(plain) };
    case 'map':
      return {
        at,
        flow: node.flow,
        entries: node.entries.map((e) => [e.key, plain(e.keyNode), plain(e.value), e.merged]),
      };
  }
}

/** Compares both on every document of a text; counts those that the fast parser took. */
function compare(text: string): { taken: number; documents: number } {
  const source = { name: 't', text };
  let taken = 0;
  const chunks = splitDocuments(source);
  for (const chunk of chunks) {
    const fast = parseFast(source, chunk.start, chunk.end, new Map(), hasOdd(text));
    if (fast === null) continue;
    taken++;
    const document = parseFully(chunk);
    expect(document.problems, JSON.stringify(text)).toEqual([]);
    expect(plain(fast), JSON.stringify(text)).toEqual(document.root ? plain(document.root) : null);
    expect(document.span).toEqual(chunk);
  }
  return { taken, documents: chunks.length };
}

const word = fc.constantFrom(
  'a',
  'host',
  'yes',
  '010',
  '1.5',
  '-x',
  '-1',
  'a b',
  'a:b',
  'x#y',
  '10.0.0.0/8',
  '~',
  '',
  'http://x',
  '"q"',
  "'it''s'",
  '*',
  '&a',
  '!t',
  '|',
  '- ',
  '0x1F',
  '1_000',
  '{}',
  '[]',
  'é',
  '2001-01-01',
  'null',
  '.5',
  '<<',
  '? x',
  '%x',
  '@y',
  '`z`',
  '[a, b]',
  '{k: v}',
  '{"a":1, b: [x, {}]}',
  '[ 1 , "two" ]',
  '{a}',
  '[a,]',
  '>',
  'end: x',
  '# c',
);
const indent = fc.constantFrom('', ' ', '  ', '    ', '\t');
const line = fc
  .tuple(
    indent,
    fc.constantFrom('', '- ', '-', '- - ', '-   '),
    fc.constantFrom('', 'a:', 'b: ', 'c:  ', '"k": ', "'l':", 'spec:', 'y:', '1:', 'm :', 'n: # c'),
    word,
    fc.constantFrom('', ' ', ' # c', '#', '\r'),
  )
  .map((parts) => parts.join(''));
const anyText = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: line },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '---',
          '...',
          '--- # x',
          '--- a',
          '',
          '# c',
          '%YAML 1.1',
          '  # d',
        ),
      },
    ),
    { maxLength: 8 },
  )
  .map((lines) => lines.join('\n'));

/** Structured text that is mostly valid: nested maps and lists written in block style with random indentation. */
const tree: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    word,
    fc.array(tie('node'), { maxLength: 3 }),
    fc
      .array(
        fc.tuple(fc.constantFrom('a', 'b', 'c', 'k8s.io/x', '"q r"', 'on', '7'), tie('node')),
        { maxLength: 4 },
      )
      .map((pairs) => ({ pairs })),
  ),
})).node;

function write(value: unknown, column: number, step: number): string {
  const pad = ' '.repeat(column);
  if (Array.isArray(value))
    return value.length === 0
      ? '[]'
      : `\n${value.map((item) => `${pad}- ${write(item, column + 2, step).replace(/^\n\s*/, '')}`).join('\n')}`;
  if (
    typeof value === 'object' &&
    value !== null &&
    'pairs' in value &&
    Array.isArray(value.pairs)
  ) {
    if (value.pairs.length === 0) return '{}';
    return `\n${value.pairs.map(([key, item]: [string, unknown]) => `${pad}${key}: ${write(item, column + step, step)}`).join('\n')}`;
  }
  return String(value);
}

const golden = fileURLToPath(new URL('../golden/routing', import.meta.url));
const meshes = existsSync(golden)
  ? readdirSync(golden, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('mesh.yaml'))
      .filter((_, i) => i % 4 === 0)
      .map((name) => readFileSync(join(golden, name), 'utf8'))
  : [];
const samplesFolder = fileURLToPath(new URL('../../samples', import.meta.url));
const samples = readdirSync(samplesFolder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(samplesFolder, name), 'utf8'));

it('knows of a whole text what it knows of its characters', () => {
  for (let code = 0; code <= 0xffff; code++)
    if (hasOdd(`a${String.fromCharCode(code)}`) !== (isOdd(code) && code !== 10))
      expect.fail(`U+${code.toString(16)}`);
});

describe('the fast parser agrees with the full one', () => {
  it('on lines thrown together', () => {
    let taken = 0;
    fc.assert(
      fc.property(anyText, (text) => {
        taken += compare(text).taken;
      }),
      { numRuns: 4000 },
    );
    expect(taken).toBeGreaterThan(120);
  });

  it('on structured documents', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        tree,
        fc.constantFrom(1, 2, 4),
        fc.constantFrom('', '\n', '# end\n'),
        (value, step, tail) => {
          taken += compare(write(value, 0, step).replace(/^\n/, '') + tail).taken;
        },
      ),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(200);
  });

  it('on the samples and golden meshes, and takes nearly all of them', () => {
    const total = { taken: 0, documents: 0 };
    for (const text of [...samples, ...meshes]) {
      const { taken, documents } = compare(text);
      total.taken += taken;
      total.documents += documents;
    }
    expect(total.taken / total.documents).toBeGreaterThan(0.9);
  });

  it('on JSON over lines, whole and with one slip, and takes all that is whole', () => {
    const name = fc.constantFrom('a', 'k8s.io/x', 'two words', 'x: y', '7');
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(0, 9000, -1.5, true, false, null, '', 'a, b', '# c', '{x}'),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(name, tie('json'), { maxKeys: 3 }),
      ),
    }));
    const slip = fc.constantFrom('', ' ', '\n', ',', ':', '}', ']', '#', ' # c\n', 'x', '\n---\n');
    fc.assert(
      fc.property(json, fc.nat(4), fc.nat(), slip, fc.nat(1), (value, step, at, insert, drop) => {
        const text = `${JSON.stringify({ items: [value] }, null, step)}\n`;
        expect(compare(text).taken, text).toBe(1);
        const where = at % (text.length + 1);
        compare(text.slice(0, where) + insert + text.slice(where + drop));
      }),
      { numRuns: 3000 },
    );
  });

  it('on samples with one slip of the hand', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.constantFrom(
          '',
          ' ',
          '\n',
          ':',
          '-',
          '#',
          '"',
          "'",
          '\t',
          '{',
          ']',
          '&',
          '*',
          'x',
          '  - ',
          ': ',
        ),
        fc.nat(2),
        (text, at, insert, drop) => {
          const where = at % (text.length + 1);
          compare(text.slice(0, where) + insert + text.slice(where + drop));
        },
      ),
      { numRuns: 500 },
    );
  });
});
