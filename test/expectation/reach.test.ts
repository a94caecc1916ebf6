/** The reverse question misses nothing: a rule that any recorded connection reaches is found to be reached. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  asker,
  callOf,
  reach,
  readTestFile,
  ruleKey,
  rulesOf,
} from '../../src/expectation/index.ts';
import { buildMesh, type Mesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { admit } from '../../src/validation/index.ts';

const root = fileURLToPath(new URL('../golden/routing', import.meta.url));

function readMesh(folder: string, created: string | null): Mesh {
  const text = readFileSync(join(folder, 'mesh.yaml'), 'utf8');
  const { resources } = decodeSources([{ name: 'mesh.yaml', text }], {
    defaultNamespace: 'default',
  });
  const seconds = created === null ? undefined : Date.parse(created) / 1000;
  return buildMesh(admit(resources).admitted, { created: seconds });
}

/** Rules that a recorded connection reaches, and reach does not find reached. */
function missed(folder: string): string[] {
  const text = readFileSync(join(folder, 'routes.mesh-test.yaml'), 'utf8');
  const { file } = readTestFile({ name: folder, text });
  if (file === null) throw new Error(`${folder} cannot be read`);
  const mesh = readMesh(folder, file.created);
  const ask = asker(mesh);
  const reached = new Set<string>();
  for (const connection of file.connections) {
    const call = callOf(connection, mesh);
    const rule = typeof call === 'string' ? null : ask(call).rule;
    if (rule !== null) reached.add(ruleKey(rule));
  }
  return mesh.virtualServices.all
    .flatMap(({ resource }) => rulesOf(resource))
    .filter((rule) => reached.has(ruleKey(rule.ref)) && reach(rule, mesh, ask).kind !== 'reached')
    .map((rule) => `${folder}: ${ruleKey(rule.ref)}`);
}

describe('reach', () => {
  it.each(['cases', 'random', 'unusual'])('misses no rule of the recorded %s', (kind) => {
    const folder = join(root, kind);
    expect(existsSync(folder)).toBe(true);
    const folders = readdirSync(folder).map((name) => join(folder, name));
    expect(folders.flatMap(missed)).toEqual([]);
  });
});
