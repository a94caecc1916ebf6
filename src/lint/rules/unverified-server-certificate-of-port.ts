/** TLS to one port of a destination without checking who answers. */

import { opensTlsUnverified } from '../facts/client-tls.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const unverifiedServerCertificateOfPort: LintRule = {
  meta: {
    code: 'IST0129',
    name: 'unverified-server-certificate-of-port',
    severity: 'warning',
    summary: 'A port of a DestinationRule opens TLS without certificates to check the server by.',
    why: 'Without caCertificates the proxy may accept any certificate, so whoever answers is trusted.',
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
          );
  },
};
