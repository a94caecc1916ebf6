/** A decoded object, and what its document is when it is none that tcpmesh knows. */
import type { Fix, ResourceRef } from '../diagnostic/index.ts';
import type { Span } from '../text/index.ts';
import type { YamlDocument } from '../yaml/index.ts';
import type { Controller } from './controller.ts';
import type { Kind, SpecOf } from './kinds.ts';
import type { ObjectMeta } from './kubernetes/metadata.ts';
import type { ObjectStatus } from './kubernetes/status.ts';
import type { Place, Placed } from './place.ts';

/**
 * One object. namespace is resolved (metadata.namespace, else the default given; '' for cluster-scoped kinds).
 * order: its place in the whole input, from 0. span: the object's text. Absent spec decodes as an empty one;
 * of kinds without a spec it is what stands beside metadata.
 */
type ResourceOf<K extends Kind> = {
  readonly kind: K;
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly namespace: string;
  readonly metadata: ObjectMeta;
  readonly spec: SpecOf<K>;
  /** Of a few kinds, where the text has one (kindsWithStatus). */
  readonly status: ObjectStatus | undefined;
  /** The owner that looks after it; null where it names none. */
  readonly controller: Controller | null;
  readonly root: Placed;
  /** It is an item of a List. */
  readonly inList: boolean;
  readonly document: YamlDocument;
  readonly span: Span;
  readonly order: number;
  /** What the decoder found wrong; a resource with a graver problem than an unknown field has best-effort values. */
  readonly problems: readonly DecodeProblem[];
};

/** Discriminated by `kind`. */
export type Resource<K extends Kind = Kind> = { [P in K]: ResourceOf<P> }[K];

/**
 * unknown-field: strict readers refuse it, lenient ones drop it; snake-case: Istio takes it, the API server does not know it;
 * type, enum, range, duration, base64: Istio's decoder refuses the document; reading: no defect, but the value is not what it looks like;
 * top-level: a key beside apiVersion, kind, metadata, spec, status. meant: the path of the field that an unknown one looks like.
 */
export type DecodeProblem = {
  readonly kind:
    | 'unknown-field'
    | 'snake-case'
    | 'type'
    | 'enum'
    | 'range'
    | 'duration'
    | 'base64'
    | 'reading'
    | 'top-level';
  readonly message: string;
  readonly help: string;
  readonly span: Span;
  readonly path: string;
  readonly meant?: string;
  readonly fix?: Fix;
};

/** A document (or item of a List) that is not one of the known kinds: of another group, misspelt, or no object at all. */
export type Foreign = {
  readonly kind: string;
  readonly apiVersion: string;
  /** Of its metadata; empty where they are not said. */
  readonly namespace: string;
  readonly name: string;
  readonly place: Place;
  readonly inList: boolean;
  readonly document: YamlDocument;
  readonly span: Span;
  readonly reason: 'not-a-map' | 'no-kind' | 'unknown-kind' | 'unknown-version';
};

export function refOf(resource: Resource): ResourceRef {
  const { apiVersion, kind, namespace, name } = resource;
  return { apiVersion, kind, namespace, name };
}
