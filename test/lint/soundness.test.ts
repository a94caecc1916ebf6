/** What rules claim about connections, held against connections: those that were recorded, and those of every workload there is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  callOf,
  candidateCalls,
  readTestFile,
  ruleKey,
  rulesOf,
} from '../../src/expectation/index.ts';
import { lint } from '../../src/lint/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources, type Resource } from '../../src/resource/index.ts';
import { type Call, compile, route } from '../../src/routing/index.ts';
import { admit } from '../../src/validation/index.ts';

const golden = fileURLToPath(new URL('../golden/routing/', import.meta.url));
/** No connection may take a rule that one of these is about. */
const neverTaken = [
  'shadowed-rule',
  'tcp-route-on-http-port',
  'tcp-route-on-tls-port',
  'tls-route-on-tcp-port',
];
/** Of one rule; enough to meet every workload of a recorded mesh several times. */
const mostCalls = 60;

/** given: what the rules are shown of the mesh; the connections are those of all of it. */
function contradictions(
  folder: string,
  given: (resources: readonly Resource[]) => readonly Resource[],
  count: (claims: number) => void,
): string[] {
  const text = readFileSync(`${folder}/mesh.yaml`, 'utf8').replace(/^\uFEFF/, '');
  const { resources } = decodeSources([{ name: folder, text }], { defaultNamespace: 'default' });
  const mesh = buildMesh(admit(resources).admitted);
  const claimed = new Map<string, string>();
  const shown = given(resources);
  const seen = buildMesh(admit(shown).admitted);
  for (const { rule, resource, path } of lint({ resources: shown, mesh: seen })) {
    const list = /^spec\.(?:tcp|tls)\[\d+\]/.exec(path)?.[0];
    if (neverTaken.includes(rule) && list !== undefined)
      claimed.set(`${resource?.namespace}/${resource?.name} ${list}`, rule);
  }
  count(claimed.size);
  if (claimed.size === 0) return [];
  const recorded = `${folder}/routes.mesh-test.yaml`;
  const calls: Call[] = [];
  if (existsSync(recorded)) {
    const { file } = readTestFile({ name: recorded, text: readFileSync(recorded, 'utf8') });
    for (const connection of file?.connections ?? []) {
      const call = callOf(connection, mesh);
      if (typeof call !== 'string') calls.push(call);
    }
  }
  for (const { resource } of mesh.virtualServices.all)
    for (const rule of rulesOf(resource)) {
      let some = 0;
      for (const call of candidateCalls(rule, mesh)) {
        calls.push(call);
        if (++some >= mostCalls) break;
      }
    }
  return calls.flatMap((call) => {
    const { rule } = route(compile(mesh, call.from), call);
    const claim = rule === null ? undefined : claimed.get(ruleKey(rule));
    return claim === undefined ? [] : [`${folder}: ${claim}: ${JSON.stringify(call)}`];
  });
}

const all = (resources: readonly Resource[]) => resources;
/** As somebody has it who keeps routing in a repository of its own. */
const withoutServices = (resources: readonly Resource[]) =>
  resources.filter(({ kind }) => kind !== 'Service' && kind !== 'ServiceEntry');

const withoutGateways = (resources: readonly Resource[]) =>
  resources.filter(({ kind }) => kind !== 'Gateway');

describe.each([
  ['cases', all],
  ['random', all],
  ['unusual', all],
  ['cases', withoutServices],
  ['random', withoutServices],
  ['unusual', withoutServices],
  ['cases', withoutGateways],
  ['random', withoutGateways],
] as const)('recorded %s', (kind, given) => {
  it(`has no connection that takes a rule which is said to be out of reach${given === all ? '' : ', of files that lack some'}`, () => {
    const folders = readdirSync(`${golden}${kind}`).filter((name) =>
      existsSync(`${golden}${kind}/${name}/mesh.yaml`),
    );
    expect(folders.length).toBeGreaterThan(0);
    let claims = 0;
    const wrong = folders.flatMap((name) =>
      contradictions(`${golden}${kind}/${name}`, given, (more) => {
        claims += more;
      }),
    );
    expect(wrong).toEqual([]);
    expect(claims, 'claims that were held against connections').toBeGreaterThan(
      given === all ? 5 : 0,
    );
  });
});
