/** Istio's analyzers, as recorded on whole meshes: the same codes on the same resources. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { admit, judge } from '../../src/validation/index.ts';

const inTree = fileURLToPath(new URL('../golden/routing', import.meta.url));
const shared =
  process.env.TCPMESH_GOLDEN ??
  fileURLToPath(new URL('../../../shared/golden/routing', import.meta.url));

type Message = { code: string; kind: string; namespace: string; name: string };

const keyOf = (m: Message): string => `${m.code} ${m.kind} ${m.namespace}/${m.name}`;

function recorded(folder: string): string[] {
  const messages: Message[] = JSON.parse(readFileSync(join(folder, 'analysis.json'), 'utf8'));
  return [...new Set(messages.map(keyOf))].sort();
}

/** The recorder knew no default namespace: an object without one has the namespace ''. */
function ours(folder: string): string[] {
  const text = readFileSync(join(folder, 'mesh.yaml'), 'utf8').replace(/^\uFEFF/, '');
  const { resources } = decodeSources([{ name: 'mesh.yaml', text }], { defaultNamespace: '' });
  const findings = [
    ...resources.flatMap((resource) => [...judge(resource)]),
    ...lint({
      resources,
      mesh: buildMesh(admit(resources).admitted),
      options: { refs: 'require' },
    }),
  ];
  const keys = findings.flatMap(({ istio, resource }) =>
    istio.code === null || resource === null ? [] : [keyOf({ ...resource, code: istio.code })],
  );
  return [...new Set(keys)].sort();
}

if (!existsSync(shared))
  process.stderr.write(
    `analysis.test: only the recorded meshes of this tree, for there are none at ${shared}; set TCPMESH_GOLDEN\n`,
  );
/** The whole collection where it is there, else what the tree has of it. */
const sets = ['cases', 'random', 'unusual'].map((name) => {
  const whole = join(shared, name);
  return existsSync(whole) ? whole : join(inTree, name);
});

describe.each(sets)('%s', (set) => {
  it('says what the analyzers say, on the same resources', () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const name of readdirSync(set).sort()) {
      const folder = join(set, name);
      if (!existsSync(join(folder, 'analysis.json'))) continue;
      compared++;
      const theirs = recorded(folder);
      const mine = ours(folder);
      const missing = theirs.filter((key) => !mine.includes(key)).map((key) => `missing ${key}`);
      const extra = mine.filter((key) => !theirs.includes(key)).map((key) => `extra ${key}`);
      for (const line of [...missing, ...extra]) wrong.push(`${name}: ${line}`);
    }
    expect(compared).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});
