/** Two Gateways on one workload serve one certificate. */

import { labelsMatch } from '../../mesh/index.ts';
import type { Resource, Server } from '../../resource/index.ts';
import { analyzer, type LintRule, nameOf, nameSpan, occurrence } from '../rule.ts';

export const gatewayCertificateShared: LintRule = {
  meta: {
    code: 'IST0138',
    name: 'gateway-certificate-shared',
    severity: 'warning',
    summary: 'Two Gateways on one workload use the same certificate.',
    why: 'Browsers reuse an HTTP/2 connection for every host of its certificate, so requests for one Gateway arrive at the other and get 404.',
    help: 'Put the servers into one Gateway, or give each a certificate of its own.',
    istio: analyzer('IST0138', 'analyzers/gateway/certificate.go'),
  },
  reads: ['Gateway'],
  kiali: null,
  *check(facts) {
    const gateways = facts.objects.of('Gateway');
    const users = new Map<string, Set<Resource<'Gateway'>>>();
    for (const gateway of gateways)
      for (const server of gateway.spec.servers ?? []) {
        const certificate = certificateOf(server);
        if (certificate !== null)
          users.set(certificate, (users.get(certificate) ?? new Set()).add(gateway));
      }
    for (const gateway of gateways)
      for (const server of gateway.spec.servers ?? []) {
        const certificate = certificateOf(server);
        if (certificate === null || server.tls === undefined) continue;
        const other = [...(users.get(certificate) ?? [])].find(
          (user) =>
            user !== gateway && labelsMatch(gateway.spec.selector ?? {}, user.spec.selector ?? {}),
        );
        if (other === undefined) continue;
        yield occurrence(
          gateway,
          server.tls,
          [server.tls.credentialName ? 'credentialName' : 'serverCertificate'],
          `${nameOf(other)} serves the same certificate on the same workload`,
          { related: [{ message: `${nameOf(other)} is here`, span: nameSpan(other) }] },
        );
      }
  },
};

/** What makes two certificates the same: the credential, or else the files. */
function certificateOf({ tls }: Server): string | null {
  if (tls === undefined) return null;
  if (tls.credentialName) return `credential ${tls.credentialName}`;
  if (tls.serverCertificate && tls.privateKey)
    return `files ${tls.serverCertificate} ${tls.privateKey}`;
  return null;
}
