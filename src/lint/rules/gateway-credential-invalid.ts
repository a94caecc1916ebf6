/** A Gateway names a Secret that holds no certificate it could serve. */
import { spanAt } from '../../resource/index.ts';
import { gatewayCredentials } from '../facts/gateway-credentials.ts';
import { certificateProblem } from '../facts/secret-certificate.ts';
import { analyzer, type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const gatewayCredentialInvalid: LintRule = {
  meta: {
    code: 'IST0161',
    name: 'gateway-credential-invalid',
    severity: 'error',
    summary:
      'A Gateway names a Secret without a certificate and its key, or one whose certificate cannot be read or is not valid now.',
    why: 'The gateway gets no certificate that clients would accept, so TLS handshakes fail.',
    help: 'Put a PEM certificate under tls.crt and its key under tls.key, as `kubectl create secret tls` does.',
    istio: analyzer('IST0161', 'analyzers/gateway/secret.go'),
  },
  reads: ['Gateway', 'Secret', 'Pod', 'Deployment'],
  kiali: null,
  *check(facts) {
    for (const { gateway, tls, secret, toCome } of gatewayCredentials(facts)) {
      const problem = secret === undefined ? null : certificateProblem(secret, facts.options.now);
      if (secret === undefined || problem === null) continue;
      yield occurrence(gateway, tls, ['credentialName'], `${nameOf(secret)} ${problem}`, {
        ...(toCome ? { istio: nobodyElse } : {}),
        related: [{ message: 'the Secret is here', span: spanAt(secret.metadata, 'name') }],
      });
    }
  },
};
