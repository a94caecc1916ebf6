/** Kubernetes' protobuf envelope to JSON, for the messages that messages.ts knows. What it does not know is refused, never dropped. */
import type { JsonObject, JsonValue } from '../../json.ts';
import { timestamp } from '../../object-store.ts';
import { ApiError } from '../status.ts';
import { type ProtobufField, type ProtobufMessage, protobufMessage } from './messages.ts';

const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
const depthMax = 20;

export function decodeProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, 4).equals(magic)) throw broken('it does not begin with k8s');
  let apiVersion = '';
  let kind = '';
  let raw: Buffer = Buffer.alloc(0);
  for (const { number, value } of fieldsOf(body.subarray(4))) {
    if (!Buffer.isBuffer(value)) continue;
    if (number === 1)
      for (const inner of fieldsOf(value)) {
        if (inner.number === 1) apiVersion = textOf(inner.value);
        if (inner.number === 2) kind = textOf(inner.value);
      }
    if (number === 2) raw = value;
  }
  const message = protobufMessage(kind);
  if (message === undefined) throw unsupported(kind);
  return { apiVersion, kind, ...decodeMessage(message, kind, raw, 0) };
}

function decodeMessage(
  message: ProtobufMessage,
  path: string,
  bytes: Buffer,
  depth: number,
): JsonObject {
  if (depth > depthMax) throw broken('it is nested too deep');
  const members = new Map<string, JsonValue>();
  for (const { number, value } of fieldsOf(bytes)) {
    const field = message.get(number);
    if (field === undefined) {
      // Go's encoder writes empty parts too.
      if (Buffer.isBuffer(value) ? value.length === 0 : value === 0n) continue;
      throw unsupported(`field ${number} of ${path}`);
    }
    put(members, field, `${path}.${field.name}`, value, depth);
  }
  return Object.fromEntries(members);
}

function put(
  members: Map<string, JsonValue>,
  field: ProtobufField,
  path: string,
  value: Buffer | bigint,
  depth: number,
): void {
  const before = members.get(field.name);
  if (field.map) {
    const entry = new Map(fieldsOf(asBytes(value)).map((one) => [one.number, one.value]));
    const held = (before ?? {}) as JsonObject;
    const decoded = single(field, path, entry.get(2) ?? Buffer.alloc(0), depth) ?? '';
    members.set(field.name, { ...held, [textOf(entry.get(1) ?? Buffer.alloc(0))]: decoded });
    return;
  }
  const decoded = single(field, path, value, depth);
  if (field.repeated) {
    const held = (before ?? []) as readonly JsonValue[];
    members.set(field.name, [...held, decoded ?? (field.type === 's' ? '' : {})]);
  } else if (decoded !== undefined) members.set(field.name, decoded);
}

/** undefined: the zero value of what is not there. */
function single(
  field: ProtobufField,
  path: string,
  value: Buffer | bigint,
  depth: number,
): JsonValue | undefined {
  switch (field.type) {
    case 's':
      return textOf(value) === '' ? undefined : textOf(value);
    case 'i':
      return value === 0n ? undefined : numberOf(value);
    case 'I':
      return numberOf(value);
    case 'b':
      return value === 0n ? undefined : true;
    case 'B':
      return value !== 0n;
    case 'y':
      return asBytes(value).toString('base64');
    case 't': {
      const seconds = fieldsOf(asBytes(value)).find(({ number }) => number === 1)?.value;
      return seconds === undefined ? undefined : timestamp(numberOf(seconds) * 1000);
    }
    case 'Q':
      return textOf(
        fieldsOf(asBytes(value)).find(({ number }) => number === 1)?.value ?? Buffer.alloc(0),
      );
    case 'x':
      return intOrString(asBytes(value));
    default: {
      const message = protobufMessage(field.type);
      if (message === undefined) throw unsupported(path);
      const decoded = decodeMessage(message, path, asBytes(value), depth + 1);
      return Object.keys(decoded).length === 0 && !field.repeated ? undefined : decoded;
    }
  }
}

function intOrString(bytes: Buffer): JsonValue | undefined {
  const parts = new Map(fieldsOf(bytes).map(({ number, value }) => [number, value]));
  if (parts.get(1) === 1n) return textOf(parts.get(3) ?? Buffer.alloc(0));
  const number = numberOf(parts.get(2) ?? 0n);
  return number === 0 ? undefined : number;
}

type WireField = { readonly number: number; readonly value: Buffer | bigint };

function fieldsOf(bytes: Buffer): WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw broken('it ends too early');
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw broken('a number is too long');
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw broken('it ends too early');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        fields.push({ number, value: varint() });
        break;
      case 1:
        fields.push({ number, value: take(8) });
        break;
      case 2:
        fields.push({ number, value: take(Number(varint())) });
        break;
      case 5:
        fields.push({ number, value: take(4) });
        break;
      default:
        throw broken('it holds a field of an unknown wire type');
    }
  }
  return fields;
}

function asBytes(value: Buffer | bigint): Buffer {
  if (!Buffer.isBuffer(value)) throw broken('a number stands where bytes belong');
  return value;
}

function textOf(value: Buffer | bigint): string {
  return asBytes(value).toString('utf8');
}

/** Negative numbers come as 64 bits of two's complement. */
function numberOf(value: Buffer | bigint): number {
  if (Buffer.isBuffer(value)) throw broken('bytes stand where a number belongs');
  return Number(BigInt.asIntN(64, value));
}

function broken(why: string): ApiError {
  return new ApiError('BadRequest', `the body is no Kubernetes protobuf: ${why}`);
}

function unsupported(what: string): ApiError {
  return new ApiError(
    'UnsupportedMediaType',
    `this server does not read ${what} from protobuf; send JSON or YAML (kubectl apply -f does)`,
  );
}
