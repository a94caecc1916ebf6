/** A Gateway names a credential that is not there. */
import type { Facts } from '../facts/facts.ts';
import { gatewayCredentials } from '../facts/gateway-credentials.ts';
import { analyzer, type LintRule, nobodyElse, occurrence } from '../rule.ts';

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
    for (const { gateway, tls, namespace, name, secret, toCome } of gatewayCredentials(facts))
      if (secret === undefined && !isMadeElsewhere(namespace, name, facts))
        yield occurrence(
          gateway,
          tls,
          ['credentialName'],
          `there is no Secret ${name} in namespace ${namespace}, where the gateway's pods are`,
          toCome ? { istio: nobodyElse } : {},
        );
  },
};

/** By a Certificate or the like that is among the files. */
function isMadeElsewhere(namespace: string, name: string, { foreignNames }: Facts): boolean {
  return foreignNames.secrets.some((one) => one.namespace === namespace && one.name === name);
}
