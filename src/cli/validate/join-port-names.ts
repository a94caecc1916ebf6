/** Of a port name that says no protocol, validation and analyzer each say their part: one finding for the reader, with both verdicts. */
import { type Finding, graver } from '../../diagnostic/index.ts';

const byAnalyzer: ReadonlySet<string> = new Set(['port-name', 'external-name-port-name']);

/** What was left out by a code or by the severities is not joined: the other parts stand as they are. */
export function joinPortNames(findings: readonly Finding[]): readonly Finding[] {
  const refusals = ofRule(findings, new Set(['service-port-protocol']));
  const withRefusals = join(findings, byAnalyzer, refusals, (finding, refusal) => ({
    ...finding,
    severity: graver(refusal.severity, finding.severity),
    message: `${finding.message}, and \`istioctl validate\` refuses the file`,
    istio: { ...finding.istio, rejects: refusal.istio.rejects },
  }));
  // What the name nearly is says more than that it is nothing; Istio's code goes over to it.
  const guessed = ofRule(withRefusals, byAnalyzer);
  return join(withRefusals, new Set(['port-name-typo']), guessed, (typo, { istio, severity }) => ({
    ...typo,
    severity: graver(severity, typo.severity),
    message: `${typo.message}${istio.rejects ? ', and `istioctl validate` refuses the file' : ''}`,
    istio,
  }));
}

function ofRule(
  findings: readonly Finding[],
  rules: ReadonlySet<string>,
): ReadonlyMap<string, Finding> {
  return new Map(
    findings.flatMap((finding) => (rules.has(finding.rule) ? [[placeOf(finding), finding]] : [])),
  );
}

/** Each finding of the rules takes up the other one of its place, which is then left out. */
function join(
  findings: readonly Finding[],
  rules: ReadonlySet<string>,
  others: ReadonlyMap<string, Finding>,
  joinedWith: (finding: Finding, other: Finding) => Finding,
): readonly Finding[] {
  if (others.size === 0) return findings;
  const joined = new Set<Finding>();
  const rest = findings.map((finding) => {
    const other = rules.has(finding.rule) ? others.get(placeOf(finding)) : undefined;
    if (other === undefined) return finding;
    joined.add(other);
    return joinedWith(finding, other);
  });
  return rest.filter((finding) => !joined.has(finding));
}

/** The port, whichever of its fields is meant. */
function placeOf({ span, path, resource }: Finding): string {
  const port = /^spec\.ports\[\d+\]/.exec(path)?.[0] ?? path;
  return JSON.stringify([span.source.name, resource?.namespace, resource?.name, port]);
}
