/** One document at a time: what `istioctl validate`, the API server and Istio's webhook said, we say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeSources, type Resource } from '../../src/resource/index.ts';
import { admit, judge, judgeDocuments } from '../../src/validation/index.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The whole collection is found as routing.test.ts finds its own: by TCPMESH_GOLDEN (its routing folder), or beside the checkout. */
const outside = [
  process.env['TCPMESH_GOLDEN'],
  fileURLToPath(new URL('../../../shared/golden/routing', import.meta.url)),
].find((folder) => folder !== undefined && folder !== '' && existsSync(folder));
if (outside === undefined)
  process.stderr.write('validation.test: no recorded answers beside the checkout; set TCPMESH_GOLDEN\n');

const warnings = ['IST0133', 'IST0130', 'IST0131'];

function findingsIn(path: string) {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  const decoded = decodeSources([{ name: path, text }], { defaultNamespace: 'default' });
  const findings = [
    ...judgeDocuments(decoded),
    ...decoded.resources.flatMap((resource) => judge(resource)),
  ];
  return { resources: decoded.resources, findings };
}

type Verdicts = { readonly [file: string]: { verdict: 'accept' | 'reject'; warns: boolean } };

/** Files whose verdict, or whose warnings where it is accepted, differ from the recorded ones. */
function disagreements(folder: string): string[] {
  const verdicts: Verdicts = JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8'));
  return Object.entries(verdicts).flatMap(([file, { verdict, warns }]) => {
    const { findings } = findingsIn(join(folder, file));
    const rejects = findings.some((finding) => finding.istio.rejects);
    if (rejects !== (verdict === 'reject')) return [`${file}: ${verdict} expected`];
    const warned = findings.some(({ istio }) => istio.code !== null && warnings.includes(istio.code));
    return !rejects && warned !== warns ? [`${file}: warns ${warns} expected`] : [];
  });
}

describe('verdicts of istioctl validate', () => {
  it('agree on the documents in the tree', () => {
    expect(readdirSync(join(here, 'validation')).length).toBeGreaterThan(60);
    expect(disagreements(join(here, 'validation'))).toEqual([]);
  });

  it.skipIf(outside === undefined)('agree on the whole collection', () => {
    expect(disagreements(join(outside ?? '', '../validation'))).toEqual([]);
  });
});

const idOf = ({ kind, namespace, name }: Resource): string => `${kind} ${namespace}/${name}`;

/** Folders of meshes in which something else is refused than was recorded. */
function admissionDifferences(root: string): string[] {
  return readdirSync(root).flatMap((name) => {
    const folder = join(root, name);
    if (!existsSync(join(folder, 'admission.json'))) return [];
    const recorded = JSON.parse(readFileSync(join(folder, 'admission.json'), 'utf8'));
    const { resources, findings } = findingsIn(join(folder, 'mesh.yaml'));
    const { admitted, refused } = admit(resources);
    expect(admitted.length + refused.length).toBe(resources.length);
    const by = (gate: string): string[] =>
      refused.filter((r) => r.by === gate || r.by === 'both').map((r) => idOf(r.resource)).sort();
    const exit = findings.some((finding) => finding.istio.rejects) ? 1 : 0;
    const ours = { apiServer: by('api-server'), istio: by('istio'), exit };
    const theirs = {
      apiServer: [...recorded.refusedByApiServer].sort(),
      istio: [...recorded.refusedByIstio].sort(),
      exit: recorded.istioctlValidateExit ?? exit,
    };
    const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
    return a === b ? [] : [`${folder}: ${a}, recorded ${b}`];
  });
}

describe('admission', () => {
  for (const kind of ['cases', 'random', 'unusual']) {
    it(`agrees on ${kind} in the tree`, () => {
      expect(admissionDifferences(join(here, 'routing', kind))).toEqual([]);
    });

    it.skipIf(outside === undefined)(`agrees on all of ${kind}`, () => {
      expect(admissionDifferences(join(outside ?? '', kind))).toEqual([]);
    });
  }
});
