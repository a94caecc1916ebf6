/**
 * Values at the edges of what is read: each document stands for what a real Istio says of it, by its decoder, its validation
 * (`istioctl validate`), its webhook, and the API server's schema.
 */
import { describe, expect, it } from 'vitest';
import { decodeSources } from '../../src/resource/index.ts';
import { admit, judge, judgeDocuments } from '../../src/validation/index.ts';

type Said = { readonly validate: boolean; readonly apiServer: boolean; readonly webhook: boolean };

/** Who refuses: v `istioctl validate`, a the API server, w the webhook. */
function refusers(text: string): string {
  const decoded = decodeSources([{ name: 'edge.yaml', text }], { defaultNamespace: 'default' });
  const findings = [...judgeDocuments(decoded), ...decoded.resources.flatMap((r) => judge(r))];
  const { refused } = admit(decoded.resources);
  const said: Said = {
    validate: findings.some((finding) => finding.istio.rejects),
    apiServer: refused.some(({ by }) => by !== 'istio'),
    webhook: refused.some(({ by }) => by !== 'api-server'),
  };
  return `${said.validate ? 'v' : ''}${said.apiServer ? 'a' : ''}${said.webhook ? 'w' : ''}`;
}

const object = (kind: string, spec: string, metadata = 'name: edge'): string =>
  `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: {${metadata}}\nspec:\n${spec}\n`;

const weight = (value: string): string =>
  object(
    'VirtualService',
    `  hosts: [db]\n  tcp:\n  - route:\n    - destination: {host: db}\n      weight: ${value}\n    - destination: {host: db2}\n      weight: 1`,
  );
const matchPort = (value: string): string =>
  object(
    'VirtualService',
    `  hosts: [db]\n  tcp:\n  - match: [{port: ${value}}]\n    route: [{destination: {host: db}}]`,
  );
const ringSize = (value: string): string =>
  object(
    'DestinationRule',
    `  host: db\n  trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, minimumRingSize: ${value}}}}`,
  );
const aggression = (value: string): string =>
  object(
    'DestinationRule',
    `  host: db\n  trafficPolicy: {loadBalancer: {warmup: {duration: 1s, aggression: ${value}}}}`,
  );
const body = (bytes: string): string =>
  object(
    'VirtualService',
    `  hosts: [web]\n  http:\n  - directResponse: {status: 200, body: {bytes: ${bytes}}}`,
  );

describe('numbers written as texts', () => {
  it.each([
    ['"5"', weight('"5"'), 'a'],
    ['blanks around it', weight('" 5 "'), 'a'],
    ['a tab before it', weight('"\\t5"'), 'vaw'],
    ['a line break behind it', weight('"5\\n"'), 'vaw'],
    ['"null" is nothing', weight('"null"'), 'a'],
    ['"-0" where a sign is allowed', weight('"-0"'), 'a'],
    ['"-0" where none is', matchPort('"-0"'), 'vaw'],
    ['"+1"', weight('"+1"'), 'vaw'],
    ['"1.0"', weight('"1.0"'), 'vaw'],
    ['a fraction in exponents', aggression('"1e3"'), 'a'],
    ['a fraction too large', aggression('"1e400"'), 'vaw'],
    ['a fraction of nothing', aggression('"null"'), 'vaw'],
    ['the largest number, which a double rounds up', ringSize('18446744073709551615'), 'vaw'],
    ['a number that a double rounds up', ringSize('18446744073709551614'), 'vaw'],
    ['a number that a double rounds down', ringSize('18446744073709550000'), 'a'],
    ['the largest number in quotes', ringSize('"18446744073709551615"'), 'a'],
    ['the one before in quotes', ringSize('"18446744073709551614"'), 'a'],
    ['one more in quotes', ringSize('"18446744073709551616"'), 'vaw'],
    ['the largest number with an exponent', ringSize('1.8446744073709551615e19'), 'vaw'],
  ])('%s', (_, text, expected) => {
    expect(refusers(text)).toBe(expected);
  });
});

