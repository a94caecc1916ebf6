/**
 * What the files say against a sidecar: explain answers for one, and a client that has none, or that keeps this connection from its
 * own, goes past every rule. Capture as its annotations set it (tools/istio-iptables).
 */
import { parseAddress, parsePrefix, prefixContains } from '../address/index.ts';
import type { Labels, Mesh } from '../mesh/index.ts';
import type { Call } from '../routing/index.ts';
import { clientOf, gatewayInWords, hasSidecarContainer, withoutBy } from './capture.ts';

const traffic = 'traffic.sidecar.istio.io/';

/** One sentence for each; none for a gateway, which no connection goes past. address: what was dialled, where it is known. */
export function pastTheSidecar({ from, to }: Call, address: string | null, mesh: Mesh): string[] {
  if (from.kind !== 'sidecar') return [];
  const { pod, who, own, home } = clientOf(from, mesh);
  const gateway = pod === undefined ? null : gatewayInWords(pod, mesh);
  if (gateway !== null)
    return [
      `${who} ${gateway} and has no sidecar, which this answer takes for granted: --gateway ${who} asks what it does with what arrives there`,
    ];
  if (pod !== undefined && hasSidecarContainer(pod)) return [];
  const without = withoutBy(pod, own, home);
  if (without !== null)
    return [
      `${who} has no sidecar (${without}), which this answer takes for granted: its connections go to the Service itself, past every rule`,
    ];
  const kept = uncapturedBy(own.annotations ?? {}, to.port, address);
  return kept === null
    ? []
    : [
        `${who} keeps this connection from its sidecar (${kept}): it goes to where it was dialled, past every rule`,
      ];
}

/**
 * The annotation that lets the connection out; null where the sidecar gets it. In the order of the rules that Istio writes: a port
 * to include brings nothing back from an excluded range, only from outside the included ones
 * (tools/istio-iptables/pkg/capture/run.go, as in istio-nftables).
 */
function uncapturedBy(annotations: Labels, port: number, address: string | null): string | null {
  const entries = (name: string): string[] =>
    (annotations[`${traffic}${name}`] ?? '').split(',').map((entry) => entry.trim());
  const said = (name: string): string =>
    `${traffic}${name}: ${JSON.stringify(annotations[`${traffic}${name}`])}`;
  if (entries('excludeOutboundPorts').includes(String(port))) return said('excludeOutboundPorts');
  if (address === null) return null;
  const holds = (name: string): boolean =>
    entries(name).some((range) => range === '*' || within(range, address));
  if (holds('excludeOutboundIPRanges')) return said('excludeOutboundIPRanges');
  if (entries('includeOutboundPorts').includes(String(port))) return null;
  const included = annotations[`${traffic}includeOutboundIPRanges`];
  return included === undefined || holds('includeOutboundIPRanges')
    ? null
    : said('includeOutboundIPRanges');
}

function within(range: string, address: string): boolean {
  const prefix = parsePrefix(range);
  const ip = parseAddress(address);
  return prefix !== null && ip !== null && prefixContains(prefix, ip);
}
