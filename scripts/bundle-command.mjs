// Bundles the command into CommonJS that starts fast. esbuild splits the sources into chunks, so that each command has what it
// needs and no more; the chunks become functions of two files: cli.cjs with all that a validation may enter, and cli.rest.cjs with
// the code of other commands. V8 compiles, and keeps in its code cache, only the functions that are entered.
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, transform } from 'esbuild';

const minified = { minifyWhitespace: true, minifySyntax: true, minifyIdentifiers: true };

/** Writes FOLDER/cli.cjs and cli.rest.cjs. entry: the module whose exports it has; quick: those that have to load fast. options: of esbuild, for all bundles. */
export async function bundleCommand({ entry, quick, folder, options }) {
  const { outputFiles, metafile } = await build({
    ...options,
    ...minified,
    entryPoints: { cli: entry },
    outdir: folder,
    format: 'esm',
    splitting: true,
    metafile: true,
    write: false,
  });
  const names = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  const near = nearTo(metafile.outputs, entry, quick);
  const files = { near: [], far: [] };
  for (const { path, text } of outputFiles) {
    const name = basename(path);
    const chunk = `${JSON.stringify(`./${name}`)}(exports, module, require) {${await commonJs(text, names, options)}\n}`;
    files[near.has(name) ? 'near' : 'far'].push(chunk);
  }
  const object = (chunks) => `{\n${chunks.join(',\n')}\n}`;
  writeFileSync(
    join(folder, 'cli.cjs'),
    `${loader}\nconst chunks = ${object(files.near)};\n${ending}`,
  );
  writeFileSync(
    join(folder, 'cli.rest.cjs'),
    `"use strict";\nmodule.exports = (loadLater) => (${object(files.far)});\n`,
  );
}

/** What the entry and the quick modules load at once, and what of their own folders or of the reports is loaded later. */
function nearTo(outputs, entry, quick) {
  const at = (source) => Object.keys(outputs).find((path) => outputs[path].entryPoint === source);
  const near = new Set();
  const isNear = (source = '') =>
    ['src/report', ...quick.map(dirname)].some((folder) => source.startsWith(`${folder}/`));
  const visit = (path) => {
    if (near.has(path)) return;
    near.add(path);
    for (const { path: next, kind, external } of outputs[path].imports) {
      if (external === true || outputs[next] === undefined) continue;
      if (kind !== 'dynamic-import' || isNear(outputs[next].entryPoint)) visit(next);
    }
  };
  for (const source of [entry, ...quick]) visit(at(source));
  return new Set([...near].map((path) => basename(path)));
}

/** import() of a chunk becomes a call of the loader; that of a package stays. */
async function commonJs(text, names, options) {
  const { code } = await transform(text, {
    ...minified,
    format: 'cjs',
    platform: 'node',
    target: options.target,
  });
  return code.replace(/\bimport\("\.\/([^"]+)"\)/g, (whole, name) =>
    names.has(name) ? `loadLater("./${name}")` : whole,
  );
}

const loader = `"use strict";
const loaded = Object.create(null);
const outside = require;
let rest;
function load(name) {
  const known = loaded[name];
  if (known !== undefined) return known.exports;
  const chunk = chunks[name] ?? farChunk(name);
  if (chunk === undefined) return outside(name);
  const made = (loaded[name] = { exports: {} });
  chunk(made.exports, made, load);
  return made.exports;
}
function farChunk(name) {
  if (!name.endsWith(".js")) return undefined;
  rest ??= outside("./cli.rest.cjs")(loadLater);
  return rest[name];
}
const loadLater = async (name) => load(name);`;

const ending = `module.exports = load("./cli.js");\n`;
