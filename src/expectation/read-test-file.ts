/** Decodes a test file (`*.mesh-test.yaml`). Never throws: what is wrong comes back as findings with their places. */
import { parseAddress } from '../address/index.ts';
import { type Finding, findingOf, type RuleMeta } from '../diagnostic/index.ts';
import type { Protocol } from '../routing/index.ts';
import type { Source } from '../text/index.ts';
import { parseOwnYaml, type YamlDocument, type YamlProblem } from '../yaml/index.ts';
import { type Found, type NodeReader, nodeReader, spanOf } from './node-reader.ts';
import { readExpectation } from './read-expectation.ts';
import type { ClientMode, Connection, DescribedCall, From, Target, TestFile } from './test-file.ts';

export const testFileRule: RuleMeta = {
  code: 'TCM0901',
  name: 'test-file',
  severity: 'error',
  summary: 'A test file (*.mesh-test.yaml) that cannot be run as it is written.',
  why: 'None of its connections is checked; `tcpmesh test` ends with exit code 2.',
  help: 'Write it as docs and `tcpmesh test --init` show.',
  istio: { rejects: false, code: null, source: '' },
};

const protocols: readonly Protocol[] = ['tcp', 'http', 'tls'];

/** file is null when nothing can be run; findings are empty when the file is sound. */
export type ReadTestFile = {
  readonly file: TestFile | null;
  readonly findings: readonly Finding[];
};

export function readTestFile(source: Source): ReadTestFile {
  const documents = parseOwnYaml(source);
  const broken = documents.flatMap((document) => document.problems.map(syntaxFinding));
  if (broken.length > 0) return { file: null, findings: broken };
  const reader = nodeReader(testFileRule);
  const document = onlyDocument(source, documents, reader);
  if (document === null) return { file: null, findings: reader.findings };
  const file = readRoot(source, document, reader);
  return { file: reader.findings.length === 0 ? file : null, findings: reader.findings };
}

export function syntaxFinding({ message, help, span, related }: YamlProblem): Finding {
  return findingOf(testFileRule, { message, help, span, related, path: '', resource: null });
}

export function onlyDocument(
  source: Source,
  documents: readonly YamlDocument[],
  reader: NodeReader,
): Found | null {
  const roots = documents.flatMap(({ root }) => (root === null ? [] : [root]));
  const [root, second] = roots;
  if (root === undefined) {
    const nothing = { source, start: 0, end: 0 };
    reader.report(
      { node: { ...nothing, kind: 'scalar', value: null, style: 'plain', text: '' }, path: [] },
      'this test file is empty',
      'Write config: and connections:, or let `tcpmesh test --init` write a first file.',
    );
    return null;
  }
  if (second !== undefined)
    reader.report(
      { node: second, path: [] },
      'a test file holds one document, this is a second one',
      'Move it to a file of its own.',
    );
  return { node: root, path: [] };
}

function readRoot(source: Source, root: Found, reader: NodeReader): TestFile | null {
  const fields = reader.fields(root, ['config', 'created', 'connections']);
  if (fields === null) return null;
  const config = (reader.items(fields.get('config')) ?? []).flatMap((item) => {
    const path = reader.text(item);
    return path === undefined ? [] : [{ path, span: spanOf(item.node) }];
  });
  if (fields.get('config') === undefined)
    reader.report(
      root,
      'config is missing: which files hold the mesh?',
      'Add `config: [mesh.yaml]`, relative to this file.',
    );
  const connections = fields.get('connections');
  if (connections === undefined)
    reader.report(root, 'connections is missing', 'List the connections to check under it.');
  return {
    source,
    config,
    created: readCreated(fields.get('created'), reader),
    connections: (reader.items(connections) ?? []).flatMap((item, i) => {
      const connection = readConnection(item, i, reader);
      return connection === null ? [] : [connection];
    }),
  };
}

function readCreated(found: Found | undefined, reader: NodeReader): string | null {
  const created = reader.text(found);
  if (found === undefined || created === undefined) return null;
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
  if (!form.test(created) || Number.isNaN(Date.parse(created)))
    reader.report(
      found,
      `created ${JSON.stringify(created)} is not a time`,
      'Write it as "2024-01-01T00:00:00Z".',
    );
  return created;
}

function readConnection(found: Found, index: number, reader: NodeReader): Connection | null {
  const described = readDescribedCall(found, index, reader);
  const expected = reader.fieldOf(found, 'expect');
  const help = 'Say what should happen, at least `expect: {outcome: routed}`.';
  const expect = need(expected, found, 'expect', help, reader, readExpectation);
  return described === null || expect === null ? null : { ...described, expect };
}

