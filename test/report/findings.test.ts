/** The forms of a report on findings: what people read, and what other programs rely on. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv04 from 'ajv-draft-04';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Finding } from '../../src/diagnostic/index.ts';
import {
  type FindingReport,
  findingFormats,
  plainPaint,
  renderFindings,
} from '../../src/report/index.ts';
import type { Source, Span } from '../../src/text/index.ts';

const virtualService: Source = {
  name: 'k8s/vs.yaml',
  text: 'kind: VirtualService\nspec:\n  tcp:\n  - route:\n    - destination:\n        host: echo\n        subset: v9\n',
};
const destinationRule: Source = {
  name: 'k8s/dr.yaml',
  text: 'kind: DestinationRule\nspec:\n  subsets:\n  - name: v1\n',
};

function spanOf(source: Source, text: string): Span {
  const start = source.text.indexOf(text);
  return { source, start, end: start + text.length };
}

const unknownSubset: Finding = {
  code: 'IST0101',
  rule: 'unknown-subset',
  severity: 'error',
  message: 'no DestinationRule for echo defines the subset v9',
  help: 'Did you mean v1?',
  span: spanOf(virtualService, 'v9'),
  path: 'spec.tcp[0].route[0].destination.subset',
  resource: {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    namespace: 'default',
    name: 'echo',
  },
  related: [{ message: 'defines v1 only', span: spanOf(destinationRule, 'v1') }],
  istio: { rejects: false, code: 'IST0101' },
  fix: { title: 'Write v1', edits: [{ span: spanOf(virtualService, 'v9'), text: 'v1' }] },
};

function reportOf(findings: readonly Finding[], more: Partial<FindingReport> = {}): FindingReport {
  return {
    findings,
    sourceNames: ['k8s/dr.yaml', 'k8s/vs.yaml'],
    documents: 2,
    resources: 2,
    unread: 0,
    hidden: 0,
    startedIn: { root: '/home/me', folder: '/home/me' },
    elapsedMs: 12.4,
    version: '1.2.3',
    ruleOf: (name) =>
      name === 'unknown-subset'
        ? {
            code: 'IST0101',
            name,
            severity: 'error',
            summary: 'a route names a subset that nothing defines',
            why: 'Envoy has no such cluster and closes each connection.',
            help: 'Define the subset.',
            istio: { rejects: false, code: 'IST0101', source: '' },
          }
        : undefined,
    fails: (finding) => finding.severity === 'error',
    notes: [],
    ...more,
  };
}

const style = { paint: plainPaint, columns: 100 };
const render = (format: (typeof findingFormats)[number], report: FindingReport) =>
  renderFindings(format, report, style);

describe('text', () => {
  it('shows the place, the other party, why it matters and what to do', async () => {
    expect(await render('text', reportOf([unknownSubset]))).toBe(
      [
        'k8s/vs.yaml (1 error)',
        '',
        'error[IST0101]: no DestinationRule for echo defines the subset v9',
        ' --> k8s/vs.yaml:7:17  VirtualService default/echo, spec.tcp[0].route[0].destination.subset',
        '  |',
        '6 |         host: echo',
        '7 |         subset: v9',
        '  |                 ^^',
        ' ::: k8s/dr.yaml:4:11',
        '  |',
        '3 |   subsets:',
        '4 |   - name: v1',
        '  |           -- defines v1 only',
        '  = why: Envoy has no such cluster and closes each connection.',
        '  = help: Did you mean v1?',
        '',
        '1 error (2 resources in 2 files in 12 ms)',
        '',
      ].join('\n'),
    );
  });

  it("prefers a finding's own why, and says each once", async () => {
    const own = 'Clients get it all the same.';
    const harmless: Finding = { ...unknownSubset, severity: 'info', why: own };
    const other = { ...unknownSubset, message: 'another one' };
    for (const findings of [
      [harmless, { ...harmless, message: 'again' }, unknownSubset, other],
      [unknownSubset, harmless],
    ]) {
      const text = await render('text', reportOf(findings));
      expect(text.split(`why: ${own}`)).toHaveLength(2);
      expect(text.split('why: Envoy has no such cluster')).toHaveLength(2);
    }
    const [result] = JSON.parse(await render('sarif', reportOf([harmless]))).runs[0].results;
    expect(result.message.text).toContain(own);
  });

  it('leaves out what an object does not say of itself', async () => {
    const resource = { apiVersion: 'v1', kind: 'Namespace', namespace: '', name: '' };
    const text = await render(
      'text',
      reportOf([{ ...unknownSubset, resource, path: 'metadata.name' }]),
    );
    expect(text).toContain('vs.yaml:7:17  Namespace, metadata.name\n');
  });

  it('says so when there is nothing', async () => {
    expect(await render('text', reportOf([]))).toBe(
      'nothing found (2 resources in 2 files in 12 ms)\n',
    );
  });

  it.each(['text', 'github', 'markdown'] as const)(
    'is no word of success in %s for what was not looked at',
    async (format) => {
      const nothing = await render(format, reportOf([], { resources: 0 }));
      expect(nothing).toContain('nothing checked');
      expect(nothing).not.toContain('nothing found');
      expect(await render(format, reportOf([], { unread: 1 }))).toContain(
        'nothing found, 1 input not read',
      );
    },
  );

  it('underlines by display columns, and cuts lines that are longer than the window', async () => {
    const wide: Source = { name: 'w.yaml', text: 'host: 日本語ok # ok' };
    const frame = await render(
      'text',
      reportOf([{ ...unknownSubset, related: [], span: spanOf(wide, 'ok') }]),
    );
    expect(frame).toContain('1 | host: 日本語ok # ok\n  |             ^^\n');
    const long: Source = {
      name: 'l.yaml',
      text: `a: ${'x'.repeat(5_000_000)}y${'z'.repeat(5_000_000)}`,
    };
    const cut = await render(
      'text',
      reportOf([{ ...unknownSubset, related: [], span: spanOf(long, 'y') }]),
    );
    expect(cut.length).toBeLessThan(1000);
    expect(cut).toMatch(/\| …x{10}yz+…\n {2}\| {12}\^\n/);
  });
});

describe('json', () => {
  it('is the contract', async () => {
    expect(JSON.parse(await render('json', reportOf([unknownSubset])))).toEqual({
      schemaVersion: 1,
      summary: { files: 2, documents: 2, resources: 2, errors: 1, warnings: 0, infos: 0 },
      findings: [
        {
          code: 'IST0101',
          rule: 'unknown-subset',
          severity: 'error',
          message: 'no DestinationRule for echo defines the subset v9',
          why: 'Envoy has no such cluster and closes each connection.',
          help: 'Did you mean v1?',
          resource: unknownSubset.resource,
          file: 'k8s/vs.yaml',
          line: 7,
          column: 17,
          endLine: 7,
          endColumn: 19,
          path: 'spec.tcp[0].route[0].destination.subset',
          related: [{ message: 'defines v1 only', file: 'k8s/dr.yaml', line: 4, column: 11 }],
          istio: { rejects: false, code: 'IST0101' },
          docs: 'docs/rules/unknown-subset.md',
        },
      ],
    });
  });

  it("has a finding's own why instead of its rule's, and none where neither says why", async () => {
    const own = { ...unknownSubset, why: 'Clients get it all the same.' };
    const bare = { ...unknownSubset, rule: 'of-nobody' };
    const { findings } = JSON.parse(await render('json', reportOf([own, bare])));
    expect(findings.map(({ why }: { why: string }) => why)).toEqual([own.why, '']);
  });

  it('is what yaml says too', async () => {
    const report = reportOf([unknownSubset]);
    const [document] = parseAllDocuments(await render('yaml', report));
    expect(document?.toJS()).toEqual(JSON.parse(await render('json', report)));
  });
});

const require = createRequire(import.meta.url);
const published = JSON.parse(
  readFileSync(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
);

describe('sarif', () => {
  const Ajv = Ajv04.default;
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(
    published,
  );

  it('has rules, places, related places, fingerprints and fixes', async () => {
    const log = JSON.parse(await render('sarif', reportOf([unknownSubset])));
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    const [run] = log.runs;
    expect(run.tool.driver.rules[0]).toMatchObject({ id: 'IST0101/unknown-subset' });
    expect(run.results[0]).toMatchObject({
      ruleId: 'IST0101/unknown-subset',
      ruleIndex: 0,
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'k8s/vs.yaml', uriBaseId: '%SRCROOT%' },
            region: { startLine: 7, startColumn: 17, endLine: 7, endColumn: 19 },
          },
        },
      ],
      relatedLocations: [{ id: 0, message: { text: 'defines v1 only' } }],
      fixes: [{ artifactChanges: [{ replacements: [{ insertedContent: { text: 'v1' } }] }] }],
    });
  });

  it.each([
    ['the root', '/home/me/repo', 'k8s/vs.yaml', 'k8s/vs.yaml'],
    ['a folder of it', '/home/me/repo/infra/prod', 'k8s/a b.yaml', 'infra/prod/k8s/a%20b.yaml'],
    ['beside the file', '/home/me/repo/infra', '../k8s/vs.yaml', 'k8s/vs.yaml'],
    ['anywhere, by an absolute path', '/home/me/repo/infra', '/home/me/repo/vs.yaml', 'vs.yaml'],
  ])(
    'names a file from the root of the repository, started in %s',
    async (_, folder, name, uri) => {
      const startedIn = { root: '/home/me/repo', folder };
      const source = { ...virtualService, name };
      const finding = { ...unknownSubset, span: spanOf(source, 'v9') };
      const report = reportOf([finding], { startedIn });
      const log = JSON.parse(await render('sarif', report));
      expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
      const [run] = log.runs;
      expect(run.originalUriBaseIds).toEqual({ '%SRCROOT%': { uri: 'file:///home/me/repo/' } });
      const { physicalLocation } = run.results[0].locations[0];
      expect(physicalLocation.artifactLocation).toEqual({ uri, uriBaseId: '%SRCROOT%' });
      expect(await render('github', report)).toContain(`::error file=${decodeURI(uri)},line=7`);
    },
  );

  it.each([
    ['/home/me/repo', '../other/vs.yaml', 'file:///home/me/other/vs.yaml'],
    ['/home/me/repo', '/tmp/é.yaml', 'file:///tmp/%C3%A9.yaml'],
    ['/home/me/repo', '../repository/vs.yaml', 'file:///home/me/repository/vs.yaml'],
    ['C:\\repo', 'D:\\x\\vs.yaml', 'file:///D:/x/vs.yaml'],
  ])('names a file outside the repository as a whole', async (folder, name, uri) => {
    const source = { ...virtualService, name };
    const finding = { ...unknownSubset, span: spanOf(source, 'v9') };
    const report = reportOf([finding], { startedIn: { root: folder, folder } });
    const [run] = JSON.parse(await render('sarif', report)).runs;
    expect(run.results[0].locations[0].physicalLocation.artifactLocation).toEqual({ uri });
  });

  it('keeps a fingerprint when lines move, and tells equal findings apart', async () => {
    const moved: Source = { ...virtualService, text: `# a comment\n\n${virtualService.text}` };
    const later = { ...unknownSubset, span: spanOf(moved, 'v9') };
    const printOf = async (findings: readonly Finding[]): Promise<string[]> =>
      JSON.parse(await render('sarif', reportOf(findings))).runs[0].results.map(
        (result: { partialFingerprints: Record<string, string> }) =>
          result.partialFingerprints['tcpmesh/v1'],
      );
    const [first, second] = await printOf([unknownSubset, unknownSubset]);
    expect(await printOf([later])).toEqual([first]);
    expect(second).not.toBe(first);
  });

  it('always has results', async () => {
    const log = JSON.parse(await render('sarif', reportOf([])));
    expect(validate(log)).toBe(true);
    expect(log.runs[0].results).toEqual([]);
  });
});

describe('github', () => {
  it('annotates ten of each gravity, gravest first, and lists the rest', async () => {
    const warnings = Array.from(
      { length: 12 },
      (_, i): Finding => ({ ...unknownSubset, severity: 'warning', message: `number ${i}` }),
    );
    const lines = (await render('github', reportOf([...warnings, unknownSubset])))
      .trimEnd()
      .split('\n');
    expect(lines[0]).toBe(
      '::error file=k8s/vs.yaml,line=7,col=17,endColumn=19,title=IST0101 unknown-subset::no DestinationRule for echo defines the subset v9%0Ak8s/dr.yaml:4:11: defines v1 only%0ADid you mean v1?',
    );
    expect(lines.filter((line) => line.startsWith('::warning'))).toHaveLength(10);
    expect(
      lines.filter((line) => line.startsWith('- k8s/vs.yaml:7:17: warning IST0101 number')),
    ).toHaveLength(2);
  });

  it('escapes what would end a property or start another command', async () => {
    const file: Source = { name: 'a,b:c%.yaml', text: 'x' };
    const odd = {
      ...unknownSubset,
      related: [],
      help: '',
      message: 'one\n::set-env name=X::y',
      span: { source: file, start: 0, end: 1 },
    };
    const [line, ...more] = (await render('github', reportOf([odd]))).trimEnd().split('\n');
    expect(line).toContain('file=a%2Cb%3Ac%25.yaml,');
    expect(line).toContain('one%0A::set-env');
    expect(more.every((other) => !other.startsWith('::'))).toBe(true);
  });
});

describe('junit', () => {
  it('fails what fails the command, and passes files without findings', async () => {
    const warning: Finding = {
      ...unknownSubset,
      rule: 'other',
      code: 'TCM0001',
      severity: 'warning',
      message: 'a "b" <c>',
    };
    const xml = await render('junit', reportOf([unknownSubset, warning]));
    expect(xml).toContain('<testsuites name="tcpmesh validate" tests="3" failures="1" errors="0">');
    expect(xml).toContain('<testcase name="no findings" classname="k8s/dr.yaml"/>');
    expect(xml).toContain(
      '<failure type="error" message="no DestinationRule for echo defines the subset v9">',
    );
    expect(xml).toContain('a &quot;b&quot; &lt;c&gt;');
  });
});

describe('markdown', () => {
  it('is a table whose cells hold no markup of a user', async () => {
    const odd = { ...unknownSubset, message: 'a|b <img> @here `x` **y**' };
    const markdown = await render('markdown', reportOf([odd]));
    expect(markdown).toContain('### tcpmesh: 1 error');
    expect(markdown).toContain(
      '| 🔴 | `k8s/vs.yaml:7:17` | `IST0101` a\\|b &lt;img&gt; &#64;here \\`x\\` \\*\\*y\\*\\* | Did you mean v1? |',
    );
  });
});

describe('concise', () => {
  it('is a line that the problem matcher reads', async () => {
    const matcher = JSON.parse(
      readFileSync(new URL('../../integrations/problem-matcher.json', import.meta.url), 'utf8'),
    );
    const [{ pattern }] = matcher.problemMatcher;
    const match = new RegExp(pattern[0].regexp).exec(
      (await render('concise', reportOf([unknownSubset]))).trimEnd(),
    );
    expect(match?.slice(1)).toEqual([
      'k8s/vs.yaml',
      '7',
      '17',
      'error',
      'IST0101',
      unknownSubset.message,
    ]);
  });
});

describe('every format', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const dangerous = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  const hostile = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        '\u001b',
        '\u009b',
        '\r',
        '\n',
        '\u202e',
        '\u0000',
        '::',
        '|',
        '`',
        ']]>',
        '\ud800',
        '%',
        ',',
        '"',
      ),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
    ),
    maxLength: 20,
  });

  it.each(findingFormats)('%s lets no control character of a user through', async (format) => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (name, message, text) => {
        const source: Source = { name: `${name}.yaml`, text: `${text}#` };
        const span = { source, start: 0, end: source.text.length };
        const finding: Finding = {
          ...unknownSubset,
          message,
          help: message,
          path: name,
          span,
          resource: { apiVersion: name, kind: message, namespace: name, name: text },
          related: [{ message: text, span }],
        };
        const out = await render(
          format,
          reportOf([finding], { sourceNames: [source.name], notes: [name] }),
        );
        expect(out).not.toMatch(dangerous);
      }),
      { numRuns: 200 },
    );
  });
});