describe('a field by both its names', () => {
  const mirrored = (percent: string): string =>
    object(
      'VirtualService',
      `  hosts: [web]\n  http:\n  - {route: [{destination: {host: web}}], ${percent}}`,
    );
  it.each([
    ['the wire name alone', mirrored('mirror_percent: {a: b}'), 'vaw'],
    ['the wire name is not read', mirrored('mirror_percent: {a: b}, mirrorPercent: 5'), 'a'],
    ['nor where the other is null', mirrored('mirrorPercent: null, mirror_percent: 101'), ''],
    ['too much by the wire name', mirrored('mirror_percent: 101'), 'vw'],
    ['too much by the other', mirrored('mirrorPercent: 101, mirror_percent: 5'), 'vw'],
  ])('%s', (_, text, expected) => {
    expect(refusers(text)).toBe(expected);
  });
});

describe('labels of the pods of a Deployment, of which istioctl validate wants texts', () => {
  const deployment = (metadata: string, namespace = 'default'): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: db, namespace: ${namespace}}\nspec: {template: {metadata: ${metadata}}}\n`;
  it.each([
    ['a text', deployment('{labels: {version: "1"}}'), ''],
    ['a number', deployment('{labels: {version: 1}}'), 'v'],
    ['a boolean', deployment('{labels: {a.b/on: yes}}'), 'v'],
    ['no map', deployment('{labels: db}'), 'v'],
    ['no metadata', deployment('db'), 'v'],
    ['a number in an annotation', deployment('{annotations: {version: 1}}'), ''],
    ['in the namespace of Istio', deployment('{labels: {version: 1}}', 'istio-system'), ''],
  ])('%s', (_, text, expected) => {
    expect(refusers(text).replace(/[aw]/g, '')).toBe(expected);
  });
});

describe('commands of Envoy in the value of a header', () => {
  const set = (value: string): string =>
    object(
      'VirtualService',
      `  hosts: [web]\n  http:\n  - route: [{destination: {host: web}}]\n    headers: {request: {set: {x-a: ${JSON.stringify(value)}}}}`,
    );
  it.each([
    ['%PROTOCOL%', ''],
    ['%START_TIME(%s)%', ''],
    ['%DOWNSTREAM_PEER_CERT_V_START(%b %d %H:%M:%S %Y %Z)%', ''],
    ['%DYNAMIC_METADATA(["a", "b\\"c"])%', ''],
    ['%REQ( x-a ) %', ''],
    ['100%%', ''],
    ['100%', 'vw'],
    ['%REQ(X-A):10%', 'vw'],
    ['%REQ(X-A%', 'vw'],
    ['%REQ()%', 'vw'],
    ['%(%%%', 'vw'],
    ['%A(["b" "c"])%', 'vw'],
    ['%A([b])%', 'vw'],
    ['%A(["b"]x)%', 'vw'],
    ['%A(b\\', 'vw'],
  ])('%s', (value, expected) => {
    expect(refusers(set(value))).toBe(expected);
  });
});

describe('bytes', () => {
  it.each([
    ['padded', body('aGk='), ''],
    ['without its padding', body('aGk'), 'vaw'],
    ['of the alphabet for addresses', body('a-_-'), 'vaw'],
    ['none', body('""'), 'a'],
    ['with a line break', body('"aGk=\\n"'), 'a'],
    ['whose unused bits are set', body('aH=='), ''],
  ])('%s', (_, text, expected) => {
    expect(refusers(text)).toBe(expected);
  });
});

describe('texts in !!binary', () => {
  it('are decoded', () => {
    const text = object('DestinationRule', '  host: !!binary d2Vi');
    expect(refusers(text)).toBe('');
    const { resources } = decodeSources([{ name: 'edge.yaml', text }], { defaultNamespace: '' });
    expect(resources[0]?.spec).toMatchObject({ host: 'web' });
  });

  it('are refused when they are not base64', () => {
    expect(refusers(object('DestinationRule', '  host: !!binary "*"'))).toBe('v');
  });
});

describe('outbound mode of a Sidecar by its number', () => {
  it.each([
    ['0', 'a'],
    ['2', 'a'],
    ['3', 'vaw'],
    ['4', 'a'],
  ])('%s', (mode, expected) => {
    const text = object('Sidecar', `  outboundTrafficPolicy: {mode: ${mode}}`);
    expect(refusers(text)).toBe(expected);
  });
});

describe('metadata, which only the API server looks at', () => {
  it.each([
    ['a field that it does not have', 'name: edge, lables: {}', 'a'],
    ['a namespace with capitals', 'name: edge, namespace: Team', 'a'],
    ['a namespace with dots', 'name: edge, namespace: a.b', 'a'],
    ['a label with a blank', 'name: edge, labels: {a: b c}', 'a'],
    ['a label key with two slashes', 'name: edge, labels: {a/b/c: d}', 'a'],
    ['an empty label', 'name: edge, labels: {a: ""}', ''],
    ['an annotation key with capitals', 'name: edge, annotations: {A.b/C: d}', ''],
    ['a label key with capitals in its prefix', 'name: edge, labels: {A.b/C: d}', 'a'],
    ['what a cluster wrote', 'name: edge, uid: u, generation: 3, managedFields: []', ''],
    ['a resourceVersion without quotes', 'name: edge, resourceVersion: 123', 'a'],
    ['a resourceVersion', 'name: edge, resourceVersion: "123"', ''],
    ['a generation below 0', 'name: edge, generation: -16', 'a'],
    ['the beginning of a name', 'name: edge, generateName: edge-', ''],
    ['the beginning of a name, unlike one', 'name: edge, generateName: "12:30"', 'a'],
    ['a dash behind what is cut away', 'name: edge, generateName: A-', ''],
    ['a dash alone', 'name: edge, generateName: "-"', 'a'],
    ['a generation in quotes', 'name: edge, generation: "3"', 'a'],
    ['no time of creation', 'name: edge, creationTimestamp: null', ''],
    ['a time of creation', 'name: edge, creationTimestamp: "2024-02-29T23:59:59.5+02:00"', ''],
    ['a day for a time', 'name: edge, creationTimestamp: "2024-02-29"', 'a'],
    ['a day that never was', 'name: edge, creationTimestamp: "2023-02-29T00:00:00Z"', 'a'],
    ['a finalizer', 'name: edge, finalizers: [a.example.com/b]', ''],
    ['an empty finalizer', 'name: edge, finalizers: [""]', 'a'],
    [
      'an owner without uid',
      'name: edge, ownerReferences: [{apiVersion: v1, kind: Pod, name: a}]',
      'a',
    ],
    [
      'an owner',
      'name: edge, ownerReferences: [{apiVersion: v1, kind: Pod, name: a, uid: u, controller: true}]',
      '',
    ],
    [
      'an Event for an owner',
      'name: edge, ownerReferences: [{apiVersion: v1, kind: Event, name: a, uid: u}]',
      'a',
    ],
  ])('%s', (_, metadata, expected) => {
    expect(refusers(object('DestinationRule', '  host: db', metadata))).toBe(expected);
  });
});

it('checks an object with a forbidden annotation to its end, as istioctl analyze does', () => {
  const text = object(
    'Sidecar',
    '  egress: []',
    'name: edge, annotations: {istio.io/dry-run: "true"}',
  );
  expect(refusers(text)).toBe('vw');
  const { resources } = decodeSources([{ name: 'edge.yaml', text }], { defaultNamespace: '' });
  const codes = resources.flatMap((resource) => judge(resource)).map(({ istio }) => istio.code);
  expect(codes).toEqual([null, 'IST0106']);
});

describe('Services on which istioctl validate crashes', () => {
  const service = (spec: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: s}\n${spec}\n`;
  it.each([
    ['spec: {}', ''],
    ['spec:', 'v'],
    ['', 'v'],
    ['spec: {ports: }', 'v'],
    ['spec: {ports: []}', ''],
    ['spec: {ports: [80]}', 'v'],
    ['spec: {ports: [{name: 80}]}', 'v'],
    ['spec: {ports: [{name: 80, appProtocol: tcp}]}', ''],
    ['spec: {ports: [{name: 80, protocol: udp}]}', ''],
    ['spec: {ports: [{name: tcp, protocol: 6}]}', 'v'],
  ])('%s', (spec, expected) => {
    expect(refusers(service(spec)).replace('a', '')).toBe(expected);
  });
});

