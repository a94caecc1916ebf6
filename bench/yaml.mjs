// How fast documents are read: the fast parser, the full one, and decoding on top, over the same generated text, in one process.
// Run: node bench/yaml.mjs [documents]
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { loadSource } from '../scripts/load-source.mjs';
import { meshText } from './mesh-text.mjs';

const count = Number(process.argv[2] ?? 2000);
const source = (name) => fileURLToPath(new URL(`../src/${name}`, import.meta.url));
const { parseYaml } = await loadSource(source('yaml/index.ts'));
const { parseFully } = await loadSource(source('yaml/full-parser.ts'));
const { splitDocuments } = await loadSource(source('yaml/split-documents.ts'));
const { decodeSources } = await loadSource(source('resource/index.ts'));

const text = meshText(count);
const megabytes = text.length / 1e6;
const time = (work) => {
  const start = performance.now();
  work();
  return performance.now() - start;
};
const given = () => ({ name: 'bench.yaml', text: `${text}` });
const rows = [
  ['full parser', () => splitDocuments(given()).flatMap((chunk) => parseFully(chunk))],
  ['fast parser', () => parseYaml(given())],
  ['fast parser and decoding', () => decodeSources([given()], { defaultNamespace: 'default' })],
];
const times = rows.map(() => []);
for (let round = 0; round < 5; round++)
  for (const [i, [, work]] of rows.entries()) times[i].push(time(work));
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const base = median(times[0]);
console.log(
  `${count} documents, ${megabytes.toFixed(1)} MB; 5 rounds, median after the first in brackets`,
);
rows.forEach(([name], i) => {
  const first = times[i][0];
  const middle = median(times[i].slice(1));
  console.log(
    `${name.padEnd(26)} first ${first.toFixed(0).padStart(6)} ms, then ${middle.toFixed(0).padStart(6)} ms (${(megabytes / (middle / 1000)).toFixed(1)} MB/s), ratio to full ${(middle / base).toFixed(2)}`,
  );
});
