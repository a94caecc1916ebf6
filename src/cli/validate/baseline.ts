/** A baseline: the findings that are known and left for later, so that only new ones count. */
import { type Finding, fingerprintsOf } from '../../diagnostic/index.ts';
import { CannotDo } from '../command.ts';
import { failed, type World } from '../world.ts';

/** fingerprints: of the findings that are known. */
export type Baseline = ReadonlySet<string>;

export function baselineText(findings: readonly Finding[]): string {
  const prints = fingerprintsOf(findings);
  const entries = findings.map(({ code, rule, resource, span, message }, i) => ({
    fingerprint: prints[i],
    code,
    rule,
    resource: resource === null ? null : `${resource.kind} ${resource.name}.${resource.namespace}`,
    file: span.source.name,
    message,
  }));
  return `${JSON.stringify({ schemaVersion: 1, findings: entries }, null, 2)}\n`;
}

export function readBaseline(world: World, path: string, name: string): Baseline {
  const bytes = world.files.read(path);
  if (failed(bytes))
    throw new CannotDo(
      `${name}: ${bytes.message}`,
      'Write it first: tcpmesh validate --baseline FILE --write-baseline.',
    );
  const prints = fingerprintsIn(Buffer.from(bytes).toString());
  if (prints === null)
    throw new CannotDo(
      `${name}: this is not a baseline of tcpmesh`,
      'Write it anew: tcpmesh validate --baseline FILE --write-baseline.',
    );
  return prints;
}

function fingerprintsIn(text: string): Baseline | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('findings' in value)) return null;
  if (!Array.isArray(value.findings)) return null;
  const prints = new Set<string>();
  for (const entry of value.findings as readonly unknown[]) {
    if (typeof entry !== 'object' || entry === null || !('fingerprint' in entry)) return null;
    prints.add(String(entry.fingerprint));
  }
  return prints;
}

/** gone: entries of the baseline that nothing matches any more. */
export function withoutBaseline(
  findings: readonly Finding[],
  baseline: Baseline,
): { readonly kept: readonly Finding[]; readonly known: number; readonly gone: number } {
  const prints = fingerprintsOf(findings);
  const kept = findings.filter((_, i) => !baseline.has(prints[i] ?? ''));
  const known = findings.length - kept.length;
  return { kept, known, gone: baseline.size - known };
}
