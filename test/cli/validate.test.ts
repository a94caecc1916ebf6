/** `tcpmesh validate` from its arguments to its exit code, in a world in memory. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validate } from '../../src/cli/commands/validate.ts';
import { main } from '../../src/cli/main.ts';
import { flagsOf } from '../../src/cli/option.ts';
import { findingFormats } from '../../src/report/index.ts';
import { type FakeFile, fakeWorld, runCommand } from './fake-world.ts';

const service = `apiVersion: v1
kind: Service
metadata:
  name: echo
  namespace: default
spec:
  selector: {app: echo}
  ports:
  - name: tcp
    port: 9000
`;

/** A route to a host that nothing defines: an error (IST0101) at line 11, and nothing else. */
const broken = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: echo
  namespace: default
spec:
  hosts: [echo]
  tcp:
  - route:
    - destination:
        host: ecko
`;

const sound = broken.replace('ecko', 'echo');

/** The findings of `-o json`, as `CODE file:line`. */
async function findings(
  argv: readonly string[],
  files: Readonly<Record<string, FakeFile>>,
): Promise<{ code: number; found: readonly string[]; stderr: string }> {
  const { code, stdout, stderr } = await runCommand(['validate', '-o', 'json', ...argv], { files });
  const report = stdout === '' ? { findings: [] } : JSON.parse(stdout);
  const found = report.findings.map(
    (f: { code: string; file: string; line: number }) => `${f.code} ${f.file}:${f.line}`,
  );
  return { code, found, stderr };
}

const pair = { 'k8s/a-service.yaml': service, 'k8s/vs.yaml': broken };

describe('exit codes', () => {
  it.each([
    [[], 1],
    [['--fail-on', 'never'], 0],
    [['--fail-on', 'info'], 1],
    [['--max-warnings', '0', '--fail-on', 'never'], 0],
  ])('with %j is %i, whatever the format', async (flags, expected) => {
    for (const format of [
      'text',
      'concise',
      'json',
      'yaml',
      'sarif',
      'github',
      'junit',
      'markdown',
    ]) {
      const { code } = await runCommand(['validate', 'k8s', '-o', format, ...flags], {
        files: pair,
      });
      expect(code, format).toBe(expected);
    }
  });

  it('is 0 with a word of success where nothing is wrong', async () => {
    const { code, stdout } = await runCommand(['validate', 'k8s'], {
      files: { ...pair, 'k8s/vs.yaml': sound },
    });
    expect(stdout).toMatch(/^nothing found \(2 resources in 2 files in /);
    expect(code).toBe(0);
  });

  it.each([
    ['an empty file', ''],
    ['a file of comments', '# to come\n---\n'],
    ['a file of null', 'null\n'],
  ])('is 2 for %s alone, which has nothing to check, and 0 beside another', async (_, text) => {
    const alone = await findings(['k8s'], { 'k8s/empty.yaml': text });
    expect(alone.code).toBe(2);
    expect(alone.found).toEqual(['TCM0012 k8s/empty.yaml:1']);
    const beside = await findings(['k8s'], { 'k8s/empty.yaml': text, 'k8s/service.yaml': service });
    expect(beside).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['a bracket', 'spec:\n  hosts: [a\n  tcp:\n', 'this [ is never closed'],
    ['a brace', 'a: {b: 1\nc: 2\n', 'this { is never closed'],
    ['a brace of JSON', '{"a":', 'this { is never closed'],
    ['a quote', 'spec:\n  a: "x\n', 'this " is never closed'],
  ])(
    'is 2 for %s left open, which is named and not the line that it swallowed',
    async (_, text, message) => {
      const { code, stdout } = await runCommand(['validate', 'a.yaml'], {
        files: { 'a.yaml': text },
      });
      expect(code).toBe(2);
      expect(stdout).toContain(message);
    },
  );

  it.each([
    [
      'a chart',
      'metadata:\n  name: {{ .Values.name }}\nspec:\n  hosts: [{{ .Values.host }}]\n',
      2,
      'this is a template',
    ],
    [
      'a chart with actions',
      '{{- if .Values.on }}\nkind: Service\n{{- end }}\n',
      1,
      'this is a template',
    ],
    [
      'a merge',
      'a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n',
      2,
      'a merge conflict was left here',
    ],
  ])('is 2 for %s, which is said once and where it begins', async (_, text, line, message) => {
    const { code, stdout } = await runCommand(['validate', 'a.yaml', '-o', 'concise'], {
      files: { 'a.yaml': text },
    });
    expect(code).toBe(2);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stdout).toMatch(new RegExp(`^a\\.yaml:${line}:\\d+: error TCM0001 ${message}`));
  });

  it('takes values of a chart beside resources quietly, and a slip in kind not', async () => {
    const beside = await runCommand(['validate', '-o', 'concise', '.'], {
      files: { 'a.yaml': service, 'values.yaml': 'replicas: 1\n', 'b.yaml': 'kidn: Service\n' },
    });
    expect(beside.stdout.split('\n').filter((line) => line.includes('TCM0007'))).toEqual([
      'b.yaml:1:1: warning TCM0007 this document has no kind, so nothing in it is checked',
      'values.yaml:1:1: info TCM0007 this is not a Kubernetes object, so nothing in it is checked',
    ]);
    const alone = await findings(['.'], { 'values.yaml': 'replicas: 1\n' });
    expect(alone.found).toEqual(['TCM0007 values.yaml:1']);
  });

  it('tells once of a port name that validation and analyzer both mind, with both verdicts', async () => {
    const files = { 'a.yaml': service.replace('name: tcp', 'name: metrics') };
    const report = async (...flags: string[]) =>
      JSON.parse(
        (await runCommand(['validate', '-o', 'json', 'a.yaml', ...flags], { files })).stdout,
      ).findings;
    expect(await report()).toMatchObject([
      { code: 'IST0118', severity: 'warning', line: 9, istio: { rejects: true, code: 'IST0118' } },
    ]);
    const external = service
      .replace('name: tcp', 'name: metrics')
      .replace('spec:', 'spec:\n  type: ExternalName\n  externalName: db.example.com');
    expect((await findings(['a.yaml'], { 'a.yaml': external })).found).toEqual([
      expect.stringMatching(/^IST0150 a\.yaml:\d+$/),
    ]);
    const off = { ...files, '.tcpmesh.yaml': 'severities: {IST0118: off}' };
    expect((await findings(['a.yaml'], off)).found).toEqual(['TCM0160 a.yaml:9']);
    const ignored = {
      'a.yaml': files['a.yaml'].replace('metrics', 'metrics # tcpmesh-ignore TCM0160: fine'),
    };
    expect((await findings(['a.yaml'], ignored)).found).toEqual(['IST0118 a.yaml:9']);
  });

  it('says once of a kind that it is not checked, and nothing of kinds without traffic', async () => {
    const object = (apiVersion: string, kind: string, name: string) =>
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: default}\n`;
    const filter = (name: string) => object('networking.istio.io/v1alpha3', 'EnvoyFilter', name);
    const role = object('rbac.authorization.k8s.io/v1', 'Role', 'a');
    const files = {
      'a.yaml': service,
      'b.yaml': `${filter('a')}---\n${filter('b')}---\n${role}`,
      'c.yaml': `${filter('c')}---\n${object('autoscaling/v2', 'HorizontalPodAutoscaler', 'a')}`,
    };
    const { stdout } = await runCommand(['validate', '-o', 'concise', '.'], { files });
    expect(stdout).toBe(
      'b.yaml:2:7: info TCM0009 EnvoyFilter of networking.istio.io/v1alpha3 is not checked, here and in 2 more documents\n',
    );
    expect((await findings(['.'], { 'a.yaml': role })).found).toEqual(['TCM0009 a.yaml:2']);
  });

  it('tells a name that is no text once', async () => {
    const { found } = await findings(['.'], {
      'a.yaml': service.replace('name: echo', 'name: y'),
    });
    expect(found).toEqual(['TCM0129 a.yaml:4']);
  });

  it('is 2 for YAML that cannot be read, and the rest is still said', async () => {
    const { code, found } = await findings(['k8s'], { ...pair, 'k8s/x.yaml': 'a: [b\n' });
    expect(code).toBe(2);
    expect(found).toContain('IST0101 k8s/vs.yaml:11');
    expect(found.some((finding) => finding.includes('k8s/x.yaml'))).toBe(true);
  });
});

