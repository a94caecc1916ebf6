/**
 * The language of the field tables. From one table come the decoder, the unknown-field check with its suggestions,
 * the API server's schema check, the JSON Schema for editors, and the TypeScript type of the decoded value.
 */
import type { Placed } from './place.ts';

/** What only the API server's schema asks of a field, whatever its type. */
type Traits = {
  readonly required?: true;
  readonly nullable?: true;
  /** Checks that a type cannot express, by the name under which validation/ knows them. */
  readonly rules?: readonly SchemaRule[];
};

/** Names of the checks that the API server makes by expression on the Istio kinds. */
export type SchemaRule =
  | 'address-or-network'
  | 'cidr-needs-none-or-static'
  | 'credential-name-or-names'
  | 'credential-names-or-tls-certificates'
  | 'no-empty-key'
  | 'no-wildcard'
  | 'no-wildcard-key'
  | 'none-without-endpoints'
  | 'not-star'
  | 'port-names'
  | 'port-range'
  | 'round-robin-one-endpoint'
  | 'uds-absolute'
  | 'uds-not-a-folder'
  | 'uds-without-ports'
  | 'unique-port-numbers'
  | 'workload-selector-or-endpoints';

/** maxLength in characters. */
export type StringType = Traits & { readonly kind: 'string'; readonly maxLength?: number };
export type BytesType = Traits & { readonly kind: 'bytes' };
export type BoolType = Traits & { readonly kind: 'bool' };
export type IntType = Traits & {
  readonly kind: 'int';
  readonly format: 'int32' | 'uint32' | 'uint64';
  readonly minimum?: number;
  readonly maximum?: number;
};
export type DoubleType = Traits & {
  readonly kind: 'double';
  readonly minimum?: number;
  readonly maximum?: number;
};
/** A number or a name, as Kubernetes' targetPort. */
export type IntOrStringType = Traits & { readonly kind: 'int-or-string' };
export type EnumType<V extends string = string> = Traits & {
  readonly kind: 'enum';
  readonly values: readonly V[];
};
/** strict: the API server wants a duration of at least 1ms too; otherwise it takes any string and only Istio parses it. */
export type DurationType = Traits & { readonly kind: 'duration'; readonly strict: boolean };
export interface ListType<E extends FieldType = FieldType> extends Traits {
  readonly kind: 'list';
  readonly element: E;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** The field that must differ between the elements. */
  readonly uniqueBy?: string;
}
export interface MapType<E extends FieldType = FieldType> extends Traits {
  readonly kind: 'map';
  readonly element: E;
  readonly maxProperties?: number;
}
/** Any JSON, not looked into. */
export type StructType = Traits & { readonly kind: 'struct' };

export interface Fields {
  readonly [name: string]: FieldType;
}

/** One-of groups; of several given, Istio's decoder takes the last in this order, the API server refuses them. */
export type OneOf =
  | { readonly atMost: readonly string[] }
  | { readonly exactly: readonly string[] };

/** open: fields that the table does not name are fine (Kubernetes' own kinds, of which only a part is read). */
export interface MessageType<F extends Fields = Fields> extends Traits {
  readonly kind: 'message';
  readonly name: string;
  readonly fields: F;
  readonly oneOf: readonly OneOf[];
  readonly open: boolean;
}

export type FieldType =
  | StringType
  | BytesType
  | BoolType
  | IntType
  | DoubleType
  | IntOrStringType
  | EnumType
  | DurationType
  | ListType
  | MapType
  | StructType
  | MessageType;

/** An enum given as a number that stands for no name. It equals no name. */
export type Unrecognized = 'UNRECOGNIZED';

/**
 * The type that a table's values decode to. Every field may be absent (undefined); a duration is in milliseconds;
 * messages, lists and maps know their place (place.ts).
 */
export type Decoded<T> =
  T extends MessageType<infer F>
    ? { readonly [K in keyof F]?: Decoded<F[K]> | undefined } & Placed
    : T extends ListType<infer E>
      ? readonly Decoded<E>[] & Placed
      : T extends MapType<infer E>
        ? { readonly [key: string]: Decoded<E> } & Placed
        : T extends EnumType<infer V>
          ? V | Unrecognized
          : T extends { kind: 'int' | 'double' | 'duration' }
            ? number
            : T extends { kind: 'bool' }
              ? boolean
              : T extends { kind: 'int-or-string' }
                ? number | string
                : T extends { kind: 'struct' }
                  ? unknown
                  : string;

type NumberLimits = { readonly minimum?: number; readonly maximum?: number };

export const string = (limits: { readonly maxLength?: number } = {}): StringType => ({
  kind: 'string',
  ...limits,
});
export const bytes = (): BytesType => ({ kind: 'bytes' });
export const bool = (): BoolType => ({ kind: 'bool' });
export const int32 = (limits: NumberLimits = {}): IntType => ({
  kind: 'int',
  format: 'int32',
  ...limits,
});
export const uint32 = (limits: NumberLimits = {}): IntType => ({
  kind: 'int',
  format: 'uint32',
  ...limits,
});
export const uint64 = (limits: NumberLimits = {}): IntType => ({
  kind: 'int',
  format: 'uint64',
  ...limits,
});
export const double = (limits: NumberLimits = {}): DoubleType => ({
  kind: 'double',
  ...limits,
});
export const intOrString = (): IntOrStringType => ({ kind: 'int-or-string' });
export const duration = (): DurationType => ({ kind: 'duration', strict: true });
export const looseDuration = (): DurationType => ({ kind: 'duration', strict: false });
export const struct = (): StructType => ({ kind: 'struct' });

/** One of a closed list of names, in the order of their numbers (from 0). */
export const oneOfNames = <const V extends string>(...values: readonly V[]): EnumType<V> => ({
  kind: 'enum',
  values,
});

export const list = <E extends FieldType>(
  element: E,
  limits: {
    readonly minItems?: number;
    readonly maxItems?: number;
    readonly uniqueBy?: string;
  } = {},
): ListType<E> => ({ kind: 'list', element, ...limits });

/** A list of what has a large table, which is made when something is decoded by it. */
export const listOf = <E extends FieldType>(element: () => E): ListType<E> => ({
  kind: 'list',
  get element() {
    return element();
  },
});

export const map = <E extends FieldType>(
  element: E,
  limits: { readonly maxProperties?: number } = {},
): MapType<E> => ({
  kind: 'map',
  element,
  ...limits,
});

/** A message of Istio's API: fields beyond these are unknown. */
export const message = <F extends Fields>(
  name: string,
  fields: F,
  more: { readonly oneOf?: readonly OneOf[]; readonly rules?: readonly SchemaRule[] } = {},
): MessageType<F> => ({
  kind: 'message',
  name,
  fields,
  oneOf: more.oneOf ?? [],
  open: false,
  rules: more.rules ?? [],
});

/** A part of a Kubernetes object: the fields that tcpmesh reads; others may be there. */
export const openMessage = <F extends Fields>(name: string, fields: F): MessageType<F> => ({
  kind: 'message',
  name,
  fields,
  oneOf: [],
  open: true,
});

export const required = <T extends FieldType>(type: T): T => ({ ...type, required: true });
export const nullable = <T extends FieldType>(type: T): T => ({ ...type, nullable: true });
export const checked = <T extends FieldType>(type: T, ...rules: readonly SchemaRule[]): T => ({
  ...type,
  rules,
});