it('takes a misspelt metadata for a field beside spec', () => {
  const text =
    'apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata.: {name: a}\nspec: {egress: [{hosts: [./*]}]}\n';
  expect(refusers(text)).toBe('va');
});

describe('the text of documents', () => {
  const spec = 'spec:\n  host: db\n';
  const rule = (first: string, last = spec): string =>
    `${first}apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\n${last}`;
  const wrong = rule('', 'spec: {hst: db}\n');

  it.each([
    ['a tab alone in a line', rule('', 'spec:\n\t\n  host: db\n'), true],
    [
      'a tab behind a text that ends less indented',
      rule('', 'spec:\n  host: db\n\t\n  exportTo: []\n'),
      true,
    ],
    [
      'a tab behind a text, as far in as it might go on',
      rule('', 'spec:\n  host: db\n   \t\n  exportTo: []\n'),
      false,
    ],
    ['a tab behind quotes', rule('', 'spec:\n  host: "db"\n   \t\n  exportTo: []\n'), true],
    ['a tab before a comment', rule('', 'spec:\n  host: db\n\t# why\n  exportTo: []\n'), true],
    ['a tab behind a value', rule('', 'spec:\n  host: db\t\n  exportTo: []\t# why\n'), false],
    ['a tab between a key and its value', rule('', 'spec:\n  host:\tdb\n'), false],
    ['a tab behind a dash', rule('', 'spec:\n  host: db\n  exportTo:\n  -\ta\n'), true],
    ['tabs in a flow collection', rule('', 'spec: {host: db,\t\n  exportTo: [\ta,\tb]}\n'), false],
    [
      'a tab in a quoted text',
      rule('', 'spec:\n  host: db\n  exportTo: ["a\n\n\tb"]\n').replace('"a', '"'),
      true,
    ],
    [
      'tabs in a block text',
      `${rule('')}  exportTo:\n  - |-\n    a\n`.replace(
        'metadata: {name: a}',
        'metadata:\n  name: a\n  annotations:\n    note: |\n      a\n      \tb\n      \t\n',
      ),
      false,
    ],
    [
      'a tab less indented than its block text',
      rule('').replace(
        'metadata: {name: a}',
        'metadata:\n  name: a\n  annotations:\n    note: |\n      a\n\t\n      b\n',
      ),
      true,
    ],
    ['a line of dashes', `${rule('')}-----\n${rule('')}`, true],
    [
      'text behind a separator',
      `${rule('')}--- # fine\n${rule('')}---apiVersion: v1\nkind: Pod\n`,
      true,
    ],
    ['a comment right behind a separator', `${rule('')}---# fine\n${rule('')}`, false],
    ['what follows the end of a document', `${rule('')}...\n${wrong}`, false],
    ['what follows a separator after that', `${rule('')}...\n${wrong}---\n${wrong}`, true],
    ['an end before the document', `...\n${rule('')}`, true],
    ['an end behind a separator', `---\n...\n${wrong}`, false],
    [
      'what follows a closing bracket',
      `{"apiVersion": "v1", "kind": "ConfigMap"}\n  "spec": {"a": 1}\n`,
      false,
    ],
    ['a bracket that is never closed', '{"apiVersion": "v1", "kind": "ConfigMap"\n', true],
    ['a first line that is indented', wrong.replace(/^/, '  '), false],
    ['a second line that is indented', rule('').replace('kind', '  kind'), true],
  ])('%s', (_, text, refused) => {
    expect(refusers(text).includes('v') ? 'v' : '').toBe(refused ? 'v' : '');
  });
});

