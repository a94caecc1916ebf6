/** The import law: a room imports only the front doors of rooms below it, and packages only where they live. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** Rooms of one height do not know each other. */
const heights: Readonly<Record<string, number>> = {
  text: 0,
  address: 0,
  diagnostic: 1,
  yaml: 2,
  resource: 3,
  validation: 4,
  mesh: 5,
  routing: 6,
  expectation: 7,
  lint: 8,
  report: 8,
  proxy: 8,
  control: 9,
  ui: 10,
  cli: 11,
};

/** Packages and built-in modules, and the rooms that may know them. Whatever is not listed here no room may import. */
const packages: readonly { readonly pattern: RegExp; readonly rooms: readonly string[] }[] = [
  { pattern: /^yaml$/, rooms: ['yaml'] },
  { pattern: /^ip-cidr$/, rooms: ['address'] },
  { pattern: /^chalk$/, rooms: ['report'] },
  { pattern: /^(ink|react|react\/jsx-runtime|string-width)$/, rooms: ['ui'] },
  { pattern: /^commander$/, rooms: ['cli'] },
  { pattern: /^ws$/, rooms: ['control', 'cli'] },
  { pattern: /^node:(net|dgram|tls|dns)$/, rooms: ['proxy', 'control', 'cli'] },
  { pattern: /^node:(http|https|crypto|stream|events|zlib)$/, rooms: ['proxy', 'control', 'cli'] },
  { pattern: /^node:/, rooms: ['cli'] },
];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)[^'"`;]*?from\s*'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s*'([^']+)'/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

const roomOf = (file: string): string => relative(src, file).split(/[\\/]/)[0] ?? '';
const files = filesBelow(src);

/** src/library.ts is the package's front door: it may import what the command may. */
const isEntry = (file: string): boolean => dirname(file) === src;

describe('rooms', () => {
  it('are all known, and each opens its front door with what lives there', () => {
    const rooms = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const room of rooms) {
      expect(heights, `unknown room ${room.name}`).toHaveProperty(room.name);
      const door = join(src, room.name, 'index.ts');
      expect(existsSync(door), `${room.name} has no index.ts`).toBe(true);
      expect(readFileSync(door, 'utf8'), `${room.name}/index.ts`).toMatch(
        new RegExp(`^/\\*\\*\\s+\\* Room ${room.name} \\(`),
      );
    }
  });

  it('import only front doors of rooms below', () => {
    const broken: string[] = [];
    for (const file of files) {
      if (isEntry(file)) continue;
      const room = roomOf(file);
      for (const specifier of importsOf(file)) {
        if (!specifier.startsWith('.')) continue;
        const target = resolve(dirname(file), specifier);
        const other = roomOf(target);
        if (other === room) continue;
        const below = (heights[other] ?? 99) < (heights[room] ?? -1);
        const door = relative(src, target) === join(other, 'index.ts');
        if (!below || !door) broken.push(`${relative(src, file)} imports ${specifier}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('know only the packages that are theirs', () => {
    const broken: string[] = [];
    for (const file of files) {
      if (isEntry(file)) continue;
      for (const specifier of importsOf(file)) {
        if (specifier.startsWith('.')) continue;
        const rule = packages.find(({ pattern }) => pattern.test(specifier));
        if (rule === undefined || !rule.rooms.includes(roomOf(file)))
          broken.push(`${relative(src, file)} imports ${specifier}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('have no files that need each other, be it for a type', () => {
    const imports = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter((specifier) => specifier.startsWith('.'))
          .map((specifier) => resolve(dirname(file), specifier)),
      ]),
    );
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, way: readonly string[]): void => {
      const at = way.indexOf(file);
      if (at !== -1)
        circles.push([...way.slice(at), file].map((f) => relative(src, f)).join(' > '));
      if (at !== -1 || done.has(file)) return;
      for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('have files that say what they are for, and no drawer for leftovers', () => {
    const silent = files
      .filter((file) => !/^(#!.*\n)?\/\*\*|^\/\//.test(readFileSync(file, 'utf8')))
      .map((f) => relative(src, f));
    expect(silent).toEqual([]);
    const drawers = files
      .filter((file) => /(utils?|helpers?|common|misc|manager)\.tsx?$/.test(file))
      .map((f) => relative(src, f));
    expect(drawers).toEqual([]);
  });
});
