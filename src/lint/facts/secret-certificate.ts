/** What is wrong with the certificate of a Secret (credentials/kube/secrets.go:ExtractCertInfo, xds/sds.go:ValidateCertificate). */
import { at, type Resource } from '../../resource/index.ts';
import { bytesOfBase64 } from '../../text/index.ts';
import { below, type YamlNode } from '../../yaml/index.ts';
import { validitiesOf } from './certificate.ts';

/** Certificate and key; the first pair of which both are given counts. */
const pairs = [
  ['cert', 'key'],
  ['tls.crt', 'tls.key'],
] as const;

/** now: milliseconds since 1970, null where the time is not to be judged. The answer follows `Secret ns/name`; null where all is well. */
export function certificateProblem(secret: Resource<'Secret'>, now: number | null): string | null {
  const data = dataOf(secret);
  const has = (key: string): boolean => data.has(key) && data.get(key) !== '';
  const pair = pairs.find((keys) => keys.every(has));
  if (pair === undefined) return missing(data);
  const [key] = pair;
  const pem = data.get(key) ?? null;
  if (pem === null) return `has a ${key} that is not base64`;
  const block = pemBlock(pem);
  if (block === null) return `has a ${key} that is not in the PEM format`;
  const validities = validitiesOf(block);
  if (validities === null) return `has a ${key} that holds no certificate`;
  if (now === null) return null;
  const over = validities.find(({ to }) => now > to);
  if (over !== undefined) return `has a certificate that was valid until ${dayOf(over.to)}`;
  const early = validities.find(({ from }) => now < from);
  return early === undefined
    ? null
    : `has a certificate that is valid from ${dayOf(early.from)} on`;
}

function missing(data: ReadonlyMap<string, string | null>): string {
  const empty = pairs.find((keys) => keys.every((key) => data.has(key)));
  if (empty !== undefined) return `has ${empty.join(' and ')}, but not both are filled in`;
  const found = [...data.keys()].sort();
  const had = found.length === 0 ? 'no data' : `only ${found.slice(0, 5).join(', ')}`;
  return `needs tls.crt and tls.key (or cert and key), and has ${had}`;
}

/** By key; null where the value is not base64. stringData is written over data when the object is stored. */
function dataOf({ root }: Resource<'Secret'>): ReadonlyMap<string, string | null> {
  const { node } = root[at];
  const data = new Map<string, string | null>();
  for (const [key, text] of textsAt(node, 'data')) data.set(key, textOfBase64(text));
  for (const [key, text] of textsAt(node, 'stringData')) data.set(key, text);
  return data;
}

function* textsAt(node: YamlNode, field: string): Generator<[string, string]> {
  const map = below(node, field);
  if (map?.kind !== 'map') return;
  for (const { key, value } of map.entries)
    if (value.kind === 'scalar') yield [key, typeof value.value === 'string' ? value.value : ''];
}

/** The first block of a text that is one (encoding/pem:Decode); lines with a colon before the base64 are headers. */
function pemBlock(text: string): Uint8Array | null {
  const blocks = text.matchAll(/(?:^|\n)-----BEGIN ([^\n]*?)-----\s*\n([^-]*)-----END \1-----/g);
  for (const [, , body = ''] of blocks) {
    const lines = body.split('\n').filter((line) => !line.includes(':'));
    const bytes = bytesOfBase64(lines.join('').replace(/[ \t]/g, ''));
    if (bytes !== null) return bytes;
  }
  return null;
}

/** Each character of the answer is a byte: PEM has no others than those of ASCII. */
function textOfBase64(code: string): string | null {
  const bytes = bytesOfBase64(code);
  return bytes === null ? null : Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
