/** Text that means harm or is none: bounded findings, a clear message, never an exception, never a pass of what was not read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnostic/index.ts';
import { type DecodedSources, decodeSources } from '../../src/resource/index.ts';
import { admit, judge, judgeDocuments } from '../../src/validation/index.ts';

type Judged = { readonly decoded: DecodedSources; readonly findings: readonly Finding[] };

function judged(text: string): Judged {
  const decoded = decodeSources([{ name: 'hostile.yaml', text }], { defaultNamespace: 'default' });
  const findings = [
    ...judgeDocuments(decoded),
    ...decoded.resources.flatMap((resource) => judge(resource)),
  ];
  const { admitted, refused } = admit(decoded.resources);
  expect(admitted.length + refused.length).toBe(decoded.resources.length);
  return { decoded, findings };
}

const virtualService = (spec: string): string =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec:\n${spec}`;
const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

describe('limits', () => {
  const bomb = `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${lines(
    12,
    (i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(',')}]\n`,
  )}`;
  const tooDeep = /nested deeper/;
  it.each([
    ['aliases of aliases', bomb, /aliases make this document larger/],
    ['aliases of aliases inside a resource', virtualService(bomb.replace(/^/gm, '  ')), /aliases/],
    ['brackets in brackets', `a: ${'['.repeat(200_000)}${']'.repeat(200_000)}`, tooDeep],
    ['brackets that never close', '['.repeat(200_000), tooDeep],
    ['maps in maps', lines(2000, (i) => `${' '.repeat(i)}a:\n`), tooDeep],
    ['lists in lists', '- '.repeat(200_000), tooDeep],
    ['a long document with an anchor', `a: &a b\n${'c: d\n'.repeat(1_000_000)}`, /larger than/],
  ])('%s', (_name, text, message) => {
    const { decoded, findings } = judged(text);
    expect(decoded.resources).toEqual([]);
    expect(findings.map(({ code }) => code)).toEqual(['TCM0005']);
    expect(findings[0]?.message).toMatch(message);
    expect(findings[0]?.istio.rejects).toBe(true);
  });

  const route = '    route: [{destination: {host: b}}]\n';
  it.each([
    ['unknown fields', lines(5000, (i) => `  unknown${i}: v\n`), 'TCM0101'],
    ['hosts given twice', `  hosts:\n${'  - a\n'.repeat(5000)}`, 'TCM0205'],
    [
      'rules that repeat each other',
      `  hosts: [a]\n  tcp:\n${`  - match: [{port: 1}]\n${route}`.repeat(2000)}`,
      'TCM0224',
    ],
    [
      'prefixes of prefixes',
      `  hosts: [a]\n  http:\n${lines(1500, (i) => `  - match: [{uri: {prefix: "/${'a'.repeat(i)}"}}]\n${route}`)}`,
      'TCM0225',
    ],
  ])('cuts %s short', (_name, spec, code) => {
    const { findings } = judged(virtualService(spec));
    expect(findings.length).toBe(201);
    expect(findings.some((finding) => finding.code === code)).toBe(true);
    expect(findings.at(-1)?.code).toBe('TCM0109');
  });

  it('is as grave as what it leaves out, and leaves out the mildest', () => {
    const prefixes = `  hosts: [a]\n  http:\n${lines(1500, (i) => `  - match: [{uri: {prefix: "/${'a'.repeat(i)}"}}]\n${route}`)}`;
    const shown = ({ code, severity, istio }: Finding) => [code, severity, istio.rejects];
    const { findings } = judged(virtualService(prefixes));
    expect(findings.map(shown).at(-1)).toEqual(['TCM0109', 'info', false]);
    const refused = judged(virtualService(`${prefixes}  - {}\n`)).findings;
    expect(refused.map(shown).filter(([, severity]) => severity === 'error')).toHaveLength(1);
    expect(refused.map(shown).at(-1)).toEqual(['TCM0109', 'info', false]);
    const graver = judged(virtualService(`  hosts: [a]\n${lines(201, (i) => `  x${i}: v\n`)}`));
    expect(graver.findings.map(shown).at(-1)).toEqual(['TCM0109', 'error', true]);
  });

  it('cuts repeated keys short', () => {
    const { findings } = judged(virtualService(`  hosts: [a]\n${'  tcp: []\n'.repeat(2000)}`));
    expect(findings.filter(({ code }) => code === 'TCM0002').length).toBe(100);
  });

  it('takes large maps and lists in good order', () => {
    const labels = lines(20_000, (i) => `        l${i}: v\n`);
    const spec = `  hosts:\n${lines(20_000, (i) => `  - "*.h${i}.example.com"\n`)}  tcp:\n  - match:\n    - sourceLabels:\n${labels}    route:\n    - destination: {host: b}\n`;
    expect(judged(virtualService(spec)).findings).toEqual([]);
  });
});

describe('odd text', () => {
  it('reads keys that are names of JavaScript as any others', () => {
    const { decoded, findings } = judged(
      virtualService(
        '  hosts: [a]\n  __proto__: {hosts: [x]}\n  tcp:\n  - match:\n    - sourceLabels: {__proto__: x, constructor: "y", toString: z}\n    route:\n    - destination: {host: b, constructor: {subset: v1}}\n',
      ),
    );
    expect(findings.map(({ path }) => path)).toEqual([
      'spec.__proto__',
      'spec.tcp[0].route[0].destination.constructor',
      // A label key cannot end in an underscore.
      'spec.tcp[0].match[0].sourceLabels.__proto__',
    ]);
    const [resource] = decoded.resources;
    const labels =
      resource?.kind === 'VirtualService'
        ? resource.spec.tcp?.[0]?.match?.[0]?.sourceLabels
        : undefined;
    expect(Object.entries(labels ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ]);
    expect(({} as { hosts?: unknown }).hosts).toBeUndefined();
  });

  it('minds neither line ends of Windows nor a last line without one', () => {
    const text = virtualService('  hosts: [a]\n  tcp:\n  - route:\n    - destination: {host: b}');
    expect(judged(text.replaceAll('\n', '\r\n')).findings).toEqual([]);
    expect(judged(text).findings).toEqual([]);
  });

  it.each([
    ['nothing', '', []],
    ['a comment', '# nothing here\n', []],
    ['separators alone', '---\n---\n', []],
    ['a null', 'null\n', []],
    ['zeros', '\0'.repeat(1000), ['TCM0001']],
    ['a bell in a comment', 'kind: a # \x07\n', ['TCM0001']],
    [
      'lines that end as they did on old Macs',
      virtualService('').replaceAll('\n', '\r'),
      ['TCM0202'],
    ],
    ['a list', '- a\n', ['TCM0006']],
    ['an empty map', '{}\n', ['TCM0007']],
  ])('%s', (_name, text, codes) => {
    expect(judged(text).findings.map(({ code }) => code)).toEqual(codes);
  });
});

const folder = fileURLToPath(new URL('../golden/validation', import.meta.url));
const documents = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(join(folder, file), 'utf8'));

/** What stands outside of all that was read, and is neither comment, separator nor blank. */
function unread({ decoded }: Judged, text: string): string {
  let rest = text;
  for (const { root, problems, span } of decoded.documents) {
    const read = problems.length > 0 ? span : root;
    if (read !== null)
      rest = rest.slice(0, read.start) + ' '.repeat(read.end - read.start) + rest.slice(read.end);
  }
  return rest
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) =>
      line
        .replace(/^\uFEFF/, '')
        .replace(/(^|\s)#[\s\S]*$/, '')
        .replace(/^(---|\.\.\.)(?=\s|$)/, '')
        // An anchor or a tag of the whole document stands before its value.
        .replace(/(^|\s)[&!]\S*/g, ''),
    )
    .filter((line) => line.trim() !== '' && !line.startsWith('%'))
    .join('\n');
}

