/** An object that the files lack and the mesh on this computer needs. */
import type { NewObject } from './stored-object.ts';

/** why: one sentence for people. */
export type StandIn = { readonly object: NewObject; readonly why: string };

/** The mark on every stand-in; its value says why it is there. */
export const standInAnnotation = 'tcpmesh.dev/stand-in';
