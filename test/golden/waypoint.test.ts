/**
 * What real istiod (1.31) gave the waypoints of random meshes: a chain for each port of each service that is behind one, and where each
 * sends. Recorded with `problem` where a cluster was not there or empty; endpoints null where the dialled address is meant.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildMesh, classOf, type Mesh, waypointOf } from '../../src/mesh/index.ts';
import { decodeSources, foreignSettingsOf } from '../../src/resource/index.ts';
import { compile, route } from '../../src/routing/index.ts';
import { admit } from '../../src/validation/index.ts';

const root = fileURLToPath(new URL('./waypoint', import.meta.url));

type Destination = {
  readonly cluster: string;
  readonly weight: number;
  readonly problem: string | null;
  readonly endpoints: readonly string[] | null;
};
type Chains = Record<string, Record<string, readonly Destination[] | 'http'>>;

function meshIn(folder: string): Mesh {
  const text = readFileSync(join(root, folder, 'mesh.yaml'), 'utf8');
  const options = { defaultNamespace: 'default' };
  const { resources, foreign } = decodeSources([{ name: 'mesh.yaml', text }], options);
  const { admitted, refused } = admit(resources);
  expect(refused).toEqual([]);
  const settings = foreignSettingsOf(foreign, 'default');
  return buildMesh(admitted, { foreign: settings });
}

/** Of every service that is behind a waypoint, in the form of the recording. */
function answersOf(mesh: Mesh, recorded: Chains): Chains {
  const from = { kind: 'ambient', namespace: 'client', labels: {} } as const;
  const compiled = compile(mesh, from);
  const found: Chains = Object.fromEntries(Object.keys(recorded).map((name) => [name, {}]));
  for (const service of mesh.services) {
    const waypoint = waypointOf(mesh, service.resource);
    const chains = found[`${waypoint?.namespace}/${waypoint?.name}`];
    if (waypoint === null || chains === undefined) continue;
    const ip = service.address === '0.0.0.0' ? undefined : service.address;
    for (const { number, protocol } of service.ports) {
      const kind = classOf(protocol);
      if (kind === 'udp') continue;
      const to = { host: service.host, ip, port: number };
      const { outcome, destinations } = route(compiled, { from, to, protocol: 'tcp' });
      // Without an address nobody meets the chain that the waypoint has for it.
      const name = `inbound-vip|${number}|${kind === 'http' ? 'http' : 'tcp'}|${service.host}`;
      if (kind === 'auto') chains[name.replace('|tcp|', '|http|')] = 'http';
      const theirs = recorded[`${waypoint.namespace}/${waypoint.name}`]?.[name];
      if (outcome === 'passthrough' && theirs !== undefined) chains[name] = theirs;
      else if (outcome === 'http') chains[name] = 'http';
      else
        chains[name] = destinations.map(({ cluster, weight, problem, endpoints }, i) => ({
          cluster,
          weight: weight ?? 0,
          problem,
          endpoints:
            theirs !== 'http' && theirs?.[i]?.endpoints === null
              ? null
              : endpoints.map(({ address }) => address).sort(),
        }));
    }
  }
  return found;
}

describe('waypoints', () => {
  const folders = readdirSync(root).sort();

  it('there are meshes', () => {
    expect(folders.length).toBeGreaterThan(10);
  });

  it.each(folders)('of mesh %s have the chains and clusters that istiod gave them', (folder) => {
    const recorded: Chains = JSON.parse(readFileSync(join(root, folder, 'answers.json'), 'utf8'));
    expect(answersOf(meshIn(folder), recorded)).toEqual(recorded);
  });
});