describe('any text', () => {
  const bits = [
    '\n',
    ' ',
    '  ',
    '\t',
    ':',
    ': ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '#',
    ' #',
    '&a ',
    '*a',
    '!',
    '|',
    '>',
    '---\n',
    '...\n',
    '?',
    '%',
    '@',
    '0',
    'null',
    '~',
    '<<: ',
    'é',
    '\u2028',
    '\r',
    '\0',
  ];
  /** A recorded document with a few places cut out, doubled or strewn with what means something to YAML. */
  const mutated = fc
    .tuple(
      fc.constantFrom(...documents),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...bits), fc.nat(12)), { maxLength: 4 }),
    )
    .map(([text, edits]) =>
      edits.reduce((sofar, [place, bit, cut]) => {
        const at = place % (sofar.length + 1);
        return sofar.slice(0, at) + bit + sofar.slice(at + cut);
      }, text),
    );
  const anything = fc.oneof(
    mutated,
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(fc.constantFrom(...bits, 'a', 'kind', 'spec'), { maxLength: 60 })
      .map((all) => all.join('')),
  );

  it('is judged without an exception, with findings that point into it and say what and what to do', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const { findings } = judged(text);
        for (const { span, message, help, code, istio } of findings) {
          expect(span.start).toBeLessThanOrEqual(span.end);
          expect(span.end).toBeLessThanOrEqual(text.length);
          expect(message).not.toBe('');
          if (code !== 'TCM0009') expect(help).not.toBe('');
          if (istio.code !== null) expect(istio.code).toMatch(/^IST\d{4}$/);
        }
      }),
      { numRuns: Number(process.env.TCPMESH_FUZZ_RUNS ?? 800) },
    );
  });

  it('never passes what was not read', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const all = judged(text);
        for (const { root, problems } of all.decoded.documents)
          if (problems.some(({ kind }) => kind !== 'duplicate-key' && kind !== 'unread'))
            expect(root).toBeNull();
        if (all.findings.every(({ code }) => !code.startsWith('TCM000') && code !== 'TCM0013'))
          expect(unread(all, text)).toBe('');
      }),
      { numRuns: Number(process.env.TCPMESH_FUZZ_RUNS ?? 800) },
    );
  });

  it.each(['---\n...\n0', '---\n...\n...\n0', 'a: 1\n...\n---\n...\n...\nb: 2\n'])(
    'says what stands behind the end of a document, however many follow that hold nothing: %j',
    (text) => {
      expect(judged(text).findings.map(({ code }) => code)).toContain('TCM0013');
    },
  );
});
