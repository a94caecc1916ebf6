/**
 * Shapes of the built-in kinds: which fields there are, of which type, and how a strategic merge treats lists.
 * One table serves three: strict decoding, strategic merge and OpenAPI (`kubectl explain`).
 */

export type Schema =
  | { readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'any' }
  /** A whole number or text: ports, quantities. */
  | { readonly type: 'int-or-string' }
  | { readonly type: 'map'; readonly of: Schema }
  | {
      readonly type: 'list';
      readonly of: Schema;
      /** Strategic merge joins items by this field; '' joins plain values as a set; absent: the list is replaced whole. */
      readonly mergeKey?: string;
    }
  | ObjectSchema;

export type ObjectSchema = {
  readonly type: 'object';
  readonly name: string;
  readonly fields: Readonly<Record<string, Schema>>;
};

export const text: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
export const bool: Schema = { type: 'boolean' };
export const any: Schema = { type: 'any' };
export const intOrString: Schema = { type: 'int-or-string' };
export const texts: Schema = { type: 'list', of: text };
export const textMap: Schema = { type: 'map', of: text };
export const quantities: Schema = { type: 'map', of: intOrString };

export const object = (name: string, fields: ObjectSchema['fields']): ObjectSchema => ({
  type: 'object',
  name,
  fields,
});
export const list = (of: Schema): Schema => ({ type: 'list', of });
export const mergeList = (of: Schema, mergeKey: string): Schema => ({ type: 'list', of, mergeKey });

/** Several fields of one type. */
export const fields = (type: Schema, ...names: readonly string[]): ObjectSchema['fields'] =>
  Object.fromEntries(names.map((name) => [name, type]));
