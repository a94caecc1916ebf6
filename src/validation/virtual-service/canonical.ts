/** A decoded message as a text that is equal for messages that protobuf takes for equal. */
import type { FieldType, MessageType, Placed } from '../../resource/index.ts';

/** Order of map keys does not matter, of list elements it does; an empty list or map, 0, false and "" count as absent. */
export function canonical(
  type: MessageType,
  value: Placed,
  without: readonly string[] = [],
): string {
  const parts: string[] = [];
  const grouped = new Set(type.oneOf.flatMap((group) => Object.values(group).flat()));
  for (const [name, field] of Object.entries(type.fields)) {
    const part = (value as { readonly [name: string]: unknown } & Placed)[name];
    if (part === undefined || without.includes(name)) continue;
    // A member of a one-of group is there even when it is empty.
    if (isZero(field, part) && !grouped.has(name)) continue;
    parts.push(`${name}:${canonicalValue(field, part)}`);
  }
  return `{${parts.join(',')}}`;
}

function canonicalValue(type: FieldType, value: unknown): string {
  switch (type.kind) {
    case 'message':
      return canonical(type, value as Placed);
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
