/** The Secrets that Gateways name, looked for where Istio's analyzer looks (analyzers/gateway/secret.go): beside the gateway's first pod. */
import type { Placed, Resource } from '../../resource/index.ts';
import type { Facts } from './facts.ts';
import { lookupName } from './gateway-names.ts';

/** tls: what holds the credentialName. namespace, name: of the Secret; secret: undefined where there is none. */
export type GatewayCredential = {
  readonly gateway: Resource<'Gateway'>;
  readonly tls: Placed;
  readonly namespace: string;
  readonly name: string;
  readonly secret: Resource<'Secret'> | undefined;
  /** The analyzer does not know the gateway's pod, for it is still to come. */
  readonly toCome: boolean;
};

/** Only of Gateways whose pods are here. */
export function* gatewayCredentials(facts: Facts): Generator<GatewayCredential> {
  for (const gateway of facts.objects.of('Gateway')) {
    const first = facts.pods().expectedBy(gateway.spec.selector ?? {})[0];
    if (first === undefined) continue;
    const home = first.namespace;
    const toCome = !facts.pods().all.includes(first);
    for (const { tls } of gateway.spec.servers ?? []) {
      const credential = tls?.credentialName ?? '';
      if (tls === undefined || credential === '') continue;
      const [namespace, name] = lookupName(credential, home);
      const secret = facts.objects.find('Secret', namespace, name);
      yield { gateway, tls, namespace, name, secret, toCome };
    }
  }
}
