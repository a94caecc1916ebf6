/** Every change below a watched folder is told, however often and in whatever way files and folders are replaced. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