describe('colons and question marks without quotes inside brackets', () => {
  const entry = (addresses: string): string =>
    `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a}\nspec:\n  hosts: [a.example.com]\n  addresses: ${addresses}\n  ports: [{number: 443, name: tls, protocol: TLS}]\n  resolution: NONE\n`;

  it.each([
    ['[fd00::]', ''],
    ['[fd00::, 192.0.2.1]', ''],
    ['[192.0.2.1, fd00:: ]', 'vaw'],
    ['[fd00::/8]', ''],
    ['["::1"]', ''],
    ['[::1]', 'v'],
    ['[192.0.2.1, ::1]', 'v'],
    ['[a:]', 'vw'],
  ])('%s', (addresses, expected) => {
    expect(refusers(entry(addresses))).toBe(expected);
  });

  it.each([
    ['{a: fd00::}', ''],
    ['{a: b, c: fd00:: , d: e}', 'v'],
    ['{a:}', ''],
    ['{a: :80}', 'v'],
    ['{a: x.*?}', 'v'],
    ["{a: 'x.*?'}", ''],
  ])('annotations %s', (map, expected) => {
    const text = entry('[192.0.2.1]').replace('{name: a}', `{name: a, annotations: ${map}}`);
    expect(refusers(text).replace(/[aw]/g, '')).toBe(expected);
  });
});

