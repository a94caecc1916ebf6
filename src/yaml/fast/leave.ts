/** How the fast parser gives a document up. */

/** Thrown inside, never out: this document is not of the subset. */
export const beyond = new Error('not in the fast subset');

export function leave(): never {
  throw beyond;
}

/** Deeper documents are the full parser's to judge. */
export const maxDepth = 60;
