/** A traffic policy, of the whole host, a subset or a port (validation.go:validateTrafficPolicy). */
import type { OutlierDetection, PortTrafficPolicy, TrafficPolicy } from '../../resource/index.ts';
import { isFqdn, isIp } from '../names.ts';
import { isPort } from '../parts/bind.ts';
import { checkConnectionPool } from '../parts/connection-pool.ts';
import { checkDuration } from '../parts/duration.ts';
import { quote, type Report, unheardWarnings } from '../report.ts';
import { destinationRuleRules as rules } from '../rules/destination-rule.ts';
import { checkClientTls } from './client-tls.ts';
import { checkLoadBalancer } from './load-balancer.ts';

export function checkTrafficPolicy(
  policy: TrafficPolicy | undefined,
  namespace: string,
  report: Report,
): void {
  if (policy === undefined) return;
  const ports = policy.portLevelSettings ?? [];
  const { tunnel, proxyProtocol, retryBudget } = policy;
  const others = tunnel ?? proxyProtocol ?? retryBudget;
  if (!hasSetting(policy) && ports.length === 0 && others === undefined) {
    report(rules.emptyPolicy, policy, [], 'this trafficPolicy has no setting');
    return;
  }
  if (tunnel !== undefined && proxyProtocol !== undefined) {
    report(rules.tunnelAndProxy, policy, ['proxyProtocol'], 'proxyProtocol stands beside tunnel');
    return;
  }
  checkSettings(policy, namespace, report);
  for (const port of ports) checkPortPolicy(port, namespace, unheardWarnings(report));
  if (tunnel !== undefined) checkTunnel(tunnel, report);
  const version = proxyProtocol?.version;
  if (proxyProtocol !== undefined && version === 'UNRECOGNIZED')
    report(rules.proxyProtocol, proxyProtocol, ['version'], 'this version is neither V1 nor V2');
}

/** The number of the port is not looked at, nor whether it repeats. */
function checkPortPolicy(policy: PortTrafficPolicy, namespace: string, report: Report): void {
  if (policy.port === undefined)
    report(rules.portMissing, policy, ['port'], 'these settings do not say for which port');
  if (!hasSetting(policy)) report(rules.portEmpty, policy, [], 'this port has no setting');
  else checkSettings(policy, namespace, report);
}

/** What the policies of hosts, subsets and ports have in common. */
type Settings = TrafficPolicy | PortTrafficPolicy;

function hasSetting(policy: Settings): boolean {
  return (
    policy.outlierDetection !== undefined ||
    policy.connectionPool !== undefined ||
    policy.loadBalancer !== undefined ||
    policy.tls !== undefined
  );
}

function checkSettings(policy: Settings, namespace: string, report: Report): void {
  const { outlierDetection, loadBalancer, tls } = policy;
  if (outlierDetection !== undefined) checkOutliers(outlierDetection, report);
  checkConnectionPool(policy.connectionPool, report);
  if (loadBalancer !== undefined)
    checkLoadBalancer(loadBalancer, outlierDetection !== undefined, report);
  if (tls !== undefined) checkClientTls(tls, namespace, report);
}

function checkOutliers(outliers: OutlierDetection, report: Report): void {
  checkDuration(outliers, 'baseEjectionTime', outliers.baseEjectionTime, report);
  checkDuration(outliers, 'interval', outliers.interval, report);
  for (const field of ['maxEjectionPercent', 'minHealthPercent'] as const) {
    const percent = outliers[field] ?? 0;
    if (percent < 0 || percent > 100)
      report(rules.ejectionPercent, outliers, [field], `${field} is ${percent}, not 0 to 100`);
  }
  if ((outliers.consecutiveErrors ?? 0) !== 0)
    report(
      rules.consecutiveErrorsOld,
      outliers,
      ['consecutiveErrors'],
      'consecutiveErrors is deprecated',
    );
  const splits = outliers.splitExternalLocalOriginErrors === true;
  if ((outliers.consecutiveLocalOriginFailures ?? 0) > 0 && !splits)
    report(
      rules.localOrigin,
      outliers,
      ['consecutiveLocalOriginFailures'],
      'consecutiveLocalOriginFailures needs splitExternalLocalOriginErrors',
    );
}

function checkTunnel(tunnel: NonNullable<TrafficPolicy['tunnel']>, report: Report): void {
  const { protocol = '', targetHost = '', targetPort } = tunnel;
  if (protocol !== '' && protocol !== 'CONNECT' && protocol !== 'POST')
    report(rules.tunnel, tunnel, ['protocol'], `${quote(protocol)} is neither CONNECT nor POST`);
  if (!isFqdn(targetHost) && !isIp(targetHost)) {
    const what =
      targetHost === '' ? 'there is no targetHost' : `${quote(targetHost)} is not a host`;
    report(rules.tunnel, tunnel, ['targetHost'], what);
  }
  if (!isPort(targetPort)) {
    const what =
      targetPort === undefined
        ? 'there is no targetPort'
        : `${targetPort} is not a port number (1 to 65535)`;
    report(rules.tunnel, tunnel, ['targetPort'], what);
  }
}
