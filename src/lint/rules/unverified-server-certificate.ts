/** TLS to a destination without checking who answers. */

import { opensTlsUnverified, skippedCheck } from '../facts/client-tls.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const unverifiedServerCertificate: LintRule = {
  meta: {
    code: 'IST0128',
    name: 'unverified-server-certificate',
    severity: 'warning',
    summary:
      'A DestinationRule opens TLS without saying by which certificates the server is checked.',
    why: 'Without caCertificates the proxy checks the server by the authorities that its own system knows: right for public servers, and a failed connection for a certificate of your own authority.',
    help: 'Set tls.caCertificates, for public servers `system`.',
    istio: analyzer('IST0128', 'analyzers/destinationrule/ca-certificates.go'),
  },
  reads: ['DestinationRule'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.objects.of('DestinationRule')) {
      const tls = rule.spec.trafficPolicy?.tls;
      if (tls !== undefined && opensTlsUnverified(tls, rule))
        yield occurrence(
          rule,
          tls,
          ['mode'],
          `TLS to ${rule.spec.host || 'the host'} is opened in mode ${tls.mode} without caCertificates`,
          skippedCheck(tls),
        );
    }
  },
};
