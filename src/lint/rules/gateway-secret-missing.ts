/** A Gateway names a credential that is not there. */
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const gatewaySecretMissing: LintRule = {
  meta: {
    code: 'IST0101',
    name: 'gateway-secret-missing',
    severity: 'error',
    summary: 'A Gateway names a Secret that is not in the namespace of the gateway workload.',
    why: 'Without the certificate the gateway cannot complete a TLS handshake.',
    help: "Create the Secret in the namespace of the gateway's pods, not in that of the Gateway resource.",
    istio: analyzer('IST0101', 'analyzers/gateway/secret.go'),
  },
  reads: ['Gateway', 'Secret', 'Pod', 'Deployment'],
  kiali: null,
  *check(facts) {
    if (!facts.judges('secrets') || !facts.judges('pods')) return;
    for (const gateway of facts.objects.of('Gateway')) {
      const namespace = facts.pods().selectedBy(gateway.spec.selector ?? {})[0]?.namespace;
      if (namespace === undefined) continue;
      for (const { tls } of gateway.spec.servers ?? []) {
        const name = tls?.credentialName ?? '';
        if (tls === undefined || name === '') continue;
        if (facts.objects.find('Secret', namespace, name) !== undefined) continue;
        yield occurrence(
          gateway,
          tls,
          ['credentialName'],
          `there is no Secret ${name} in namespace ${namespace}, where the gateway's pods are`,
        );
      }
    }
  },
};
