// Bundles the command into one CommonJS file that starts fast. esbuild splits the sources into chunks, so that each
// command has what it needs and no more; the chunks become functions of one file. V8 compiles, and keeps in its code
// cache, only the functions that are entered: the code of other commands costs no more than the bytes of its text.
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, transform } from 'esbuild';

/** Writes FOLDER/cli.cjs. entry: the module whose exports it has. options: of esbuild, for all bundles. */
export async function bundleCommand(entry, folder, options) {
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: { cli: entry },
    outdir: folder,
    format: 'esm',
    splitting: true,
    metafile: true,
    write: false,
    minifyWhitespace: true,
    minifySyntax: true,
  });
  const names = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  const chunks = await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      const { code } = await transform(text, {
        format: 'cjs',
        platform: 'node',
        target: options.target,
        minifyWhitespace: true,
      });
      return `${JSON.stringify(`./${basename(path)}`)}(exports, module, require) {${withoutImports(code, names)}\n}`;
    }),
  );
  writeFileSync(
    join(folder, 'cli.cjs'),
    `${loader}\nconst chunks = {\n${chunks.join(',\n')}\n};\n${ending}`,
  );
}

/** `import("./chunk-ABC.js")` of a chunk becomes a call of the loader; packages stay imports. */
function withoutImports(code, names) {
  return code.replace(/\bimport\("\.\/([^"]+)"\)/g, (whole, name) =>
    names.has(name) ? `loadLater("./${name}")` : whole,
  );
}

const loader = `"use strict";
const loaded = Object.create(null);
const outside = require;
function load(name) {
  const known = loaded[name];
  if (known !== undefined) return known.exports;
  const chunk = chunks[name];
  if (chunk === undefined) return outside(name);
  const made = (loaded[name] = { exports: {} });
  chunk(made.exports, made, load);
  return made.exports;
}
const loadLater = async (name) => load(name);`;

const ending = `module.exports = load("./cli.js");\n`;
