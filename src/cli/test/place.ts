/** A place as compilers write it. */
import { positionOf, type Span } from '../../text/index.ts';

/** `file:line:column`. */
export function placeOf(span: Span): string {
  const { line, column } = positionOf(span);
  return `${span.source.name}:${line}:${column}`;
}