describe('several reports of one run', () => {
  it('go to files and to standard output', async () => {
    const { stdout, files } = await runCommand(
      ['validate', 'k8s', '-o', 'sarif=out/r.sarif', '-o', 'concise'],
      { files: pair },
    );
    expect(stdout).toMatch(/^k8s\/vs\.yaml:11:15: error IST0101 /);
    expect(JSON.parse(String(files.get('/home/me/out/r.sarif'))).version).toBe('2.1.0');
  });

  it('are relative to the repository that the current folder is in, for code scanning', async () => {
    const sarif = async (git: string): Promise<unknown> => {
      const { stdout } = await runCommand(['validate', 'k8s', '-o', 'sarif'], {
        files: { ...pair, [git]: '' },
      });
      const [run] = JSON.parse(stdout).runs;
      const { artifactLocation } = run.results[0].locations[0].physicalLocation;
      return [run.originalUriBaseIds['%SRCROOT%'].uri, artifactLocation.uri];
    };
    expect(await sarif('/home/.git')).toEqual(['file:///home/', 'me/k8s/vs.yaml']);
    expect(await sarif('/elsewhere/.git')).toEqual(['file:///home/me/', 'k8s/vs.yaml']);
  });

  it('cannot share a file', async () => {
    const { code, stderr } = await runCommand(
      ['validate', '-o', 'json=out/a', '-o', 'text=./out/a'],
      { files: pair },
    );
    expect(code).toBe(2);
    expect(stderr).toContain('two reports cannot share the file ./out/a');
  });

  it.each(['json=k8s/report.json', 'yaml=k8s/report.yaml', 'sarif=k8s/report.json'])(
    'are not read again by the next run (%s)',
    async (output) => {
      const argv = ['validate', 'k8s', '-o', output, '-o', 'concise'];
      const first = await runCommand(argv, { files: pair });
      const second = await runCommand(argv, { files: Object.fromEntries(first.files) });
      expect(second.stdout).toBe(first.stdout);
      expect(second.files).toEqual(first.files);
    },
  );

  it('are not written over what is to be validated', async () => {
    const argv = ['validate', 'k8s', '-o', 'yaml=k8s/vs.yaml'];
    const { code, stderr, files } = await runCommand(argv, { files: pair });
    expect(code).toBe(2);
    expect(stderr).toContain('k8s/vs.yaml: the report would be written over a file that is to be');
    expect(files.get('/home/me/k8s/vs.yaml')).toBe(broken);
  });

  it('cannot share standard output', async () => {
    const { code, stderr } = await runCommand(['validate', '-o', 'json', '-o', 'text'], {
      files: pair,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('cannot share standard output');
  });
});

describe('suppression', () => {
  const place = (before: string, after: string): string => broken.replace(before, after);

  it.each([
    ['behind the value', place('ecko', 'ecko # tcpmesh-ignore IST0101: made by Flagger')],
    [
      'by the name of the rule',
      place('ecko', 'ecko # tcpmesh-ignore unknown-host: made by Flagger'),
    ],
    [
      'on the line above',
      place('        host', '        # tcpmesh-ignore IST0101: later\n        host'),
    ],
    ['where the document begins', `--- # tcpmesh-ignore IST0101: all of it\n${broken}`],
    ['above the document', `# tcpmesh-ignore IST0101: all of it\n${broken}`],
    [
      "by Istio's annotation",
      place(
        '  name: echo',
        '  name: echo\n  annotations:\n    galley.istio.io/analyze-suppress: IST0101',
      ),
    ],
    [
      "by Istio's annotation for all",
      place(
        '  name: echo',
        '  name: echo\n  annotations:\n    galley.istio.io/analyze-suppress: "*"',
      ),
    ],
  ])('%s leaves the finding out', async (_, text) => {
    const { code, found } = await findings(['k8s'], { ...pair, 'k8s/vs.yaml': text });
    expect(found).toEqual([]);
    expect(code).toBe(0);
  });

  it.each(['\r', '\u0085', '\u2028'])(
    'leaves it out where a line ends with %j, as to Istio it does',
    async (end) => {
      const text = place('ecko', 'ecko # tcpmesh-ignore IST0101: later').replaceAll('\n', end);
      const files = { ...pair, 'k8s/vs.yaml': text };
      expect((await findings(['k8s'], files)).found).toEqual([]);
      const late = place('kind:', '# tcpmesh-ignore IST0101: of no use\nkind:').replaceAll(
        '\n',
        end,
      );
      const { found } = await findings(['k8s'], { ...pair, 'k8s/vs.yaml': late });
      expect(found).toEqual(['TCM0911 k8s/vs.yaml:2', 'IST0101 k8s/vs.yaml:12']);
    },
  );

  it('holds for its line only', async () => {
    const { found } = await findings(['k8s'], {
      ...pair,
      'k8s/vs.yaml': broken.replace('tcp:', 'tcp: # tcpmesh-ignore IST0101: no'),
    });
    expect(found).toEqual(['TCM0911 k8s/vs.yaml:8', 'IST0101 k8s/vs.yaml:11']);
  });

  it('is no mistake where the rule only waits for other files', async () => {
    const text = broken.replace('ecko', 'ecko # tcpmesh-ignore unknown-host: of another team');
    for (const refs of ['auto', 'ignore', 'require']) {
      const { found } = await findings(['k8s', '--refs', refs], { 'k8s/vs.yaml': text });
      expect(found.filter((finding) => finding.startsWith('TCM09'))).toEqual([]);
    }
  });

  it('by a name that no rule has is said to be one', async () => {
    const { stdout } = await runCommand(['validate', 'k8s', '-o', 'concise'], {
      files: { 'k8s/vs.yaml': `${sound}# tcpmesh-ignore unknown-hots: typo\n` },
    });
    expect(stdout).toContain('no rule is called unknown-hots, so this comment leaves nothing out');
  });

  it('with a reason but no colon is told so once, and does what it names', async () => {
    const text = (comment: string) => broken.replace('ecko', `ecko # tcpmesh-ignore ${comment}`);
    const run = async (comment: string) => {
      const files = { ...pair, 'k8s/vs.yaml': text(comment) };
      const { stdout } = await runCommand(['validate', 'k8s'], { files });
      return stdout;
    };
    const plain = await run('IST0101 made by the mesh team');
    expect(plain).not.toContain('error[');
    expect(plain.match(/TCM0911/g)).toHaveLength(1);
    expect(plain).toContain(
      'no rule is called made, by, the and 2 more: a reason stands behind a colon',
    );
    expect(plain).toContain('Write # tcpmesh-ignore IST0101: made by the mesh team');
    const misspelt = await run('IST0101, unknown-hots');
    expect(misspelt).toContain('no rule is called unknown-hots, so it leaves nothing out');
    expect(misspelt).toContain('Did you mean unknown-host?');
  });

  it("by Istio's annotation is said to be of no use, for codes that are known here", async () => {
    const annotation =
      '  name: echo\n  annotations:\n    galley.istio.io/analyze-suppress: "IST0101,IST0107"';
    const { found } = await findings(['k8s'], {
      ...pair,
      'k8s/vs.yaml': sound.replace('  name: echo', annotation),
    });
    expect(found).toEqual(['TCM0911 k8s/vs.yaml:6']);
  });

  it('by an entry of ignores is said to be of no use, where all files were read', async () => {
    const files = {
      ...pair,
      '.tcpmesh.yaml':
        'config: [k8s]\nignores:\n- code: IST0101\n- {code: unknown-gateway, reason: old}\n',
    };
    expect((await findings([], files)).found).toEqual(['TCM0911 .tcpmesh.yaml:4']);
    expect((await findings(['k8s'], files)).found).toEqual([]);
  });

  it('without a code says so', async () => {
    const { found } = await findings(['k8s'], {
      ...pair,
      'k8s/vs.yaml': `${sound}# tcpmesh-ignore\n`,
    });
    expect(found).toEqual(['TCM0912 k8s/vs.yaml:12']);
  });
});

describe('.tcpmesh.yaml', () => {
  it.each([
    ['severities: {IST0101: "off"}', 0],
    ['severities: {unknown-host: off}', 0],
    ['severities: {unknown-host: warning}', 0],
    ['failOn: never', 0],
    ['ignores:\n- {code: IST0101, path: k8s/**, reason: canaries}', 0],
    ['ignores:\n- {code: unknown-host, resource: VirtualService echo.*}', 0],
    ['ignores:\n- {code: IST0101, path: other/**}', 1],
    ['ignores:\n- {code: IST0101, resource: Gateway *}', 1],
    ['refs: require', 1],
  ])('%s gives %i', async (configuration, expected) => {
    const { code, stderr } = await findings(['k8s'], { ...pair, '.tcpmesh.yaml': configuration });
    expect(stderr).toBe('');
    expect(code).toBe(expected);
  });

  it.each([
    ['severity: {}', '.tcpmesh.yaml:1:1: unknown field "severity"'],
    ['severities: {IST0101: grave}', '.tcpmesh.yaml:1:23: grave is none of'],
    [
      'severities: {unknown-hots: off}',
      'no rule is called unknown-hots (Did you mean unknown-host?)',
    ],
    ['failOn: never\nseverities: {TCM9999: off}', '.tcpmesh.yaml:2:14: no rule is called TCM9999'],
    ['ignores:\n- {path: a.yaml}', '.tcpmesh.yaml:2:3: this entry of ignores names no rule'],
    ['ignores:\n- {code: IST0}', '.tcpmesh.yaml:2:10: no rule is called IST0'],
    ['namespace: Shop!', '.tcpmesh.yaml:1:12: "Shop!" cannot be the name of a namespace'],
    ['clusterDomain: ""', '.tcpmesh.yaml:1:16: "" cannot be the domain of a cluster'],
    ['config: a.yaml', '.tcpmesh.yaml:1:9: a.yaml stands where a list belongs'],
    ['a: [', '.tcpmesh.yaml:1:'],
    ['{}\n---\n{}\n', 'several documents'],
  ])('%j stops with a place', async (configuration, message) => {
    const { code, found, stderr } = await findings(['k8s'], {
      ...pair,
      '.tcpmesh.yaml': configuration,
    });
    expect(stderr.split('\n')[0]).toContain(message);
    expect(found).toEqual([]);
    expect(code).toBe(2);
  });

  it('is found upward, names what to read, and says so', async () => {
    const files = { '/repo/.tcpmesh.yaml': 'config: [k8s]', '/repo/k8s/vs.yaml': sound };
    const { code, stderr } = await runCommand(['validate', '-q'], { files, cwd: '/repo/app/src' });
    expect(stderr).toBe('reading ../../k8s/vs.yaml (named in ../../.tcpmesh.yaml)\n');
    expect(code).toBe(0);
  });
});

describe('--stdin-filename', () => {
  it('means standard input', async () => {
    const stdin = broken;
    const read = await runCommand(['validate', '--stdin-filename', 'x.yaml', '-o', 'concise'], {
      files: { 'service.yaml': service },
      stdin,
    });
    expect(read.stdout).toMatch(/^x\.yaml:/);
  });

  it('beside files alone is a mistake', async () => {
    const { code, stderr } = await runCommand(['validate', 'k8s', '--stdin-filename', 'x.yaml'], {
      files: pair,
    });
    expect(stderr).toContain('Add - to k8s.');
    expect(code).toBe(2);
  });
});

describe('--quiet', () => {
  const unsure = `${sound}      weight: 50\n`;
  it('says what is not shown, and shows what fails', async () => {
    const files = { 'a.yaml': unsure, 'service.yaml': service };
    const quiet = await runCommand(['validate', '-q', 'a.yaml', 'service.yaml'], { files });
    expect(quiet.stdout).toMatch(/^no errors, 1 not shown/m);
    expect(quiet.code).toBe(0);
    const failing = await runCommand(
      ['validate', '-q', 'a.yaml', 'service.yaml', '--fail-on', 'warning'],
      { files },
    );
    expect(failing.stdout).toMatch(/^1 warning /m);
    expect(failing.code).toBe(1);
  });
});

describe('names beside the files', () => {
  it.each([
    [['-n', 'Shop!'], '--namespace: "Shop!" cannot be the name of a namespace'],
    [['--cluster-domain', 'a b'], '--cluster-domain: "a b" cannot be the domain of a cluster'],
  ])('%j stops', async (flags, message) => {
    const { code, stderr } = await runCommand(['validate', 'k8s', ...flags], { files: pair });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('docs/validate.md', () => {
  const page = readFileSync(new URL('../../docs/validate.md', import.meta.url), 'utf8');

  it('shows a configuration that is taken', async () => {
    const [, configuration = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    expect(configuration).toContain('severities:');
    const { stderr } = await findings(['k8s'], {
      ...pair,
      '.tcpmesh.yaml': configuration,
      '.tcpmesh-baseline.json': '{"schemaVersion":1,"findings":[]}',
    });
    expect(stderr).toBe('');
  });

  it('names flags and formats that there are', () => {
    const known = new Set(Object.values(validate.options).map((spec) => flagsOf(spec).long));
    for (const [flag] of page.matchAll(/--[a-z][a-z-]+/g)) expect(known, flag).toContain(flag);
    for (const format of findingFormats)
      expect(page).toContain(`\`${format}\``.replace('`text`', '`-o text`'));
  });
});

it('fewer than no warnings cannot be asked for', async () => {
  const configured = { ...pair, '.tcpmesh.yaml': 'maxWarnings: -1' };
  const { code, stderr } = await findings(['k8s'], configured);
  expect(code).toBe(2);
  expect(stderr).toContain('.tcpmesh.yaml:1:14: maxWarnings is less than 0');
});

describe('a baseline', () => {
  it('in the folder that is validated is no resource', async () => {
    const argv = ['validate', 'k8s', '--baseline', 'k8s/known.json'];
    const written = await runCommand([...argv, '--write-baseline'], { files: pair });
    const files = Object.fromEntries(written.files);
    const { code, stdout } = await runCommand([...argv, '-o', 'concise'], { files });
    expect([code, stdout]).toEqual([0, '']);
    const again = await runCommand([...argv, '--write-baseline'], { files });
    expect(again.files.get('/home/me/k8s/known.json')).toBe(files['/home/me/k8s/known.json']);
  });

  it('keeps known findings out until they are gone', async () => {
    const written = await runCommand(
      ['validate', 'k8s', '--baseline', 'known.json', '--write-baseline'],
      { files: pair },
    );
    expect(written.code).toBe(0);
    expect(written.stderr).toBe('1 finding written to known.json\n');
    const known = { 'known.json': written.files.get('/home/me/known.json') ?? '' };
    const args = ['validate', 'k8s', '--baseline', 'known.json'];
    const moved = { ...pair, ...known, 'k8s/vs.yaml': `# moved\n\n${broken}` };
    const later = await runCommand(args, { files: moved });
    expect(later.code).toBe(0);
    expect(later.stdout).toContain('1 finding known from known.json');
    const more = broken.replace('ecko', 'ecko\n  - route:\n    - destination:\n        host: egko');
    expect((await runCommand(args, { files: { ...moved, 'k8s/vs.yaml': more } })).code).toBe(1);
    const mended = await runCommand(args, { files: { ...moved, 'k8s/vs.yaml': sound } });
    expect(mended.stdout).toContain('1 finding of known.json is gone');
  });

  it('keeps what it knows of files that are not read this time', async () => {
    const other = `${service}---\n${broken}`.replaceAll('echo', 'other');
    const both = { ...pair, 'k8s/other.yaml': other, '.tcpmesh.yaml': 'baseline: sub/known.json' };
    const path = '/home/me/sub/known.json';
    const write = async (
      operands: readonly string[],
      files: Readonly<Record<string, FakeFile>> = {},
    ) => {
      const { stderr, files: after } = await runCommand(
        ['validate', ...operands, '--write-baseline'],
        { files: { ...both, ...files } },
      );
      return { stderr, files: { ...both, ...files, [path]: after.get(path) ?? '' } };
    };
    const { files: all } = await write(['k8s']);
    const one = ['k8s/vs.yaml', 'k8s/a-service.yaml'];
    const read = await runCommand(['validate', ...one], { files: all });
    expect(read.stdout).toContain('1 finding known from /home/me/sub/known.json');
    expect(read.stdout).not.toContain('gone');
    const anew = await write(one, all);
    expect(anew.stderr).toContain(
      '1 finding written to /home/me/sub/known.json; 1 of files that were not',
    );
    const whole = await runCommand(['validate', 'k8s'], { files: anew.files });
    expect(whole.code).toBe(0);
    expect(whole.stdout).toContain('2 findings known from /home/me/sub/known.json');
    const configured = {
      'k8s/a-service.yaml': service,
      '.tcpmesh.yaml': `config: [k8s/a-service.yaml]\nbaseline: sub/known.json`,
    };
    const unnamed = await runCommand(['validate'], { files: { ...anew.files, ...configured } });
    expect(unnamed.stdout).not.toContain('gone');
    const mended = { ...anew.files, 'k8s/other.yaml': other.replaceAll('ecko', 'other') };
    const gone = await runCommand(['validate', 'k8s'], { files: mended });
    expect(gone.stdout).toContain('1 finding of /home/me/sub/known.json is gone');
    const { 'k8s/other.yaml': _, ...without } = anew.files;
    const removed = await runCommand(['validate', ...one], { files: without });
    expect(removed.stdout).toContain('1 finding of /home/me/sub/known.json is gone');
  });

  it('counts what is alike in two overlays once for each', async () => {
    const files = { 'a/svc.yaml': service, 'a/vs.yaml': broken, 'b/vs.yaml': broken };
    const flags = ['--baseline', 'known.json'];
    const first = await runCommand(['validate', 'a', ...flags, '--write-baseline'], { files });
    const known = String(first.files.get('/home/me/known.json'));
    const second = await runCommand(['validate', 'a/svc.yaml', 'b', ...flags, '--write-baseline'], {
      files: { ...files, 'known.json': known },
    });
    const entries = JSON.parse(String(second.files.get('/home/me/known.json'))).findings;
    const of = (code: string) =>
      entries
        .filter((entry: { code: string }) => entry.code === code)
        .map((entry: { fingerprint: string }) => entry.fingerprint.replace(/^.*:/, ''));
    expect(of('IST0101')).toEqual(['1', '2']);
  });

  it('excuses nothing by what it knows of files that are not read this time', async () => {
    const flags = ['--baseline', 'known.json'];
    const files = { 'a/all.yaml': `${service}---\n${broken}` };
    const written = await runCommand(['validate', 'a', ...flags, '--write-baseline'], { files });
    const copied = {
      ...files,
      'b/all.yaml': files['a/all.yaml'],
      'known.json': String(written.files.get('/home/me/known.json')),
    };
    const fresh = await runCommand(['validate', 'b', ...flags], { files: copied });
    expect(fresh.code).toBe(1);
    expect(fresh.stdout).not.toContain('known from');
    const known = await runCommand(['validate', 'a', ...flags], { files: copied });
    expect(known.code).toBe(0);
    expect(known.stdout).toContain('1 finding known from known.json');
    const { 'a/all.yaml': _, ...moved } = copied;
    expect((await runCommand(['validate', 'b', ...flags], { files: moved })).code).toBe(0);
  });

  it('knows a finding of no object again, however its file is named', async () => {
    const files = { 'k8s/a.yaml': sound, 'k8s/b.yaml': 'kind: Service\n' };
    const flags = ['--baseline', 'known.json', '--fail-on', 'info'];
    const written = await runCommand(['validate', 'k8s', ...flags, '--write-baseline'], { files });
    expect(written.stderr).not.toContain('0 findings');
    const known = { 'known.json': written.files.get('/home/me/known.json') ?? '' };
    for (const place of ['./k8s', '/home/me/k8s', 'k8s/'])
      expect(
        (await runCommand(['validate', place, ...flags], { files: { ...files, ...known } })).code,
      ).toBe(0);
  });

  it.each([
    [['--baseline', 'none.json'], 'none.json: no such file'],
    [['--baseline', 'k8s/vs.yaml'], 'this is not a baseline'],
    [['--write-baseline'], 'no file to write to'],
  ])('%j is a mistake with a remedy', async (flags, message) => {
    const { code, stderr } = await runCommand(['validate', 'k8s', ...flags], { files: pair });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

it('says one thing of a port name with a typing error, with the code of the analyzer', async () => {
  const typo = service.replace('name: tcp', 'name: tco-pg');
  expect(typo).not.toBe(service);
  const { stdout } = await runCommand(['validate', 'a.yaml', '-o', 'json'], {
    files: { 'a.yaml': typo },
  });
  const { findings } = JSON.parse(stdout);
  expect(findings).toMatchObject([
    { code: 'TCM1308', istio: { rejects: true, code: 'IST0118' }, severity: 'warning' },
  ]);
  const alone = await runCommand(['validate', 'a.yaml', '-o', 'json'], {
    files: { 'a.yaml': typo, '.tcpmesh.yaml': 'ignores: [{code: TCM1308}]' },
  });
  expect(JSON.parse(alone.stdout).findings).toMatchObject([{ code: 'IST0118' }]);
});

describe('--fix --unsafe', () => {
  const rule =
    'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: default}\nspec:\n  host: echo\n  subsets:\n  - {name: stable, labels: {app: echo}}\n  - {name: canary, labels: {app: echo}}\n';
  const routeTo = (destination: string): string =>
    `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a, namespace: default}\nspec:\n  hosts: [echo]\n  tcp:\n  - route:\n    - destination: ${destination} # why\n`;
  const mended = async (destination: string, ...flags: readonly string[]): Promise<string> => {
    const files = { 'a.yaml': routeTo(destination), 'b.yaml': service, 'c.yaml': rule };
    const after = await runCommand(['validate', '.', '--fix', ...flags], { files });
    return String(after.files.get('/home/me/a.yaml'));
  };

  it.each([
    ['a subset', '{host: echo, subset: stabel}', '{host: echo, subset: stable}'],
    ['a host', '{host: ehco}', '{host: echo}'],
    [
      'a host in full',
      '{host: ecco.default.svc.cluster.local}',
      '{host: echo.default.svc.cluster.local}',
    ],
    ['both, one after the other', '{host: ehco, subset: stabel}', '{host: echo, subset: stable}'],
  ])('writes the name that is near %s, which --fix alone leaves', async (_, wrong, right) => {
    expect(await mended(wrong)).toBe(routeTo(wrong));
    expect(await mended(wrong, '--unsafe')).toBe(routeTo(right));
  });

  it('writes the namespace of the Service that is named, and never one that has it not', async () => {
    const text = (namespace: string): string =>
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: a\n${namespace}spec:\n  hosts: [echo]\n  tcp:\n  - route: [{destination: {host: echo}}]\n`;
    const elsewhere = service.replace('namespace: default', 'namespace: shop');
    const written = async (...flags: readonly string[]): Promise<string> => {
      const files = { 'a.yaml': text(''), 'b.yaml': elsewhere };
      const after = await runCommand(['validate', '.', '--fix', ...flags], { files });
      return String(after.files.get('/home/me/a.yaml'));
    };
    expect(await written()).toBe(text(''));
    expect(await written('--unsafe')).toContain('  namespace: shop\n');
  });

  it('leaves what is near to nothing, or to two', async () => {
    for (const far of ['{host: echo, subset: v9}', '{host: billing}'])
      expect(await mended(far, '--unsafe')).toBe(routeTo(far));
  });

  it('wants --fix', async () => {
    const { code, stderr } = await runCommand(['validate', '.', '--unsafe'], { files: pair });
    expect(code).toBe(2);
    expect(stderr).toContain('Add --fix.');
  });
});

describe('--fix', () => {
  it('mends what is said alike in two places, beside an error that stays', async () => {
    const text = (port: string): string =>
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a, namespace: default}\nspec:\n  hosts: [echo]\n  tcp:\n  - match: [{port: ${port}}]\n    route:\n    - destination: {host: echo, port: {number: ${port}}}\n`;
    const stays =
      'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: default}\nspec: {host: echo, trafficPolicy: {connectionPool: {tcp: {connectTimeout: 10}}}}\n';
    const files = { 'a.yaml': text('"9000"'), 'b.yaml': service, 'c.yaml': stays };
    const before = await runCommand(['validate', '.'], { files });
    expect(before.stdout).toContain('2 of them can be mended by --fix');
    const after = await runCommand(['validate', '.', '--fix'], { files });
    expect(String(after.files.get('/home/me/a.yaml'))).toBe(text('9000'));
    expect(after.stderr).toContain('mended 2 findings in 1 file');
  });

  it('adds mesh only where no other rule comes to hold for sidecars', async () => {
    const text = (gateways: string, more: string): string =>
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a, namespace: default}\nspec:\n  hosts: [echo]\n  gateways: [${gateways}]\n  tcp:\n  - match: [{sourceLabels: {app: a}}]\n    route: [{destination: {host: echo}}]\n${more}`;
    const mended = async (more: string, ...flags: readonly string[]): Promise<string> => {
      const files = { 'a.yaml': text('gw', more), 'b.yaml': service };
      const after = await runCommand(['validate', '.', '--fix', ...flags], { files });
      return String(after.files.get('/home/me/a.yaml'));
    };
    expect(await mended('')).toBe(text('gw, mesh', ''));
    const rest = '  - route: [{destination: {host: echo}}]\n';
    expect(await mended(rest)).toBe(text('gw', rest));
    expect(await mended(rest, '--unsafe')).toBe(text('gw, mesh', rest));
  });

  it('brings no rules into force beside an error that is left', async () => {
    const narrow =
      '  - match:\n    - sourceLabels: {app: web}\n    route:\n    - destination: {host: ecko}\n';
    const inert = {
      'gateways: [gw]': `${sound.replace('  tcp:', '  gateways: [gw]\n  tcp:')}${narrow}`,
      'a rule that another hides': `${sound}${narrow}`,
      'a host that is none': `${sound.replace('[echo]', '[echo.default]')}${narrow}`,
    };
    for (const [what, text] of Object.entries(inert)) {
      const files = { 'a.yaml': text, 'service.yaml': service };
      const after = await runCommand(['validate', 'a.yaml', 'service.yaml', '--fix'], { files });
      expect(after.stderr, what).toContain('nothing was mended');
      expect(after.files.get('/home/me/a.yaml'), what).toBe(text);
    }
  });

  it('completes hosts such as echo.default, wherever they stand', async () => {
    const rule = (host: string): string =>
      `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: default}\nspec:\n  host: ${host}\n`;
    const destination = (host: string): string => sound.replace('host: echo\n', `host: ${host}\n`);
    expect(destination('x')).not.toBe(sound);
    const files = {
      'a.yaml': destination('echo.default'),
      'b.yaml': rule('echo.default'),
      'service.yaml': service,
    };
    const after = await runCommand(['validate', '.', '--fix'], { files });
    const full = 'echo.default.svc.cluster.local';
    expect(after.files.get('/home/me/a.yaml')).toBe(destination(full));
    expect(after.files.get('/home/me/b.yaml')).toBe(rule(full));
  });

  it('mends what can be read, beside a document that cannot', async () => {
    const misspelt = sound.replace('destination:', 'destinaton:');
    const files = { 'a.yaml': misspelt, 'b.yaml': 'foo: [\n' };
    const after = await runCommand(['validate', 'a.yaml', 'b.yaml', '--fix'], { files });
    expect(after.files.get('/home/me/a.yaml')).toBe(sound);
    expect(after.files.get('/home/me/b.yaml')).toBe('foo: [\n');
    expect(after.stderr).toContain('mended 1 finding in 1 file');
    expect(after.code).toBe(2);
  });

  it('of a host that Istio does not complete writes every place where it stands', async () => {
    const dotted = sound.replace('[echo]', '[echo.default]');
    const both = dotted.replace('host: echo', 'host: echo.default');
    const files = { 'a.yaml': both, 'service.yaml': service };
    const after = await runCommand(['validate', 'a.yaml', 'service.yaml', '--fix'], { files });
    const full = 'echo.default.svc.cluster.local';
    expect(after.files.get('/home/me/a.yaml')).toBe(both.replaceAll('echo.default', full));
  });

  it('gives no host of a list a second time', async () => {
    const hosts = '[echo.default, echo.default.svc, db]';
    const files = { 'a.yaml': sound.replace('[echo]', hosts), 'service.yaml': service };
    const after = await runCommand(['validate', 'a.yaml', 'service.yaml', '--fix'], { files });
    expect(after.files.get('/home/me/a.yaml')).toContain(hosts);
  });

  const head = 'apiVersion: networking.istio.io/v1\nkind: VirtualService\n';
  const mended = async (text: string, flags: readonly string[] = []): Promise<string> => {
    const { files } = await runCommand(['validate', 'a.yaml', '--fix', ...flags], {
      files: { 'a.yaml': text, 'service.yaml': service },
    });
    return String(files.get('/home/me/a.yaml'));
  };

  it.each([
    [
      'a misspelt field',
      'tcp:\n  - mach:  # why\n    - prot: 1',
      'tcp:\n  - match:  # why\n    - port: 1',
    ],
    [
      'a field by its wire name',
      'tcp:\n  - match:\n    - source_namespace: a # why',
      'tcp:\n  - match:\n    - sourceNamespace: a # why',
    ],
    [
      'a number where a text belongs',
      'tcp:\n  - match:\n    - sourceLabels: {version: 1.10}',
      'tcp:\n  - match:\n    - sourceLabels: {version: "1.10"}',
    ],
    [
      'a gateway with dots',
      'gateways: [gw.default]\n  tcp:\n  -',
      'gateways: [default/gw]\n  tcp:\n  -',
    ],
  ])('mends %s', async (_, wrong, right) => {
    const rest = `${wrong.endsWith('-') ? ' ' : '\n    '}route: [{destination: {host: echo}}]\n`;
    const text = `${head}metadata: {name: a, namespace: default}\nspec:\n  hosts: [echo] # one\n  `;
    expect(await mended(text + wrong + rest)).toBe(text + right + rest);
  });

  it('puts a narrower rule before the one that hides it, with its comment', async () => {
    const rules = (...list: readonly string[]): string =>
      `${head}metadata: {name: a, namespace: default}\nspec:\n  hosts: [echo]\n  tcp:\n${list.join('')}`;
    const wide = '  - route: # all\n    - destination: {host: echo}\n';
    const narrow =
      '  # canaries\n  - match:\n    - sourceNamespace: foo\n    route:\n    - destination: {host: echo}\n';
    const { files } = await runCommand(['validate', '.', '--fix'], {
      files: { 'a.yaml': rules(wide, narrow), 'b.yaml': service },
    });
    expect(files.get('/home/me/a.yaml')).toBe(rules(narrow, wide));
    const twice = await runCommand(['validate', '.', '--fix'], {
      files: { 'a.yaml': rules(wide, wide), 'b.yaml': service },
    });
    expect(twice.files.get('/home/me/a.yaml')).toBe(rules(wide, wide));
  });

  it.each(['\r', '\u0085', '\r\n'])('leaves lines that end with %j as they are', async (end) => {
    const text = (field: string): string =>
      `${head}metadata: {name: a, namespace: default}\nspec:\n  hosts: [echo]\n  tcp:\n  - ${field}: [{destination: {host: echo}}]\n`;
    const written = await mended(text('rout').replaceAll('\n', end));
    expect(written).toBe(text('route').replaceAll('\n', end));
  });

  it.each([
    ['no # Norway', '"no" # Norway'],
    ['7', '"7"'],
    ['', ''],
    ['~', '~'],
    ['""', '""'],
  ])('gives metadata no second namespace beside %j', async (written, left) => {
    const text = (namespace: string): string =>
      `${head}metadata:\n  name: a\n  namespace: ${namespace}\nspec:\n  hosts: [echo]\n  tcp:\n  - route: [{destination: {host: echo}}]\n`;
    expect(await mended(text(written))).toBe(text(left));
  });

  it('leaves JSON JSON', async () => {
    const object = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: 'a' },
      spec: { hots: 'echo', trafficPolicy: { loadBalancer: { simple: 'random' } } },
    };
    const { files } = await runCommand(['validate', '.', '--fix'], {
      files: { 'a.json': JSON.stringify(object), 'b.yaml': service },
    });
    const mendedObject = JSON.parse(String(files.get('/home/me/a.json')));
    expect(mendedObject.spec).toEqual({
      host: 'echo',
      trafficPolicy: { loadBalancer: { simple: 'RANDOM' } },
    });
    expect(mendedObject.metadata).toEqual({ name: 'a', namespace: 'default' });
  });

  it('adds mesh where rules ask who the client is', async () => {
    const text = `${head}metadata: {name: a, namespace: default}\nspec:\n  hosts: [echo]\n  gateways:\n  - gw # outside\n  tcp:\n  - match:\n    - sourceNamespace: foo\n    route: [{destination: {host: echo}}]\n`;
    const gateway = `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: gw, namespace: default}\nspec:\n  selector: {a: b}\n  servers:\n  - port: {number: 9000, name: tcp, protocol: TCP}\n    hosts: ['*']\n`;
    const { files } = await runCommand(['validate', '.', '--fix'], {
      files: { 'a.yaml': text, 'b.yaml': service, 'c.yaml': gateway },
    });
    expect(files.get('/home/me/a.yaml')).toBe(text.replace('# outside\n', '# outside\n  - mesh\n'));
  });

  it.each([
    ['a name that is like no field', '  tpc: {x: 1}\n'],
    ['a field that is there already', '  hots: [b]\n'],
    ['a value that the other field does not take', '  exportT: {a: 1}\n'],
  ])('leaves %s', async (_, line) => {
    const text = `${head}metadata: {name: a, namespace: default}\nspec:\n  hosts: [echo]\n${line}  tcp:\n  - route: [{destination: {host: echo}}]\n`;
    expect(await mended(text)).toBe(text);
  });

  it('shows a diff and changes nothing in a dry run', async () => {
    const text = broken.replace('route:', 'ruote:');
    const { stdout, files } = await runCommand(
      ['validate', 'a.yaml', '--fix', '--dry-run', '-o', 'json=r.json'],
      { files: { 'a.yaml': text } },
    );
    expect(stdout).toBe(
      [
        '--- a.yaml',
        '+++ a.yaml',
        '@@ -6,6 +6,6 @@',
        ' spec:',
        '   hosts: [echo]',
        '   tcp:',
        '-  - ruote:',
        '+  - route:',
        '     - destination:',
        '         host: ecko',
        '',
      ].join('\n'),
    );
    expect(files.get('/home/me/a.yaml')).toBe(text);
    expect(String(files.get('/home/me/r.json'))).toContain('unknown field');
  });

  it('shows ends of lines as they are, so that the diff can be applied', async () => {
    const text = broken.replace('tcp:', 'tpc:').replaceAll('\n', '\r\n').trimEnd();
    const { stdout } = await runCommand(['validate', '-', '--fix', '--dry-run'], { stdin: text });
    expect(stdout).toContain('\n-  tpc:\r\n+  tcp:\r\n');
    const last = await runCommand(['validate', '-', '--fix', '--dry-run'], {
      stdin: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec:
  hosts: [a.example.com]
  tcp:
  - route: [{destination: {host: a.example.com}}]
    macth: [{port: 1}]`,
    });
    expect(last.stdout).toContain(
      [
        '-    macth: [{port: 1}]',
        '\\ No newline at end of file',
        '+    match: [{port: 1}]',
        '\\ No newline at end of file\n',
      ].join('\n'),
    );
  });

  it('of standard input is shown only', async () => {
    const text = broken.replace('route:', 'ruote:');
    const once = await runCommand(['validate', '-', '--fix'], { stdin: text });
    expect(once.code).toBe(2);
    expect(once.stderr).toContain('standard input cannot be mended in place');
    const dry = await runCommand(['validate', '-', '--fix', '--dry-run'], { stdin: text });
    expect(dry.stdout).toContain('+  - route:');
  });
});

describe('--watch', () => {
  /** What is watched, round by round; each but the last round ends with its change. */
  async function watched(
    operands: readonly string[],
    files: Readonly<Record<string, string>>,
    changes: readonly ((write: (path: string, text: string) => void) => void)[],
  ) {
    let interrupt = (): void => {};
    const { world, outcome } = fakeWorld(['validate', ...operands, '-o', 'concise', '--watch'], {
      files,
      onSignal: (_, listener) => {
        interrupt = listener;
        return () => {};
      },
    });
    const rounds: (readonly string[])[] = [];
    const watching = {
      ...world,
      clock: {
        ...world.clock,
        after: (_: number, callback: () => void) => {
          callback();
          return () => {};
        },
      },
      files: {
        ...world.files,
        watch: (paths: readonly string[], changed: () => void) => {
          const change = changes[rounds.length];
          rounds.push(paths);
          if (change === undefined) interrupt();
          else {
            change(world.files.write);
            changed();
          }
          return () => {};
        },
      },
    };
    const code = await main(watching);
    return { code, rounds, ...outcome() };
  }

  it('validates again at each change until it is interrupted', async () => {
    const { code, rounds, stdout } = await watched(['.'], { 'a.yaml': broken, 'b.yaml': service }, [
      (write) => write('/home/me/a.yaml', broken.replace('ecko', 'egko')),
    ]);
    expect(code).toBe(0);
    const all = ['/home/me/a.yaml', '/home/me/b.yaml', '/home/me', '/home/me/.tcpmesh.yaml'];
    expect(rounds).toEqual([all, all]);
    expect([...stdout.matchAll(/IST0101 .*?(ecko|egko)/g)].map((match) => match[1])).toEqual([
      'ecko',
      'egko',
    ]);
  });

  it('waits for a file that is not there, and for a folder without any', async () => {
    const { code, rounds, stdout, stderr } = await watched(
      ['a.yaml', 'b.yaml'],
      { 'b.yaml': service },
      [(write) => write('/home/me/a.yaml', broken)],
    );
    expect(code).toBe(0);
    expect(stderr).toContain('a.yaml: no such file');
    expect(rounds).toEqual([
      ['/home/me/b.yaml', '/home/me/a.yaml', '/home/me/.tcpmesh.yaml'],
      ['/home/me/a.yaml', '/home/me/b.yaml', '/home/me/.tcpmesh.yaml'],
    ]);
    expect(stdout).toContain('ecko');
    expect((await watched(['.'], {}, [])).rounds).toEqual([['/home/me', '/home/me/.tcpmesh.yaml']]);
  });

  it('does not follow standard input', async () => {
    const { code, stderr } = await runCommand(['validate', '-', '--watch'], { stdin: broken });
    expect(code).toBe(2);
    expect(stderr).toContain('--watch cannot follow standard input');
  });
});
