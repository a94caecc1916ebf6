/** A tls rule and its server names (validation.go:validateTLSRoute, validateTLSMatch, validateSniHost). */
import type { TlsMatchAttributes, TlsRoute, VirtualServiceSpec } from '../../resource/index.ts';
import { agree, listed } from '../../text/index.ts';
import { coveredByAny } from '../host-index.ts';
import { isGatewayBoundDomain, isIp, isWildcardDomain } from '../names.ts';
import { quote, type Report } from '../report.ts';
import { virtualServiceRules as rules } from '../rules/virtual-service.ts';
import { checkGateways } from './gateways.ts';
import { checkL4Match } from './l4-match.ts';
import { checkRoute } from './route.ts';

export function checkTlsRoute(rule: TlsRoute, spec: VirtualServiceSpec, report: Report): void {
  if ((rule.match?.length ?? 0) === 0)
    report(rules.tlsMatchMissing, rule, ['match'], 'this tls rule has no match');
  for (const match of rule.match ?? []) {
    checkSniHosts(match, spec, report);
    checkL4Match(match, report);
    checkGateways(match.gateways, report);
  }
  if ((rule.route?.length ?? 0) === 0)
    report(rules.routeMissing, rule, ['route'], 'this tls rule has no route');
  checkRoute(rule.route, report);
}

function checkSniHosts(match: TlsMatchAttributes, spec: VirtualServiceSpec, report: Report): void {
  const { sniHosts } = match;
  if (sniHosts === undefined || sniHosts.length === 0) {
    report(rules.sniMissing, match, ['sniHosts'], 'this match has no sniHosts');
    return;
  }
  const hosts = spec.hosts ?? [];
  const covered = coveredByAny(hosts);
  // The generated names of automatic passthrough are taken wherever the rule is not for the mesh by name.
  const isDomain =
    spec.gateways?.includes('mesh') === true ? isWildcardDomain : isGatewayBoundDomain;
  for (const [i, sni] of sniHosts.entries()) {
    if (!isDomain(sni)) {
      if (isIp(sni))
        report(rules.sniAddress, sniHosts, [i], `${quote(sni)} is an address, clients send names`);
      else report(rules.sniHost, sniHosts, [i], `${quote(sni)} is not a server name`);
    } else if (!covered(sni)) {
      report(
        rules.sniNotInHosts,
        sniHosts,
        [i],
        `${quote(sni)} is not covered by ${agree(hosts.length, 'the host', 'any of the hosts')} ${listed(hosts.map(quote), 5)}`,
      );
    }
  }
}
