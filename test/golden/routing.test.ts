/** The model answers every recorded connection as Istio did: outcome, rule, destinations, weights, endpoints, problems. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { answer, differences, readRecordedMesh, recordedFolders } from './routing-cases.ts';

const inTree = fileURLToPath(new URL('./routing', import.meta.url));
/** The whole collection: named by TCPMESH_GOLDEN, else in the folder beside the checkout. */
const outside = [
  process.env['TCPMESH_GOLDEN'],
  fileURLToPath(new URL('../../../shared/golden/routing', import.meta.url)),
].find((folder) => folder !== undefined && folder !== '' && existsSync(folder));
const kinds = ['cases', 'random', 'unusual'];

function disagreements(folder: string): string[] {
  const recorded = readRecordedMesh(folder);
  return recorded.connections.flatMap((connection) =>
    differences(answer(recorded, connection), connection).map(
      (line) => `${folder}: ${connection.name}: ${line}`,
    ),
  );
}

describe('recorded answers in the tree', () => {
  for (const kind of kinds) {
    const folders = recordedFolders(join(inTree, kind));
    it(`${kind}: ${folders.length} meshes agree`, () => {
      expect(folders.length).toBeGreaterThan(0);
      expect(folders.flatMap(disagreements)).toEqual([]);
    });
  }
});

const where = outside ?? 'absent: set TCPMESH_GOLDEN to the folder that holds cases, random, unusual';
describe(`the whole collection (${where})`, () => {
  for (const kind of kinds) {
    it.skipIf(outside === undefined)(`${kind}: all meshes agree`, () => {
      const folders = recordedFolders(join(outside ?? '', kind));
      expect(folders.flatMap(disagreements)).toEqual([]);
    });
  }
});
