/** What Istio's decoder makes of values: types, spellings, nulls, one-of groups. */
import { describe, expect, it } from 'vitest';
import { at, decodeSources, parseDuration, type Resource } from '../../src/resource/index.ts';

function decode(kind: string, spec: string): Resource {
  const text = `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: {name: a}\nspec: ${spec}\n`;
  const [resource] = decodeSources([{ name: 'a.yaml', text }], {
    defaultNamespace: 'default',
  }).resources;
  if (resource === undefined) throw new Error(`no resource in ${text}`);
  return resource;
}

const problemsOf = (resource: Resource): string[] =>
  resource.problems.map(({ kind, path }) => `${kind} ${path}`);

function portOf(value: string): unknown {
  const resource = decode('VirtualService', `{tcp: [{match: [{port: ${value}}]}]}`);
  const [problem] = resource.problems.filter(({ kind }) => kind !== 'reading');
  if (problem !== undefined) return problem.kind;
  return resource.kind === 'VirtualService' ? resource.spec.tcp?.[0]?.match?.[0]?.port : null;
}

describe('a whole number', () => {
  it.each([
    ['7000', 7000],
    ['"7000"', 7000],
    ['" 7000 "', 7000],
    ['0x1B58', 7000],
    ['015530', 7000],
    ['0o15530', 7000],
    ['0b11', 3],
    ['7_000', 7000],
    ['7e3', 7000],
    ['7000.0', 7000],
    ['08', 8],
    ['+7', 7],
    ['-0', 0],
    ['"-0"', 'type'],
    ['4294967295', 4_294_967_295],
    ['~', undefined],
    ['4294967296', 'range'],
    ['-1', 'range'],
    ['"-1"', 'range'],
    ['1.5', 'type'],
    ['"1.0"', 'type'],
    ['"7e3"', 'type'],
    ['"+7"', 'type'],
    ['"07"', 'type'],
    ['""', 'type'],
    ['yes', 'type'],
    ['https', 'type'],
    ['{}', 'type'],
    ['[1]', 'type'],
  ])('%s is %s', (text, expected) => expect(portOf(text)).toBe(expected));
});

describe('other scalars', () => {
  const modeOf = (value: string): unknown => {
    const resource = decode('DestinationRule', `{trafficPolicy: {tls: {mode: ${value}}}}`);
    if (resource.problems.length > 0) return resource.problems[0]?.kind;
    return resource.kind === 'DestinationRule' ? resource.spec.trafficPolicy?.tls?.mode : null;
  };
  it.each([
    ['SIMPLE', 'SIMPLE'],
    ['1', 'SIMPLE'],
    ['0', 'DISABLE'],
    ['99', 'UNRECOGNIZED'],
    ['-2147483648', 'UNRECOGNIZED'],
    ['2147483648', 'enum'],
    ['simple', 'enum'],
    ['"1"', 'enum'],
    ['1.5', 'enum'],
  ])('the enum value %s is %s', (text, expected) => expect(modeOf(text)).toBe(expected));

  const percentOf = (value: string): unknown => {
    const resource = decode(
      'DestinationRule',
      `{trafficPolicy: {retryBudget: {percent: ${value}}}}`,
    );
    if (resource.problems.length > 0) return resource.problems[0]?.kind;
    return resource.kind === 'DestinationRule'
      ? resource.spec.trafficPolicy?.retryBudget?.percent
      : null;
  };
  it.each([
    ['1', 1],
    ['.5', 0.5],
    ['"1.5e1"', 15],
    ['"Infinity"', Number.POSITIVE_INFINITY],
    ['".5"', 'type'],
    ['"+1"', 'type'],
    ['"0x1"', 'type'],
    ['true', 'type'],
  ])('the fraction %s is %s', (text, expected) => expect(percentOf(text)).toBe(expected));

  it.each([
    ['', true],
    ['YWJj', true],
    ['YWI=', true],
    ['YWI', false],
    ['_-8', false],
    ['+/8=', true],
    ['YWJjZ', false],
    ['YW=', false],
    ['Y=I=', false],
    ['+_8=', false],
    ['a b', false],
  ])('the bytes %j are base64: %s', (text, fine) => {
    const resource = decode(
      'VirtualService',
      `{http: [{directResponse: {body: {bytes: "${text}"}}}]}`,
    );
    expect(resource.problems.length === 0).toBe(fine);
  });

  it.each([
    ['1s', 1000],
    ['1m30s', 90_000],
    ['.5s', 500],
    ['1.5ms', 1.5],
    ['-2h', -7_200_000],
    ['+1ns', 1e-6],
    ['0', 0],
    ['-0', 0],
    ['100us', 0.1],
    ['100µs', 0.1],
    ['1', null],
    ['', null],
    ['-', null],
    ['s', null],
    ['1 s', null],
    ['1d', null],
    ['1s ', null],
    ['3000000h', null],
  ])('the duration %j is %s', (text, expected) => {
    const found = parseDuration(text);
    expect(found === 0 ? 0 : found).toBe(expected);
  });
});

