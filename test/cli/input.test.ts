/** What commands read: named inputs, folders, globs, standard input; and what is no input at all. */
import { describe, expect, it } from 'vitest';
import { findFiles } from '../../src/cli/input/find-files.ts';
import { globMatcher } from '../../src/cli/input/glob.ts';
import { maxBytes } from '../../src/cli/input/read-source.ts';
import { type FakeFile, fakeWorld, runCommand } from './fake-world.ts';

const object = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: d}\nspec:\n  ports: [{name: tcp, port: 1}]\n`;

function found(names: readonly string[], files: Readonly<Record<string, FakeFile>>) {
  const { world } = fakeWorld([], { files });
  const result = findFiles(world.files, world.cwd, names);
  return {
    names: result.files.map((file) => file.name),
    problems: result.problems.map((problem) => `${problem.name}: ${problem.message}`),
  };
}

describe('files are found', () => {
  const tree = {
    'a.yaml': '',
    'k8s/b.yml': '',
    'k8s/c.json': '',
    'k8s/notes.txt': '',
    'k8s/deep/er/d.yaml': '',
    'k8s/x.mesh-test.yaml': '',
    'k8s/.hidden/e.yaml': '',
    'k8s/.f.yaml': '',
    'node_modules/p/g.yaml': '',
  };

  it.each([
    [['a.yaml'], ['a.yaml']],
    [['k8s'], ['k8s/b.yml', 'k8s/c.json', 'k8s/deep/er/d.yaml']],
    [
      ['k8s/', 'a.yaml'],
      ['k8s/b.yml', 'k8s/c.json', 'k8s/deep/er/d.yaml', 'a.yaml'],
    ],
    [['.'], ['a.yaml', 'k8s/b.yml', 'k8s/c.json', 'k8s/deep/er/d.yaml']],
    [['k8s/notes.txt'], ['k8s/notes.txt']],
    [['k8s/*.yml'], ['k8s/b.yml']],
    [['**/*.yaml'], ['a.yaml', 'k8s/deep/er/d.yaml', 'k8s/x.mesh-test.yaml']],
    [['k8s/**/{b,d}.y*ml'], ['k8s/b.yml', 'k8s/deep/er/d.yaml']],
    [['./a.yaml', 'a.yaml', '/home/me/a.yaml'], ['./a.yaml']],
    [
      ['k8s/b.yml', 'k8s'],
      ['k8s/b.yml', 'k8s/c.json', 'k8s/deep/er/d.yaml'],
    ],
  ])('%j', (names, expected) => {
    expect(found(names, tree)).toEqual({ names: expected, problems: [] });
  });

  it.each([
    [['none.yaml'], 'none.yaml: no such file or folder'],
    [['a.yaml/b'], 'a.yaml/b: no such file or folder'],
    [['k8s/.hidden/none*'], 'k8s/.hidden/none*: no file matches this pattern'],
    [['empty'], 'empty: no YAML in this folder'],
  ])('%j is said', (names, problem) => {
    expect(found(names, { ...tree, 'empty/readme.md': '' }).problems).toEqual([problem]);
  });

  it('each file once, by its own name, however many links lead to its folder', () => {
    const tree: Record<string, FakeFile> = { 'k8s/z/a.yaml': 'a', 'k8s/a': { link: 'z' } };
    // Two ways on from each of 40 folders are more ways than anybody can go.
    for (let i = 0; i < 40; i++) {
      tree[`k8s/m/${i}/one`] = { link: `../${i + 1}` };
      tree[`k8s/m/${i}/two`] = { link: `../${i + 1}` };
    }
    expect(found(['k8s'], tree)).toEqual({ names: ['k8s/z/a.yaml'], problems: [] });
    expect(found(['k8s/z', 'k8s/a'], tree)).toEqual({ names: ['k8s/z/a.yaml'], problems: [] });
  });

  it('by a glob that names the link, too', () => {
    const tree = { 'k8s/z/a.yaml': 'a', 'k8s/a': { link: 'z' } };
    expect(found(['k8s/{a,b}/*.yaml'], tree)).toEqual({ names: ['k8s/a/a.yaml'], problems: [] });
  });

  it('through links, but never in a circle', () => {
    const linked = {
      'k8s/a.yaml': '',
      'k8s/again': { link: '..' },
      'k8s/self': { link: 'self' },
      'k8s/other': { link: '../elsewhere' },
      'elsewhere/b.yaml': '',
      'elsewhere/back': { link: '../k8s' },
    };
    expect(found(['k8s'], linked)).toEqual({
      names: ['k8s/a.yaml', 'k8s/again/elsewhere/b.yaml'],
      problems: [],
    });
  });
});

describe('a glob', () => {
  it.each([
    ['*.yaml', 'a.yaml', true],
    ['*.yaml', 'b/a.yaml', false],
    ['*.yaml', '.a.yaml', false],
    ['.*.yaml', '.a.yaml', true],
    ['**/a.yaml', 'a.yaml', true],
    ['**/a.yaml', 'b/c/a.yaml', true],
    ['**/a.yaml', 'b/.c/a.yaml', false],
    ['b/**', 'b/c/d', true],
    ['b/**', 'b', false],
    ['[ab].yaml', 'b.yaml', true],
    ['[!ab].yaml', 'b.yaml', false],
    ['[a-c]?.yaml', 'bx.yaml', true],
    ['{a,b/c}.yaml', 'b/c.yaml', true],
    ['a+(b).yaml', 'a+(b).yaml', true],
    ['a[.yaml', 'a[.yaml', true],
    ['./k8s/*.yaml', 'k8s/a.yaml', true],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(globMatcher(pattern)(path)).toBe(expected);
  });

  it('does not try ways twice', () => {
    const hostile = `${'*a'.repeat(2000)}b`;
    expect(globMatcher(hostile)('a'.repeat(20_000))).toBe(false);
    expect(globMatcher(`${'**/'.repeat(500)}b`)('a/'.repeat(5000))).toBe(false);
  });
});

describe('standard input', () => {
  it('is read for -, under the name that it is given', async () => {
    const args = ['validate', '-o', 'concise', '-', '--stdin-filename', 'chart.yaml'];
    const { code, stdout } = await runCommand(args, { stdin: 'a: [\n' });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^chart\.yaml:\d+:\d+: error /);
  });

  it('keeps its place among the files', async () => {
    const { stdout } = await runCommand(
      ['validate', '-f', 'b.yaml', '-f', '-', '-f', 'a.yaml', '-o', 'junit'],
      {
        files: { 'a.yaml': object('a'), 'b.yaml': object('b') },
        stdin: object('c'),
      },
    );
    expect([...stdout.matchAll(/<testsuite name="([^"]+)"/g)].map((match) => match[1])).toEqual([
      'b.yaml',
      '&lt;stdin&gt;',
      'a.yaml',
    ]);
  });
});

describe('hostile input', () => {
  it.each([
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]), 'this is not text'],
    [
      'bytes that are no UTF-8',
      Buffer.from('a: 1\nb: caf\xe9\n', 'latin1'),
      'not UTF-8 text (line 2, column 7)',
    ],
    ['UTF-16', Buffer.from('\ufeffa: 1\n', 'utf16le'), 'this is UTF-16'],
    ['too much', Buffer.alloc(maxBytes + 1, 0x20), 'more than tcpmesh reads'],
    ['a file without permission', { denied: true } as const, 'permission denied'],
  ])('%s: exit code 2 and one message', async (_, file, message) => {
    const { code, stderr, stdout } = await runCommand(['validate', 'k8s'], {
      files: { 'k8s/x.yaml': file },
    });
    expect(stderr).toMatch(/^tcpmesh: k8s\/x\.yaml: /);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('among good files does not hide what they hold', async () => {
    const { code, stdout, stderr } = await runCommand(['validate', 'k8s'], {
      files: { 'k8s/a.yaml': object('a'), 'k8s/x.yaml': Buffer.from([0]) },
    });
    expect(stdout).toContain('1 resource in 1 file');
    expect(stderr).toContain('k8s/x.yaml: this is not text');
    expect(code).toBe(2);
  });

  it.each([
    ['a byte order mark', `\ufeff${object('a')}`],
    ['carriage returns', object('a').replaceAll('\n', '\r\n')],
    ['no line break at the end', object('a').trimEnd()],
  ])('%s is no hindrance', async (_, text) => {
    const { code, stdout } = await runCommand(['validate', 'a.yaml'], {
      files: { 'a.yaml': text },
    });
    expect(stdout).toContain('1 resource in 1 file');
    expect(code).toBe(0);
  });
});

describe('no input', () => {
  it('reads the YAML of the current folder, not below it, and says so', async () => {
    const { stderr, stdout } = await runCommand(['validate'], {
      files: { 'b.yaml': object('b'), 'a.yaml': object('a'), 'k8s/c.yaml': object('c') },
    });
    expect(stderr).toBe('reading a.yaml, b.yaml (the YAML of this folder)\n');
    expect(stdout).toContain('2 resources in 2 files');
  });

  it('and no YAML there is a mistake with a remedy', async () => {
    const { code, stderr } = await runCommand(['validate'], { files: { 'readme.md': '' } });
    expect(code).toBe(2);
    expect(stderr).toContain('nothing to read');
    expect(stderr).toContain('.tcpmesh.yaml');
  });
});
