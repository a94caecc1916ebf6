/** A decoded message as a text that is equal for messages that protobuf takes for equal. */
import type { FieldType, MessageType, Placed } from '../../resource/index.ts';

/** grouped: of a one-of group, whose members are there even when they are empty. */
type CanonicalField = {
  readonly name: string;
  readonly type: FieldType;
  readonly grouped: boolean;
};

const fieldsOfTypes = new WeakMap<MessageType, readonly CanonicalField[]>();

function fieldsOf(type: MessageType): readonly CanonicalField[] {
  const known = fieldsOfTypes.get(type);
  if (known !== undefined) return known;
  const grouped = new Set(type.oneOf.flatMap((group) => Object.values(group).flat()));
  const fields = Object.entries(type.fields).map(([name, field]) => ({
    name,
    type: field,
    grouped: grouped.has(name),
  }));
  fieldsOfTypes.set(type, fields);
  return fields;
}

/** Order of map keys does not matter, of list elements it does; an empty list or map, 0, false and "" count as absent. */
export function canonical(type: MessageType, value: Placed, without = ''): string {
  const values = value as { readonly [name: string]: unknown } & Placed;
  let text = '{';
  for (const field of fieldsOf(type)) {
    const part = values[field.name];
    if (part === undefined || field.name === without) continue;
    if (!field.grouped && isZero(field.type, part)) continue;
    text += `${field.name}:${canonicalValue(field.type, part)},`;
  }
  return `${text}}`;
}

function canonicalValue(type: FieldType, value: unknown): string {
  switch (type.kind) {
    case 'message':
      return canonical(type, value as Placed);
    case 'int':
      return String(value);
    case 'list':
      return `[${(value as readonly unknown[]).map((item) => canonicalValue(type.element, item)).join(',')}]`;
    case 'map': {
      const entries = Object.entries(value as { readonly [key: string]: unknown });
      const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
      return `{${sorted.map(([key, item]) => `${JSON.stringify(key)}:${canonicalValue(type.element, item)}`).join(',')}}`;
    }
    default:
      return JSON.stringify(value);
  }
}

function isZero(type: FieldType, value: unknown): boolean {
  switch (type.kind) {
    case 'message':
    case 'struct':
      return false;
    case 'list':
      return (value as readonly unknown[]).length === 0;
    case 'map':
      return Object.keys(value as object).length === 0;
    case 'enum':
      return value === type.values[0];
    default:
      return value === '' || value === 0 || value === false;
  }
}