describe('merge keys, repeated keys and tags', () => {
  const labels = (map: string, base = '{a: "1"}'): string =>
    `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\nspec:\n  host: db\n  subsets:\n  - name: one\n    labels: &base ${base}\n  - name: two\n    labels:\n${map.replace(/^/gm, '      ')}\n`;

  it.each([
    ['a merge of other keys', labels('<<: *base\nb: "2"'), ''],
    ['a key over a merged one', labels('<<: *base\na: "2"'), 'v'],
    ['a merge over a key', labels('a: "2"\n<<: *base'), 'v'],
    ['two merges with one key', labels('<<: [*base, {a: "3"}]'), 'v'],
    ['a number and a text of one name', labels('1: a\n"1": b'), ''],
    ['a whole number and a fraction of one name', labels('1: a\n1.0: b'), ''],
    ['a number in two forms', labels('1: a\n0x1: b'), 'v'],
    ['a number behind an unknown tag', labels('a: !mine 5'), ''],
    ['a number behind its tag', labels('a: !!int 5'), 'vaw'],
    ['a word behind the tag of numbers', labels('a: !!int five'), 'v'],
    ['a fraction behind the tag of whole numbers', labels('a: !!int 5.0'), 'v'],
    ['a word behind the tag of null', labels('a: !!null x'), 'v'],
  ])('%s', (_, text, expected) => {
    expect(refusers(text)).toBe(expected);
  });

  it.each([
    ['<<: *base\na: "2"', '2'],
    ['a: "2"\n<<: *base', '1'],
    ['<<: [*base, {a: "3"}]', '1'],
  ])('of %j the last counts where repeated keys are accepted', (map, value) => {
    const { resources } = decodeSources([{ name: 'x', text: labels(map) }], {
      defaultNamespace: '',
    });
    const [resource] = resources;
    const subsets = resource?.kind === 'DestinationRule' ? resource.spec.subsets : undefined;
    expect(subsets?.[1]?.labels).toHaveProperty('a', value);
  });
});

