/** An object that the files lack and the mesh on this computer needs. */

/** What JSON can hold. */
export type PlainJson =
  | null
  | boolean
  | number
  | string
  | readonly PlainJson[]
  | { readonly [key: string]: PlainJson };

type JsonMap = { readonly [key: string]: PlainJson };

/** As somebody would apply it. */
export type StandInObject<Spec extends JsonMap = JsonMap> = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonMap & { readonly name: string; readonly namespace: string };
  readonly spec: Spec;
  readonly [key: string]: PlainJson;
};

/** why: one sentence for people. */
export type StandIn<Spec extends JsonMap = JsonMap> = {
  readonly object: StandInObject<Spec>;
  readonly why: string;
};

/** The mark on every stand-in; its value says why it is there. */
export const standInAnnotation = 'tcpmesh.dev/stand-in';
