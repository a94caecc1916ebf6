/** Test files: what is read, and what is said of those that are wrong. */
import { describe, expect, it } from 'vitest';
import { readTestFile } from '../../src/expectation/index.ts';
import { positionOf } from '../../src/text/index.ts';

const sound = `config: [mesh.yaml, more/]
created: "2024-01-01T00:00:00Z"
connections:
- name: foo goes to echo-server-2
  from: {namespace: foo, labels: {app: telnet-client-foo, on: y}}
  to: {host: echo-server.default.svc.cluster.local, port: 19000}
  expect:
    outcome: routed
    rule: default/source-namespace#2
    destinations:
    - {host: echo-server-2.default.svc.cluster.local, port: 19000, subset: v1, weight: 100, endpoints: ["10.244.2.20:19000"], problem: null}
- from: {gateway: {namespace: istio-system, labels: {istio: ingressgateway}}}
  to: {port: 8443}
  sni: a.example.com
  expect: {rule: null}
- from: {workload: foo/telnet}
  to: {ip: 10.96.20.1, port: 19000, protocol: http}
  expect: {outcome: http}
`;

const read = (text: string) => readTestFile({ name: 't.mesh-test.yaml', text });

/** `line: message` of every finding. */
const said = (text: string): string[] =>
  read(text).findings.map(({ span, message }) => `${positionOf(span).line}: ${message}`);

describe('a sound test file', () => {
  const { file, findings } = read(sound);
  const [first, second, third] = file?.connections ?? [];

  it('has no findings, and knows its configuration', () => {
    expect(findings).toEqual([]);
    expect(file?.config.map(({ path }) => path)).toEqual(['mesh.yaml', 'more/']);
    expect(file?.created).toBe('2024-01-01T00:00:00Z');
  });

  it('reads a client by namespace and labels, labels as they are written', () => {
    expect(first?.from).toEqual({
      kind: 'sidecar',
      namespace: 'foo',
      labels: { app: 'telnet-client-foo', on: 'y' },
      ip: undefined,
    });
  });

  it('reads expectations, and tells null from left out', () => {
    expect(first?.expect.rule).toEqual({
      namespace: 'default',
      name: 'source-namespace',
      number: 2,
    });
    expect(first?.expect.destinations?.[0]).toEqual({
      host: 'echo-server-2.default.svc.cluster.local',
      port: 19000,
      subset: 'v1',
      weight: 100,
      endpoints: ['10.244.2.20:19000'],
      problem: null,
    });
    expect(second?.expect.rule).toBeNull();
    expect(third?.expect.rule).toBeUndefined();
    expect(third?.expect.destinations).toBeUndefined();
  });

  it('reads gateways and workloads, and takes a server name for TLS', () => {
    expect(second?.from.kind).toBe('gateway');
    expect(second?.protocol).toBe('tls');
    expect(second?.name).toBe('connection 2');
    expect(third?.from).toEqual({ kind: 'workload', namespace: 'foo', name: 'telnet' });
    expect(third?.protocol).toBe('http');
  });
});

describe('a test file that is wrong', () => {
  const connection = (body: string): string => `config: [a.yaml]\nconnections:\n- ${body}\n`;
  const from = 'from: {namespace: foo}';
  const to = 'to: {host: a, port: 1}';

  it.each([
    ['', ['1: this test file is empty']],
    ['connections: []', ['1: config is missing: which files hold the mesh?']],
    ['config: [a]', ['1: connections is missing']],
    ['- a', ['1: the document must be a map, not a list']],
    ['config: a.yaml\nconnections: []', ['1: config must be a list, not "a.yaml"']],
    ['config: [a]\nconections: []', ['2: unknown key "conections"', '1: connections is missing']],
    ['config: [a]\ncreated: today\nconnections: []', ['2: created "today" is not a time']],
    [
      'config: [a]\nconnections: []\n---\nconfig: [b]',
      ['4: a test file holds one document, this is a second one'],
    ],
    [connection(`{${from}, ${to}}`), ['3: expect is missing']],
    [connection(`{${from}, to: {host: a}, expect: {}}`), ['3: to.port is missing']],
    [
      connection(`{${from}, to: {port: 0, host: a}, expect: {}}`),
      ['3: connections[0].to.port must be a whole number from 1 to 65535, not 0'],
    ],
    [connection(`{${from}, to: {port: 7}, expect: {}}`), ['3: to needs a host or an ip']],
    [
      connection(`{${from}, to: {ip: 300.1.1.1, port: 7}, expect: {}}`),
      ['3: ip "300.1.1.1" is not an address'],
    ],
    [
      connection(`{from: {}, ${to}, expect: {}}`),
      ['3: from must name a namespace (and labels), or a workload, or a gateway'],
    ],
    [
      connection(`{from: {workload: a/b/c}, ${to}, expect: {}}`),
      [`3: workload "a/b/c" is not the name of a workload`],
    ],
    [
      connection(`{${from}, ${to}, expect: {outcome: rooted}}`),
      [
        '3: connections[0].expect.outcome "rooted" is none of routed, passthrough, blackhole, no-listener, no-filter-chain, listener-rejected, http',
      ],
    ],
    [
      connection(`{${from}, ${to}, expect: {rule: echo}}`),
      ['3: rule "echo" names no VirtualService'],
    ],
  ])('%j', (text, messages) => {
    expect(said(text)).toEqual(messages);
    expect(read(text).file).toBeNull();
  });

  it('says where the YAML breaks', () => {
    expect(said('config: [a\nconnections: []').length).toBeGreaterThan(0);
    expect(read('config: [a').file).toBeNull();
  });

  it('suggests the key that was meant', () => {
    expect(read('config: [a]\nconections: []').findings[0]?.help).toBe('Did you mean connections?');
  });
});
