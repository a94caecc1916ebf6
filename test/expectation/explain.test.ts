/** Explaining changes nothing: what explain says is route's verdict, and each near-miss is what route says of the changed call. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  behaviourKey,
  callOf,
  changeCall,
  type Explanation,
  explainer,
  type NearMiss,
  readTestFile,
  ruleKey,
  sameRule,
} from '../../src/expectation/index.ts';
import type { Mesh } from '../../src/mesh/index.ts';
import { explanationsAsJson } from '../../src/report/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { compile, route } from '../../src/routing/index.ts';
import { admit } from '../../src/validation/index.ts';

const root = fileURLToPath(new URL('../golden/routing', import.meta.url));
const folders = ['cases', 'random', 'unusual'].flatMap((kind) =>
  readdirSync(join(root, kind)).map((name) => join(root, kind, name)),
);

function readFolder(folder: string, ambient = false) {
  const written = readFileSync(join(folder, 'mesh.yaml'), 'utf8');
  const text = ambient ? enrolled(written) : written;
  const { resources } = decodeSources([{ name: 'mesh.yaml', text }], {
    defaultNamespace: 'default',
  });
  const test = readFileSync(join(folder, 'routes.mesh-test.yaml'), 'utf8');
  const { file } = readTestFile({ name: folder, text: test });
  if (file === null) throw new Error(`${folder} cannot be read`);
  const created = file.created === null ? undefined : Date.parse(file.created) / 1000;
  const { admitted } = admit(resources);
  const options = { created };
  const answers = explainer({ admitted, written: resources, options, standIns: [], ambient });
  return { answers, file };
}

/** Every namespace of the recording behind a waypoint. */
function enrolled(text: string): string {
  const names = new Set([...text.matchAll(/namespace: "?([a-z0-9-]+)/g)].map((found) => found[1]));
  const label = 'labels: {istio.io/use-waypoint: way}';
  const namespaces = [...names].map(
    (name) => `\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, ${label}}\n`,
  );
  return text + namespaces.join('');
}

/** The change that a near-miss names leads to its rule, and that is another one than before. */
function expectNear({ change, rule }: NearMiss, { verdict }: Explanation, mesh: Mesh): void {
  const changed = changeCall(verdict.call, change);
  const other = route(compile(mesh, changed.from), changed);
  expect(other.rule === null ? '' : ruleKey(other.rule)).toBe(ruleKey(rule.ref));
  expect(sameRule(verdict.rule, rule.ref)).toBe(false);
}

describe('explain', () => {
  it('says what route says, on any connection of any recorded mesh', () => {
    fc.assert(
      fc.property(fc.constantFrom(...folders), fc.nat(), (folder, pick) => {
        const { answers, file } = readFolder(folder);
        const connection = file.connections[pick % Math.max(1, file.connections.length)];
        if (connection === undefined) return;
        const call = callOf(connection, answers.mesh);
        if (typeof call === 'string') throw new Error(call);
        const verdict = route(compile(answers.mesh, call.from), call);
        const explained = answers.explain(call, [], true);
        if ('message' in explained) {
          // A name that nothing has is not asked on.
          expect(verdict.outcome).not.toBe('routed');
          return;
        }
        const [explanation] = explained;
        if (explanation === undefined) throw new Error('no explanation');
        if (explained.length === 1)
          expect(behaviourKey(explanation.verdict)).toBe(behaviourKey(verdict));
        const { results } = JSON.parse(explanationsAsJson({ explanations: explained }));
        expect(results[0].outcome).toBe(explanation.verdict.outcome);
        const { rule } = explanation.verdict;
        expect(results[0].rule === null ? null : results[0].rule.path).toBe(rule?.path ?? null);
        expect(results[0].steps.at(-1).stage).toBe('verdict');
        for (const miss of explanation.nearMisses) expectNear(miss, explanation, answers.mesh);
        for (const { verdict: other } of explanation.elsewhere)
          expect(behaviourKey(other)).not.toBe(behaviourKey(explanation.verdict));
      }),
      { numRuns: 60 },
    );
  });

  it('says what route says of clients in ambient mode, behind waypoints', () => {
    let atWaypoints = 0;
    fc.assert(
      fc.property(fc.constantFrom(...folders), fc.nat(), (folder, pick) => {
        const { answers, file } = readFolder(folder, true);
        const connection = file.connections[pick % Math.max(1, file.connections.length)];
        if (connection === undefined || connection.from.kind === 'gateway') return;
        const call = callOf(connection, answers.mesh);
        if (typeof call === 'string') throw new Error(call);
        const explained = answers.explain(call, [], true);
        if ('message' in explained) return;
        for (const { verdict } of explained) {
          const { steps, outcome, rule } = verdict;
          expect(['ambient', 'sidecar']).toContain(verdict.call.from.kind);
          expect(steps.at(-1)).toMatchObject({ stage: 'verdict', subject: outcome });
          if (verdict.call.from.kind === 'sidecar') continue;
          expect(['routed', 'passthrough', 'no-filter-chain', 'http']).toContain(outcome);
          const taken = steps.filter(({ stage, result }) => stage === 'rule' && result === 'taken');
          expect(taken.map(({ subject }) => subject)).toEqual(rule === null ? [] : [ruleKey(rule)]);
          if (steps.some(({ reason }) => reason === 'waypoint')) atWaypoints += 1;
        }
        JSON.parse(explanationsAsJson({ explanations: explained }));
      }),
      { numRuns: 60 },
    );
    // About two in three are, so that none of 60 is for one run in 10^28.
    expect(atWaypoints).toBeGreaterThan(0);
  });
});
