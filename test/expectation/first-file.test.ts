/** A first test file passes at once, on every recorded mesh, and reaches every rule that anything reaches. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  asker,
  coverageOf,
  firstTestFile,
  reach,
  readTestFile,
  ruleKey,
  rulesOf,
  runConnections,
} from '../../src/expectation/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { admit } from '../../src/validation/index.ts';

const root = fileURLToPath(new URL('../golden/routing', import.meta.url));

/** What is wrong with the first file of a mesh. */
function defects(folder: string): string[] {
  const text = readFileSync(join(folder, 'mesh.yaml'), 'utf8');
  const { resources } = decodeSources([{ name: 'mesh.yaml', text }], {
    defaultNamespace: 'default',
  });
  const mesh = buildMesh(admit(resources).admitted);
  const first = firstTestFile(mesh, ['mesh.yaml']);
  const { file, findings } = readTestFile({ name: folder, text: first.text });
  if (file === null) return findings.map(({ message }) => `${folder}: ${message}`);
  const results = runConnections(file, mesh);
  const failed = results.filter(({ ok }) => !ok).map(({ name }) => `${folder}: ${name} fails`);
  const verdicts = results.flatMap(({ verdict }) => verdict ?? []);
  const unreached = new Set(
    coverageOf([{ mesh, verdicts }])
      .items.filter(({ kind, reached }) => kind === 'rule' && !reached)
      .map(({ name }) => name),
  );
  const ask = asker(mesh);
  const missed = mesh.virtualServices.all
    .flatMap(({ resource }) => rulesOf(resource))
    .filter(({ ref }) => unreached.has(ruleKey(ref)))
    .filter((rule) => reach(rule, mesh, ask).kind === 'reached')
    .map(({ ref }) => `${folder}: nothing reaches ${ruleKey(ref)}, and something could`);
  return [...failed, ...missed];
}

describe('firstTestFile', () => {
  it.each(['cases', 'random', 'unusual'])('passes on the recorded %s', (kind) => {
    const folders = readdirSync(join(root, kind)).map((name) => join(root, kind, name));
    expect(folders.flatMap(defects)).toEqual([]);
  });
});
