// Bundles the command into CommonJS that starts fast. Every module becomes a function of its own, entered when something of it is
// first used, not when it is imported: what a run does not need is neither evaluated nor kept in V8's code cache. (The rooms' front
// doors are gone by then: who imports from one is bound to the module behind it.) And it is two files: what people wait for most often
// need not read the other two thirds.
import { writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { transform } from 'esbuild';
import { rolldown } from 'rolldown';

/**
 * Writes two scripts into FOLDER. The value of cli.cjs is a function of `require`, `__dirname` and `loadRest`, which gives what the entry
 * exports; `loadRest` gives the value of rest.cjs. packages: what is left outside, each with where it is loaded from. enteredBy: runs the
 * bundle in FOLDER, which then says by process.emit('tcpmeshEntered', NAME) what it enters, and gives the names that shall be in cli.cjs.
 */
export async function bundleCommand({ root, entry, folder, define, packages, enteredBy }) {
  const modules = await modulesOf({ root, entry, define, packages });
  write(folder, modules, modules, telling(modules));
  const entered = new Set(enteredBy());
  const first = modules.filter(({ name, isEntry }) => isEntry || entered.has(name));
  write(folder, modules, first, quiet);
}

function write(folder, modules, first, enter) {
  const rest = modules.filter((module) => !first.includes(module));
  const numbers = new Map([...first, ...rest].map(({ name }, number) => [name, number]));
  const listed = (some) => `[\n${some.map(({ code }) => code(numbers)).join(',\n')}\n]`;
  const { name } = modules.find(({ isEntry }) => isEntry);
  writeFileSync(
    join(folder, 'cli.cjs'),
    `(function (require, __dirname, loadRest) { ${loader}
${enter}
const modules = ${listed(first)};
return tcpmeshLoad(${numbers.get(name)});
});
`,
  );
  writeFileSync(
    join(folder, 'rest.cjs'),
    `(function (tcpmeshLoad, tcpmeshLoadLater, tcpmeshOutside) { "use strict";
return ${listed(rest)};
});
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
  const names = new Set(output.map(({ fileName }) => fileName));
  return Promise.all(
    output.map(async ({ fileName, code }) => ({
      name: fileName,
      isEntry: fileName === 'cli.js',
      code: numbered(await lazily(code, fileName, names, Object.values(packages))),
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

/** Which number a module gets is known last of all. */
const numbered = (code) => (numbers) =>
  code.replace(/tcpmeshLoad(Later)?\("([^"]+)"\)/g, (_, later = '', name) => {
    const number = numbers.get(name);
    if (number === undefined) throw new Error(`no module ${name} is in the bundle`);
    return `tcpmeshLoad${later}(${number})`;
  });

/** The text of a module whose imports are loaded, by name, where they are used. */
async function lazily(code, fileName, modules, outside) {
  const known = (path) => {
    const name = posix.join(posix.dirname(fileName), path);
    return modules.has(name) ? JSON.stringify(name) : undefined;
  };
  const names = new Map();
  let text = code.replace(
    /^(?:const|let) ([\w$]+) = require\("(\.[^"]+)"\);\n/gm,
    (whole, name, path) => {
      if (known(path) === undefined) return whole;
      names.set(name, known(path));
      return '';
    },
  );
  // Node's own modules are objects as they are; to copy one property by property takes long, and so does to inherit from one.
  text = text.replace(/^(\w+) = require_runtime\.__toESM\(\1(?:, 1)?\);$/gm, (_, name) => {
    const uses = code.match(new RegExp(`(?<![\\w$])${name}\\.\\w+`, 'g')) ?? [];
    const defaults = uses.filter((use) => use === `${name}.default`).length;
    if (defaults === 0) return '';
    return defaults === uses.length
      ? `${name} = { default: ${name} };`
      : `${name} = { __proto__: ${name}, default: ${name} };`;
  });
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
  // The bundle is read byte by byte. esbuild escapes what texts hold, but nothing within a pattern.
  const strange = /[^\0-\x7f].{0,20}/.exec(small)?.[0];
  if (strange !== undefined) throw new Error(`${fileName}: write ${strange} with escapes`);
  return small.trim().replace(/^_=|;$/g, '');
}

/** The names are free in every module: no module may have one of its own like them. */
const loader = `"use strict";
const loaded = [];
let rest;
const tcpmeshOutside = require;
function tcpmeshLoad(number) {
  return loaded[number] ?? enter(number);
}
const tcpmeshLoadLater = async (number) => tcpmeshLoad(number);
function restOf(number) {
  rest ??= loadRest()(tcpmeshLoad, tcpmeshLoadLater, tcpmeshOutside);
  return rest[number - modules.length];
}`;

const quiet = `function enter(number) {
  const exports = (loaded[number] = {});
  (modules[number] ?? restOf(number))(exports);
  return exports;
}`;

const telling = (modules) => `const names = ${JSON.stringify(modules.map(({ name }) => name))};
function enter(number) {
  const exports = (loaded[number] = {});
  process.emit("tcpmeshEntered", names[number]);
  modules[number](exports);
  return exports;
}`;
