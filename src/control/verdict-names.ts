/** How verdicts are named in events, shares and the view. */
import { isWildcard } from '../mesh/index.ts';
import type { DestinationShare, Verdict } from '../routing/index.ts';
import type { ExpectedShare } from './shares.ts';

/** `default/tcp-echo spec.tcp[0]`; null for a service's own cluster. */
export function ruleText({ rule }: Verdict): string | null {
  return rule === null ? null : `${rule.namespace}/${rule.name} ${rule.path}`;
}

/** The rule, or the cluster that stands in its place: what shares are counted by. */
export function shareKey(verdict: Verdict): string {
  return ruleText(verdict) ?? verdict.destinations[0]?.cluster ?? verdict.outcome;
}

/** The subset, or the first label of the host; the port too where that is what tells destinations apart. */
export function destinationLabels(destinations: readonly DestinationShare[]): readonly string[] {
  const short = destinations.map(({ host, subset }) => subset || hostLabel(host));
  const unique = new Set(short).size === short.length;
  return unique
    ? short
    : destinations.map(
        ({ host, subset, port }) =>
          `${hostLabel(host)}:${port}${subset === '' ? '' : ` ${subset}`}`,
      );
}

/** The first part of its name; a host for many names has none that says anything. */
export function hostLabel(host: string): string {
  return isWildcard(host) ? host : (host.split('.')[0] ?? host);
}

export function expectedShares({ destinations }: Verdict): readonly ExpectedShare[] {
  const labels = destinationLabels(destinations);
  return destinations.map(({ cluster, share }, i) => ({
    destination: cluster,
    label: labels[i] ?? cluster,
    share,
  }));
}