it.each([
  ['9223372036854775807', ''],
  ['9223372036854775808', 'a'],
])('a ring of %s', (size, expected) => {
  const hash = `{useSourceIp: true, ringHash: {minimumRingSize: ${size}}}`;
  const spec = `  host: db\n  trafficPolicy: {loadBalancer: {consistentHash: ${hash}}}`;
  expect(refusers(object('DestinationRule', spec))).toBe(expected);
});

describe('values at the edges of a check', () => {
  const pool = (idleTimeout: string): string =>
    object(
      'DestinationRule',
      `  host: db\n  trafficPolicy: {connectionPool: {tcp: {idleTimeout: ${idleTimeout}}}}`,
    );
  const cors = (header: string): string =>
    object(
      'VirtualService',
      `  hosts: [web]\n  http:\n  - route: [{destination: {host: web}}]\n    corsPolicy: {allowHeaders: ["${header}"]}`,
    );
  const priority = (label: string): string =>
    object(
      'DestinationRule',
      `  host: db\n  trafficPolicy:\n    outlierDetection: {interval: 1s}\n    loadBalancer:\n      localityLbSetting: {failover: [{from: a, to: b}], failoverPriority: ["${label}"]}`,
    );

  const subnet = (text: string): string =>
    object(
      'VirtualService',
      `  hosts: [db]\n  tcp:\n  - match: [{destinationSubnets: ["${text}"]}]\n    route: [{destination: {host: db}}]`,
    );
  const abort = (percentage: string): string =>
    object(
      'VirtualService',
      `  hosts: [web]\n  http:\n  - route: [{destination: {host: web}}]\n    fault: {abort: {httpStatus: 500, percentage: {value: ${percentage}}}}`,
    );
  const header = (value: string): string =>
    object(
      'VirtualService',
      `  hosts: [web]\n  http:\n  - route: [{destination: {host: web}}]\n    headers: {request: {set: {x: "${value}"}}}`,
    );
  const configMap = (name: string): string =>
    object(
      'DestinationRule',
      `  host: db\n  trafficPolicy: {tls: {mode: SIMPLE, credentialName: ${name}}}`,
      'name: edge, namespace: default',
    );

  it.each([
    ['an idle timeout of nothing', pool('0s'), ''],
    ['a negative idle timeout', pool('-5s'), 'vw'],
    ['a header with a comma', cors('x,y'), ''],
    ['a header with a semicolon', cors('x;y'), 'vw'],
    ['a control character between percent signs', header('%\\x01%'), 'vw'],
    ['three percent signs', header('%%%'), 'vw'],
    ['four percent signs', header('%a%%b%'), ''],
    ['a ConfigMap', configMap('configmap://default/ca'), ''],
    ['a ConfigMap behind which more stands', configMap('configmap://default/ca/more'), ''],
    ['a ConfigMap of another namespace', configMap('configmap://other/ca'), 'vw'],
    ['a subnet with an IPv4 address inside', subnet('::ffff:1.2.3.4/96'), ''],
    ['a percentage that is no number', abort('"NaN"'), ''],
    ['a percentage below the least', abort('0.00001'), 'vw'],
    ['a topology label', priority('topology.kubernetes.io/region'), 'vw'],
    ['a topology label with a value', priority('topology.kubernetes.io/region=a'), ''],
  ])('%s', (_, text, expected) => {
    expect(refusers(text).replace('a', '')).toBe(expected);
  });

  it.each([
    ['app: a', ['IST0133']],
    ['app: "*"', ['IST0106']],
  ])('warns of nothing else once the selector {%s} is refused', (labels, expected) => {
    const text = object(
      'ServiceEntry',
      `  hosts: ["*x.example.com"]\n  resolution: STATIC\n  workloadSelector: {labels: {${labels}}}`,
    );
    const { resources } = decodeSources([{ name: 'x', text }], { defaultNamespace: '' });
    const codes = resources
      .flatMap((resource) => judge(resource))
      .flatMap(({ istio }) => istio.code ?? []);
    expect(codes).toEqual(expected);
  });
});
