// Bundles the command into CommonJS that starts fast. Every module becomes a function of its own, entered when something of it is
// first used, not when it is imported: what a run does not need is neither evaluated nor kept in V8's code cache. (The rooms' front
// doors are gone by then: who imports from one is bound to the module behind it.)
import { writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { transform } from 'esbuild';
import { rolldown } from 'rolldown';

/**
 * Writes FILE: a function of `require` and `__dirname` that gives what the entry exports; the value of the file as a script, and what it
 * exports as a module. packages: what is left outside, each with where it is loaded from.
 */
export async function bundleCommand({ root, entry, file, define, packages }) {
  const modules = await modulesOf({ root, entry, define, packages });
  const { number } = modules.find(({ isEntry }) => isEntry);
  writeFileSync(
    file,
    `(typeof module === "object" ? (it) => (module.exports = it) : (it) => it)((function (require, __dirname) { ${loader}
const modules = [
${modules.map(({ code }) => code).join(',\n')}
];
return tcpmeshLoad(${number});
}));
`,
  );
}

async function modulesOf({ root, entry, define, packages }) {
  const bundle = await rolldown({
    cwd: root,
    input: { cli: entry },
    platform: 'node',
    plugins: [besides(packages)],
    transform: { define, target: 'node20', jsx: { runtime: 'automatic' } },
    treeshake: { moduleSideEffects: false },
    logLevel: 'warn',
  });
  const { output } = await bundle.generate({
    format: 'cjs',
    preserveModules: true,
    preserveModulesRoot: join(root, 'src'),
    externalLiveBindings: false,
    dynamicImportInCjs: false,
    exports: 'named',
    esModule: false,
    comments: false,
  });
  const numbers = new Map(output.map(({ fileName }, number) => [fileName, number]));
  return Promise.all(
    output.map(async ({ fileName, code }, number) => ({
      number,
      isEntry: fileName === 'cli.js',
      code: await lazily(code, fileName, numbers, Object.values(packages)),
    })),
  );
}

/** What is not bundled. rolldown must not look for it: the path is that from dist/. */
const besides = (packages) => ({
  name: 'besides',
  resolveId: (name) => {
    const known = Object.keys(packages).find((end) => name === end || name.endsWith(`/${end}`));
    return known === undefined ? null : { id: packages[known], external: true };
  },
});

/** The text of a module whose imports are loaded where they are used. */
async function lazily(code, fileName, numbers, outside) {
  const known = (path) => numbers.get(posix.join(posix.dirname(fileName), path));
  const names = new Map();
  let text = code.replace(
    /^(?:const|let) ([\w$]+) = require\("(\.[^"]+)"\);\n/gm,
    (whole, name, path) => {
      if (known(path) === undefined) return whole;
      names.set(name, known(path));
      return '';
    },
  );
  // Node's own modules are objects as they are; to copy one property by property takes long.
  text = text.replace(
    /^(\w+) = require_runtime\.__toESM\(\1(?:, 1)?\);$/gm,
    (_, name) => `${name} = { __proto__: ${name}, default: ${name} };`,
  );
  text = text.replace(
    /Promise\.resolve\(\)\.then\(\(\) => require\("(\.[^"]+)"\)\)/g,
    (whole, path) => (known(path) === undefined ? whole : `tcpmeshLoadLater(${known(path)})`),
  );
  text = text.replace(/\brequire\("([^"]+)"\)/g, (whole, name) => {
    if (known(name) !== undefined) return `tcpmeshLoad(${known(name)})`;
    if (outside.includes(name) || isBuiltin(name)) return `tcpmeshOutside("${name}")`;
    throw new Error(
      `${fileName}: ${whole}: neither a module of the bundle nor a package beside it`,
    );
  });
  // Code that V8 compiled beforehand cannot import.
  if (/\bimport\(/.test(text))
    throw new Error(`${fileName}: a module is imported that the bundle lacks`);
  if (names.size > 0) {
    text = text.replace(/(?<![\w$])require_[\w$]+/g, (name) =>
      names.has(name) ? `(${name} ??= tcpmeshLoad(${names.get(name)}))` : name,
    );
    text = `let ${[...names.keys()].join(', ')};\n${text}`;
  }
  const { code: small } = await transform(`_ = (exports) => {${text}\n}`, {
    minify: true,
    target: 'node20',
  });
  return small.trim().replace(/^_=|;$/g, '');
}

/** The names are free in every module: no module may have one of its own like them. */
const loader = `"use strict";
const loaded = [];
const tcpmeshOutside = require;
function tcpmeshLoad(number) {
  return loaded[number] ?? enter(number);
}
function enter(number) {
  const exports = (loaded[number] = {});
  modules[number](exports);
  return exports;
}
const tcpmeshLoadLater = async (number) => tcpmeshLoad(number);`;
