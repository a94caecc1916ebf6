/**
 * Real questions and what a person reads: would someone on call at night know what to change?
 * The answers are kept as a whole, so that a change of wording is looked at with its neighbours.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCommand } from './fake-world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');
const recorded = (name: string) => ({
  'mesh.yaml': text(`test/golden/routing/cases/${name}/mesh.yaml`),
});
const samples = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, text(`samples/${name}`)]));
const checkout = {
  '.tcpmesh.yaml': text('.tcpmesh.yaml'),
  ...samplesAt(
    'tcp-matching/echoserver.yaml',
    'tcp-matching/telnet.yaml',
    'tcp-matching/source-namespace.yaml',
  ),
};

function samplesAt(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`samples/${name}`, text(`samples/${name}`)]));
}

type Question = readonly [what: string, files: Record<string, string>, command: string];

const questions: readonly Question[] = [
  ['the question of the README', checkout, '--src-ns foo --port 19000'],
  ['the same from another namespace', checkout, '--src-ns default --host echo-server --port 19000'],
  ['by workload', checkout, '--from foo/telnet-client-foo --host echo-server.default --port 19000'],
  [
    'alternatives given together: the later replaces the earlier',
    samples(
      'tcp-matching/echoserver.yaml',
      'tcp-matching/port.yaml',
      'tcp-matching/source-namespace.yaml',
    ),
    'tcp-matching --src-ns foo --host echo-server.default --port 19000',
  ],
  [
    'shares at a gateway',
    samples('tcp-echo-20-v2.yaml'),
    'tcp-echo-20-v2.yaml --gateway tcp-echo-gateway',
  ],
  [
    'a lone VirtualService',
    samples('tcp-echo/tcp-echo-20-v2.yaml'),
    'tcp-echo --gateway tcp-echo-gateway --port 31400',
  ],
  [
    'subnets that the service is not in',
    recorded('tut-echo-subnet'),
    '--host echo-server --port 19000',
  ],
  [
    'http rules on a TCP port',
    recorded('tut-echo-weighted-http'),
    '--host echo-server --port 19000',
  ],
  ['a host name that is too short', recorded('host-name-ns-svc'), '--host a --port 7000'],
  [
    'a private VirtualService',
    recorded('export-vs-dot'),
    '--src-ns foo --host a.default --port 7000',
  ],
  [
    'a VirtualService for gateways only',
    recorded('gw-match-mesh-not-in-top-list'),
    '--host a --port 7000',
  ],
  ['an older wildcard', recorded('two-vs-wildcard-older-than-exact'), '--host a --port 7000'],
  [
    'a rule behind one for everything',
    recorded('terminal-hides-later-subnet'),
    '--src-ns foo --host a.default --port 7000',
  ],
  ['matches that are alternatives', recorded('or-across-match-blocks'), '--host a --port 7000'],
  [
    'two rules that Envoy cannot tell apart',
    recorded('subnet-same-in-two-rules'),
    '--host a --port 7000',
  ],
  ['the longest prefix', recorded('subnet-longest-prefix-beats-order'), '--host a --port 7000'],
  ['a port that speaks HTTP', recorded('proto-appprotocol-http'), '--host a --port 7000'],
  [
    'a subset that another rule hides',
    recorded('dr-client-shadows-service-namespace'),
    '--src-ns foo --host a.default --port 7000',
  ],
  ['a DestinationRule for no host', recorded('dr-host-name-dot-namespace'), '--host a --port 7000'],
  ['a share that is lost', recorded('dest-not-in-registry-weighted'), '--host a --port 7000'],
  ['subsets of a headless service', recorded('headless-vs-subset'), '--host h --port 7000'],
  ['a port that the service lacks', recorded('port-not-on-service'), '--host a --port 7999'],
  [
    'an address outside, REGISTRY_ONLY',
    recorded('passthrough-registry-only'),
    '--dst-ip 8.8.8.8 --port 53',
  ],
  ['a gateway that does not listen', recorded('gw-port-match-differs'), '--gateway gw'],
  ['conditions that gateways do not look at', recorded('gw-source-namespace'), '--gateway gw'],
  [
    'two VirtualServices at a gateway',
    recorded('gw-two-vs-older-wins'),
    '--gateway gw --port 7000',
  ],
  [
    'a server name that no rule asks for',
    recorded('tls-same-sni-first-wins'),
    '--host s --port 8443 --sni o.example.com',
  ],
  [
    'a gateway port that an older Gateway has',
    recorded('gw-two-gateways-first-without-vs'),
    '--gateway gw2',
  ],
  ['hosts that the server has not', recorded('gw-hosts-mismatch'), '--gateway gw --port 7000'],
  [
    'a VirtualService that the gateway cannot see',
    recorded('gw-vs-not-exported'),
    '--gateway gw --port 7000',
  ],
  ['a gateway port that none has', recorded('gw-hosts-mismatch'), '--gateway gw --port 31400'],
  ['an address instead of a host', recorded('host-is-ip'), '--host a --port 7000'],
  [
    'a destination port that the service lacks',
    recorded('dest-port-not-on-service'),
    '--host a --port 7000',
  ],
  ['a subset that nobody has', recorded('dr-subset-missing'), '--host a --port 7000'],
  ['a subset that no Pod is in', recorded('dr-subset-no-pods'), '--host a --port 7000'],
  [
    'a DestinationRule in a third namespace',
    recorded('dr-in-unrelated-namespace'),
    '--host a --port 7000',
  ],
  [
    'a DestinationRule that is not exported',
    recorded('export-dr-dot-service-namespace'),
    '--src-ns foo --host a.default --port 7000',
  ],
  [
    'a destination that is not exported',
    recorded('export-service-dest-hidden'),
    '--src-ns foo --host a.default --port 7000',
  ],
  ['a headless destination', recorded('headless-dest'), '--host a --port 7000'],
  ['the port of the sidecar itself', recorded('headless-dest'), '--dst-ip 8.8.8.8 --port 15001'],
  ['a Sidecar that leaves it out', recorded('sidecar-egress-only-other'), '--host a --port 7000'],
  ['a rule that nothing reaches', recorded('order-catch-all-first'), '--rule default/a#2'],
  ['what reaches a rule', recorded('terminal-hides-later-subnet'), '--rule default/a#2 --brief'],
];

describe('explain', () => {
  it.each(questions)('%s', async (_, files, command) => {
    const argv = ['explain', ...command.split(' ')];
    const { code, stdout, stderr } = await runCommand(argv, { files });
    expect(code).toBe(0);
    expect(`$ tcpmesh ${argv.join(' ')}\n${stderr}\n${stdout}`).toMatchSnapshot();
  });
});

it('numbers the answers to the questions of a file', async () => {
  const mesh = `apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.96.1.5, selector: {app: db}, ports: [{name: tcp, port: 5432}]}
`;
  const call = (port: number): string =>
    `- {from: {namespace: shop}, to: {host: db.shop.svc.cluster.local, port: ${port}}}\n`;
  const files = { 'mesh.yaml': mesh, 'calls.yaml': `${call(5432)}${call(1)}` };
  const { stdout } = await runCommand(
    ['explain', 'mesh.yaml', '--calls', 'calls.yaml', '-o', 'json'],
    { files },
  );
  const { results } = JSON.parse(stdout) as { results: { number: number; outcome: string }[] };
  expect(results.map(({ number, outcome }) => [number, outcome])).toEqual([
    [1, 'routed'],
    [2, 'passthrough'],
  ]);
});
