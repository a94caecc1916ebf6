/** TLS to one port of a destination without checking who answers. */

import { opensTlsUnverified, skippedCheck } from '../facts/client-tls.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const unverifiedServerCertificateOfPort: LintRule = {
  meta: {
    code: 'IST0129',
    name: 'unverified-server-certificate-of-port',
    severity: 'warning',
    summary:
      'A port of a DestinationRule opens TLS without saying by which certificates the server is checked.',
    why: 'Without caCertificates the proxy checks the server by the authorities that its own system knows: right for public servers, and a failed connection for a certificate of your own authority.',
    help: 'Set tls.caCertificates on the port, for public servers `system`.',
    istio: analyzer('IST0129', 'analyzers/destinationrule/ca-certificates.go'),
  },
  reads: ['DestinationRule'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.objects.of('DestinationRule'))
      for (const port of rule.spec.trafficPolicy?.portLevelSettings ?? [])
        if (port.tls !== undefined && opensTlsUnverified(port.tls, rule))
          yield occurrence(
            rule,
            port.tls,
            ['mode'],
            `TLS to port ${port.port?.number ?? 0} of ${rule.spec.host ?? ''} is opened in mode ${port.tls.mode} without caCertificates`,
            skippedCheck(port.tls),
          );
  },
};