/** A connection without what is expected of it; an `expect` may be there. */
export function readDescribedCall(
  found: Found,
  index: number,
  reader: NodeReader,
): DescribedCall | null {
  const fields = reader.fields(found, ['name', 'from', 'to', 'sni', 'protocol', 'expect']);
  if (fields === null) return null;
  const from = need(fields.get('from'), found, 'from', 'Say who connects.', reader, readFrom);
  const to = need(fields.get('to'), found, 'to', 'Say to what it connects.', reader, (at) =>
    readTarget(at, from?.kind === 'gateway', reader),
  );
  const name = reader.text(fields.get('name')) ?? `connection ${index + 1}`;
  const sni = reader.text(fields.get('sni')) ?? to?.sni;
  const protocol = reader.oneOf(fields.get('protocol'), protocols) ?? to?.protocol;
  if (from === null || to === null) return null;
  return {
    name,
    span: spanOf(found.node),
    from,
    to: to.target,
    sni,
    protocol: protocol ?? (sni === undefined ? 'tcp' : 'tls'),
  };
}

function need<T>(
  found: Found | undefined,
  parent: Found,
  key: string,
  help: string,
  reader: NodeReader,
  read: (found: Found, reader: NodeReader) => T | null,
): T | null {
  if (found !== undefined) return read(found, reader);
  reader.report(parent, `${key} is missing`, help);
  return null;
}

function readFrom(found: Found, reader: NodeReader): From | null {
  const fields = reader.fields(found, ['namespace', 'labels', 'ip', 'workload', 'gateway', 'mode']);
  if (fields === null) return null;
  const workload = fields.get('workload');
  const gateway = fields.get('gateway');
  const forms = [workload, gateway, fields.get('namespace') ?? fields.get('labels')];
  if (forms.filter((form) => form !== undefined).length !== 1) {
    reader.report(
      found,
      'from must name a namespace (and labels), or a workload, or a gateway',
      'Write one of {namespace: foo, labels: {app: x}}, {workload: foo/x}, {gateway: {namespace: istio-system, labels: {istio: ingressgateway}}}.',
    );
    return null;
  }
  const mode = reader.oneOf(fields.get('mode'), clientModes);
  if (workload !== undefined) return readWorkload(workload, mode, reader);
  if (gateway !== undefined && fields.get('mode') !== undefined)
    reader.report(found, 'mode has no say at a gateway', 'Leave it out.');
  const described =
    gateway === undefined ? fields : reader.fields(gateway, ['namespace', 'labels']);
  if (described === null) return null;
  const namespace = reader.text(described.get('namespace')) ?? 'default';
  const labels = reader.textMap(described.get('labels')) ?? {};
  if (gateway !== undefined) return { kind: 'gateway', namespace, labels };
  return {
    kind: mode ?? 'sidecar',
    namespace,
    labels,
    ip: readAddress(described.get('ip'), reader),
  };
}

const clientModes = ['sidecar', 'ambient'] as const;

function readWorkload(found: Found, mode: ClientMode | undefined, reader: NodeReader): From | null {
  const text = reader.text(found);
  if (text === undefined) return null;
  const parts = text.split('/');
  const [namespace, name] = parts.length === 1 ? ['default', parts[0]] : parts;
  if (parts.length > 2 || !namespace || !name) {
    reader.report(
      found,
      `workload ${JSON.stringify(text)} is not the name of a workload`,
      'Write namespace/name.',
    );
    return null;
  }
  return { kind: 'workload', namespace, name, mode };
}

/** sni and protocol may stand beside host and port or one level up. */
type ReadTarget = {
  readonly target: Target;
  readonly sni: string | undefined;
  readonly protocol: Protocol | undefined;
};

function readTarget(found: Found, gateway: boolean, reader: NodeReader): ReadTarget | null {
  const fields = reader.fields(found, ['host', 'ip', 'port', 'sni', 'protocol']);
  if (fields === null) return null;
  const host = reader.text(fields.get('host'));
  const ip = readAddress(fields.get('ip'), reader);
  const port = reader.integer(fields.get('port'), 1, 65535);
  if (!fields.given('port'))
    reader.report(found, 'to.port is missing', 'Add the port that is dialled.');
  if (!gateway && fields.get('host') === undefined && fields.get('ip') === undefined)
    reader.report(found, 'to needs a host or an ip', 'Add `host:` or `ip:` (or both).');
  const sni = reader.text(fields.get('sni'));
  const protocol = reader.oneOf(fields.get('protocol'), protocols);
  if (port === undefined) return null;
  return { target: { host, ip, port }, sni, protocol };
}

function readAddress(found: Found | undefined, reader: NodeReader): string | undefined {
  const ip = reader.text(found);
  if (found !== undefined && ip !== undefined && parseAddress(ip) === null)
    reader.report(found, `ip ${JSON.stringify(ip)} is not an address`, 'Write it as 10.96.20.1.');
  return ip;
}
