/** Every change below a watched folder is told, however often and in whatever way files and folders are replaced. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchPaths } from '../../src/cli/watch-paths.ts';

let folder: string;
let told: number;
let stop: () => void;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tcpmesh-watch-'));
  told = 0;
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true, force: true });
});

function watch(...paths: readonly string[]): void {
  stop = watchPaths(paths, () => {
    told += 1;
  });
}

/** Is it told? */
async function after(change: () => void): Promise<void> {
  const before = told;
  change();
  await expect.poll(() => told, { timeout: 20_000 }).toBeGreaterThan(before);
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

it('a file of a folder, replaced again and again, then written, then removed', async () => {
  const file = join(folder, 'a.yaml');
  writeFileSync(file, '1');
  watch(folder);
  for (const text of ['2', '3', '4', '5']) await after(() => replace(file, text));
  await after(() => writeFileSync(file, '6'));
  await after(() => rmSync(file));
});

it('what is in folders below, those that come later too', async () => {
  mkdirSync(join(folder, 'a'));
  watch(folder);
  await after(() => writeFileSync(join(folder, 'a', 'one.yaml'), '1'));
  await after(() => mkdirSync(join(folder, 'b')));
  await after(() => mkdirSync(join(folder, 'b', 'c')));
  await after(() => writeFileSync(join(folder, 'b', 'c', 'two.yaml'), '2'));
  await after(() => replace(join(folder, 'b', 'c', 'two.yaml'), '3'));
});

it('a folder that another has replaced', async () => {
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  watch(folder);
  await after(() => {
    rmSync(inner, { recursive: true });
    mkdirSync(inner);
  });
  await after(() => writeFileSync(join(inner, 'a.yaml'), '1'));
  mkdirSync(join(folder, 'next'));
  await after(() => {
    renameSync(inner, join(folder, 'old'));
    renameSync(join(folder, 'next'), inner);
  });
  await after(() => writeFileSync(join(inner, 'a.yaml'), '2'));
});

it('a file by its name, replaced again and again', async () => {
  const file = join(folder, 'a.yaml');
  writeFileSync(file, '1');
  watch(file);
  for (const text of ['2', '3', '4']) await after(() => replace(file, text));
});

it('of a named file, and of nothing else that is written beside it', async () => {
  const file = join(folder, 'a.yaml');
  writeFileSync(file, '1');
  watch(file);
  writeFileSync(join(folder, 'events.json'), '1');
  mkdirSync(join(folder, 'b'));
  // Events come in the order of what happened: had those been told, they were told by now.
  await after(() => replace(file, '2'));
  const sofar = told;
  writeFileSync(join(folder, 'events.json'), '2');
  await after(() => rmSync(file));
  expect(told - sofar).toBe(1);
});

it.each(['*', '.'])('of a folder (%s), and of no report that is written into it', async (named) => {
  const report = join(folder, 'report.txt');
  writeFileSync(report, '1');
  watch(join(folder, named));
  writeFileSync(report, '2');
  // One event, and they come in the order of what happened: had the report been told, it was told by now.
  await after(() => mkdirSync(join(folder, 'b')));
  expect(told).toBe(1);
});

it('nothing after the end', async () => {
  const other = join(folder, 'other');
  mkdirSync(other);
  watch(folder);
  stop();
  writeFileSync(join(folder, 'a.yaml'), '1');
  const before = told;
  watch(other);
  await after(() => writeFileSync(join(other, 'b.yaml'), '1'));
  expect(before).toBe(0);
});

it.each([
  ['a folder', (path: string) => path],
  ['a file in it', (path: string) => join(path, 'a.yaml')],
])('%s that was named, after another folder came into its place', async (_, named) => {
  const root = join(folder, 'root');
  const fill = (text: string): void => {
    mkdirSync(root);
    writeFileSync(join(root, 'a.yaml'), text);
  };
  fill('1');
  watch(named(root));
  await after(() => {
    rmSync(root, { recursive: true });
    fill('2');
  });
  await after(() => writeFileSync(join(root, 'a.yaml'), '3'));
  await after(() => rmSync(root, { recursive: true }));
  await after(() => fill('4'));
  await after(() => writeFileSync(join(root, 'a.yaml'), '5'));
});

it('what is behind a link, also after it leads elsewhere', async () => {
  for (const name of ['one', 'two']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'a.yaml'), name);
  }
  const lead = (to: string): void => {
    symlinkSync(join(folder, to), join(folder, 'next'));
    renameSync(join(folder, 'next'), join(folder, 'link'));
  };
  lead('one');
  watch(join(folder, 'link'));
  await after(() => writeFileSync(join(folder, 'one', 'a.yaml'), '1'));
  await after(() => lead('two'));
  await after(() => writeFileSync(join(folder, 'two', 'a.yaml'), '2'));
});

it('a file behind a link of its own', async () => {
  mkdirSync(join(folder, 'elsewhere'));
  const target = join(folder, 'elsewhere', 'a.yaml');
  writeFileSync(target, '1');
  mkdirSync(join(folder, 'here'));
  symlinkSync(target, join(folder, 'here', 'a.yaml'));
  watch(join(folder, 'here', 'a.yaml'));
  await after(() => writeFileSync(target, 'more than before'));
});