describe('fields', () => {
  it('are known by both spellings, of which camelCase counts', () => {
    const resource = decode(
      'VirtualService',
      '{tcp: [{match: [{source_labels: {app: a}, sourceLabels: {app: b}, destination_subnets: [10.0.0.0/8]}]}]}',
    );
    expect(problemsOf(resource)).toEqual([
      'snake-case spec.tcp[0].match[0].source_labels',
      'snake-case spec.tcp[0].match[0].destination_subnets',
    ]);
    const match =
      resource.kind === 'VirtualService' ? resource.spec.tcp?.[0]?.match?.[0] : undefined;
    expect(match?.sourceLabels).toMatchObject({ app: 'b' });
    expect(match?.destinationSubnets?.[0]).toBe('10.0.0.0/8');
  });

  it('have one snake_case name with a digit of its own', () => {
    const known = decode(
      'DestinationRule',
      '{trafficPolicy: {outlierDetection: {consecutive_5xx_errors: 5}}}',
    );
    expect(problemsOf(known)).toEqual([
      'snake-case spec.trafficPolicy.outlierDetection.consecutive_5xx_errors',
    ]);
    const unknown = decode(
      'DestinationRule',
      '{trafficPolicy: {outlierDetection: {consecutive5xx_errors: 5}}}',
    );
    expect(problemsOf(unknown)).toEqual([
      'unknown-field spec.trafficPolicy.outlierDetection.consecutive5xx_errors',
    ]);
  });

  it('that are null are absent; in lists and maps a null is the zero value', () => {
    const resource = decode(
      'VirtualService',
      '{hosts: [~, a], gateways: ~, tcp: [{match: [~, {sourceLabels: {app: ~}}]}, ~]}',
    );
    expect(resource.problems).toEqual([]);
    if (resource.kind !== 'VirtualService') throw new Error('not what was written');
    const { hosts, gateways, tcp } = resource.spec;
    expect([...(hosts ?? [])]).toEqual(['', 'a']);
    expect(gateways).toBeUndefined();
    expect(tcp?.length).toBe(2);
    expect(tcp?.[0]?.match?.[0]?.port).toBeUndefined();
    expect(tcp?.[0]?.match?.[1]?.sourceLabels?.app).toBe('');
  });

  it('of a one-of group: the last in the order of the group counts', () => {
    const resource = decode(
      'DestinationRule',
      '{trafficPolicy: {loadBalancer: {consistentHash: {httpHeaderName: x, useSourceIp: true}, simple: RANDOM}}}',
    );
    const balancer =
      resource.kind === 'DestinationRule' ? resource.spec.trafficPolicy?.loadBalancer : undefined;
    expect(balancer?.simple).toBeUndefined();
    expect(balancer?.consistentHash?.httpHeaderName).toBeUndefined();
    expect(balancer?.consistentHash?.useSourceIp).toBe(true);
  });

  it('of a wrong shape are told, and the rest is read', () => {
    const resource = decode('VirtualService', '{hosts: a, tcp: {match: []}, exportTo: ["."]}');
    expect(problemsOf(resource)).toEqual(['type spec.hosts', 'type spec.tcp']);
    expect(resource.kind === 'VirtualService' ? [...(resource.spec.exportTo ?? [])] : null).toEqual(
      ['.'],
    );
  });

  it('that are misspelt are told with the field that was meant, unless it is there', () => {
    const meant = decode('DestinationRule', '{hos: a}').problems[0];
    expect([meant?.help, meant?.meant]).toEqual(['Did you mean host?', 'spec.host']);
    expect(decode('DestinationRule', '{hos: a, host: b}').problems[0]?.meant).toBeUndefined();
  });
});

describe('a kind without a spec', () => {
  const text = (port: string): string => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: a, labels: {kubernetes.io/service-name: db}}
addressType: IPv4
endpoints: [{addresses: [192.0.2.1], conditions: {ready: null}}]
ports: [{name: tcp, port: ${port}}]
`;
  const read = (port: string): Resource | undefined =>
    decodeSources([{ name: 'a.yaml', text: text(port) }], { defaultNamespace: 'default' })
      .resources[0];

  it('has its fields beside metadata, under paths of their own', () => {
    const slice = read('9000');
    expect(slice?.problems).toEqual([]);
    expect(JSON.parse(JSON.stringify(slice?.spec))).toEqual({
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.0.2.1'], conditions: {} }],
      ports: [{ name: 'tcp', port: 9000 }],
    });
    expect(problemsOf(read('many') as Resource)).toEqual(['type ports[0].port']);
  });

  it('is at the place of its object, which keeps no tree', () => {
    const slice = read('9000');
    expect(slice?.kind === 'EndpointSlice' ? slice.spec[at] : null).toBe(slice?.root[at]);
  });
});
