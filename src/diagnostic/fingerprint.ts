/**
 * A finding's identity across versions of a file: what it says of which object, not at which line. Used to know
 * old findings again, in a baseline and by code scanning.
 */
import { lineIndexOf, positionOf } from '../text/index.ts';
import type { Finding } from './finding.ts';

/** One for each finding, in their order; equal findings are told apart by their count. */
export function fingerprintsOf(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const print = hash(identityOf(finding));
    const count = (seen.get(print) ?? 0) + 1;
    seen.set(print, count);
    return `${print}:${count}`;
  });
}

/**
 * Of the path only the names: an element that moves up a list is still the same. Of a file its own name alone: one may be given as
 * `a.yaml`, `./a.yaml` or from the root.
 */
function identityOf({ rule, code, resource, path, span }: Finding): string {
  const line = lineIndexOf(span.source).line(positionOf(span).line).trim().slice(0, 1000);
  const object =
    resource === null
      ? span.source.name.slice(span.source.name.lastIndexOf('/') + 1)
      : [resource.kind, resource.namespace, resource.name].join('/');
  return [code, rule, object, path.replace(/\[\d+\]/g, '[]'), line].join('\n');
}

/** 64 bits in hexadecimal: FNV-1a twice, from two starts. */
function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + (i & 0xff)), 0x01000193);
  }
  const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
  return hex(a) + hex(b);
}
