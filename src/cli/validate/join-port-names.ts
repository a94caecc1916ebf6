/** Of a port name that says no protocol, validation and analyzer each say their part: one finding for the reader, with both verdicts. */
import { atLeast, type Finding } from '../../diagnostic/index.ts';

const byAnalyzer: ReadonlySet<string> = new Set(['port-name', 'external-name-port-name']);

/** What was left out by a code or by the severities is not joined: the other part stands as it is. */
export function joinPortNames(findings: readonly Finding[]): readonly Finding[] {
  const refusals = new Map<string, Finding>();
  for (const finding of findings)
    if (finding.rule === 'service-port-protocol') refusals.set(placeOf(finding), finding);
  if (refusals.size === 0) return findings;
  const joined = new Set<Finding>();
  const rest = findings.map((finding) => {
    const refusal = byAnalyzer.has(finding.rule) ? refusals.get(placeOf(finding)) : undefined;
    if (refusal === undefined) return finding;
    joined.add(refusal);
    return {
      ...finding,
      severity: atLeast(refusal.severity, finding.severity) ? refusal.severity : finding.severity,
      message: `${finding.message}, and \`istioctl validate\` refuses the file`,
      istio: { ...finding.istio, rejects: refusal.istio.rejects },
    };
  });
  return rest.filter((finding) => !joined.has(finding));
}

/** The port, whichever of its fields is meant. */
function placeOf({ span, path, resource }: Finding): string {
  const port = /^spec\.ports\[\d+\]/.exec(path)?.[0] ?? path;
  return JSON.stringify([span.source.name, resource?.namespace, resource?.name, port]);
}
