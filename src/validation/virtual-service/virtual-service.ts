/** A VirtualService as a whole (validation.go:ValidateVirtualService). */
import { type Resource, spanAt, type VirtualServiceSpec } from '../../resource/index.ts';
import { overlaps } from '../host-index.ts';
import { isGatewayBoundDomain, isIp, isWildcardDomain } from '../names.ts';
import { checkExportTo } from '../parts/export-to.ts';
import { quote, type Report } from '../report.ts';
import { virtualServiceRules as rules } from '../rules/virtual-service.ts';
import { checkGateways } from './gateways.ts';
import { checkHttpRoute, checkJwtClaims } from './http/http-route.ts';
import { checkTcpRoute } from './tcp-route.ts';
import { checkTlsRoute } from './tls-route.ts';
import { checkReachability } from './unreachable.ts';

export function checkVirtualService(resource: Resource<'VirtualService'>, report: Report): void {
  const { spec } = resource;
  const gateways: readonly string[] = spec.gateways ?? [];
  const mesh = gateways.length === 0 || gateways.includes('mesh');
  const delegate = (spec.hosts?.length ?? 0) === 0;
  if (delegate) checkDelegate(spec, report);
  else checkHosts(spec, mesh, report);
  checkGateways(spec.gateways, report);
  if (isEmpty(spec.http) && isEmpty(spec.tcp) && isEmpty(spec.tls))
    report(rules.noRules, spec, [], 'this VirtualService has no tcp, tls or http rules');
  for (const rule of spec.http ?? []) {
    if (mesh) checkJwtClaims(rule, report);
    checkHttpRoute(rule, delegate, report);
  }
  for (const rule of spec.tls ?? []) checkTlsRoute(rule, spec, report);
  for (const rule of spec.tcp ?? []) checkTcpRoute(rule, report);
  checkExportTo(spec.exportTo, resource.namespace, false, report);
  checkReachability(spec, report);
}

/** Without hosts it is a delegate, which others include by its http rules. */
function checkDelegate(spec: VirtualServiceSpec, report: Report): void {
  for (const field of ['gateways', 'tls', 'tcp'] as const) {
    if (!isEmpty(spec[field]))
      report(rules.delegateScope, spec, [field], `${field} needs hosts, and there are none`);
  }
}

function checkHosts(spec: VirtualServiceSpec, mesh: boolean, report: Report): void {
  const { hosts } = spec;
  if (hosts === undefined) return;
  const hasSni = (spec.tls ?? []).some((rule) =>
    rule.match?.some((match) => !isEmpty(match.sniHosts)),
  );
  const isDomain = !mesh && hasSni ? isGatewayBoundDomain : isWildcardDomain;
  let valid = true;
  for (const [i, host] of hosts.entries()) {
    if (!isDomain(host) && !isIp(host)) {
      valid = false;
      const what = host === '' ? 'this host is empty' : `${quote(host)} is not a host name`;
      report(rules.host, hosts, [i], what);
    } else if (host === '*' && mesh) {
      valid = false;
      report(rules.starInMesh, hosts, [i], 'the host * is for gateways only, this is for sidecars');
    }
  }
  if (valid) checkOverlap(hosts, report);
}

function checkOverlap(hosts: NonNullable<VirtualServiceSpec['hosts']>, report: Report): void {
  for (const { earlier, later } of overlaps(hosts)) {
    const [a = '', b = ''] = [hosts[earlier], hosts[later]];
    report(
      rules.hostsOverlap,
      hosts,
      [later],
      a === b
        ? `the host ${quote(b)} is given twice`
        : `the hosts ${quote(a)} and ${quote(b)} overlap`,
      { related: [{ message: 'the other one', span: spanAt(hosts, earlier) }] },
    );
  }
}

function isEmpty(list: readonly unknown[] | undefined): boolean {
  return list === undefined || list.length === 0;
}
