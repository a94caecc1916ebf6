/** A Sidecar as a whole (validation.go:ValidateSidecar). */
import { at, type Placed, type Resource, type SidecarSpec } from '../../resource/index.ts';
import { below } from '../../yaml/index.ts';
import { isFqdn } from '../names.ts';
import { checkConnectionPool } from '../parts/connection-pool.ts';
import { checkDestination } from '../parts/destination.ts';
import { checkSelector } from '../parts/labels.ts';
import { quote, type Report, unheardWarnings } from '../report.ts';
import { sidecarRules as rules } from '../rules/sidecar.ts';
import { checkEgress } from './egress.ts';
import { checkIngress } from './ingress.ts';

export function checkSidecar(resource: Resource<'Sidecar'>, report: Report): void {
  const { spec } = resource;
  const { egress = [], ingress = [], outboundTrafficPolicy, inboundConnectionPool } = spec;
  if (
    egress.length === 0 &&
    ingress.length === 0 &&
    outboundTrafficPolicy === undefined &&
    inboundConnectionPool === undefined
  ) {
    report(rules.empty, spec, [], 'this Sidecar has no setting');
    return;
  }
  const selector = spec.workloadSelector;
  const selects =
    selector === undefined || checkSelector(selector, 'labels', selector.labels, report);
  // Istio stops at a refused selector, so its warnings about the rest are never heard.
  const told = selects ? report : unheardWarnings(report);
  checkIngress(ingress, told);
  checkConnectionPool(inboundConnectionPool, told);
  checkEgress(egress, resource.namespace, told);
  checkOutbound(outboundTrafficPolicy, told);
}

function checkOutbound(policy: SidecarSpec['outboundTrafficPolicy'], report: Report): void {
  if (policy === undefined) return;
  const { mode, egressProxy } = policy;
  if (mode === 'UNRECOGNIZED' && isDynamicDns(policy))
    report(rules.outboundMode, policy, ['mode'], 'this mode is none that a Sidecar takes');
  if (egressProxy === undefined) return;
  if (mode !== 'ALLOW_ANY') {
    report(rules.egressProxy, policy, ['egressProxy'], 'egressProxy needs mode ALLOW_ANY');
    return;
  }
  const { host = '', port } = egressProxy;
  if (!isFqdn(host))
    report(
      rules.egressProxy,
      egressProxy,
      ['host'],
      host === '' ? 'egressProxy has no host' : `${quote(host)} is not a full host name`,
    );
  if (port === undefined) {
    report(rules.egressProxy, egressProxy, ['port'], 'egressProxy has no port');
    return;
  }
  checkDestination(policy, 'egressProxy', egressProxy, report);
}

/** ALLOW_ANY_DYNAMIC_DNS is for the whole mesh; its name does not decode here, its number does. Other numbers pass. */
function isDynamicDns(policy: Placed): boolean {
  const mode = below(policy[at].node, 'mode');
  return mode?.kind === 'scalar' && mode.value === 3;
}
