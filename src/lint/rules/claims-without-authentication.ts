/** Routes by claims of a token at a gateway that checks no token. */

import { labelsMatch } from '../../mesh/index.ts';
import { keySpanAt, type Resource } from '../../resource/index.ts';
import { count, listed } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { lookupName } from '../facts/gateway-names.ts';
import { firstClaim } from '../facts/jwt-claims.ts';
import { lazy } from '../facts/lazy.ts';
import type { PodLike } from '../facts/pods.ts';
import { analyzer, type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const claimsWithoutAuthentication: LintRule = {
  meta: {
    code: 'IST0149',
    name: 'claims-without-authentication',
    severity: 'error',
    summary:
      'A VirtualService routes by claims of a JWT, and no RequestAuthentication is for the pods of its gateway.',
    why: 'A claim is known only after the token has been checked. Without a RequestAuthentication for the gateway no token is, so a match on a claim never applies, and a match on its absence always does.',
    help: 'Add a RequestAuthentication that selects the pods of the gateway, in their namespace or in istio-system.',
    istio: analyzer('IST0149', 'analyzers/virtualservice/jwtclaimroute.go'),
  },
  reads: ['VirtualService', 'RequestAuthentication', 'Gateway', 'Pod', 'Deployment'],
  kiali: null,
  *check(facts) {
    if (!facts.judges('tokens')) return;
    const checked = lazy(() => checkedPods(facts));
    for (const service of facts.objects.of('VirtualService')) {
      const match = firstClaim(service);
      if (match === null) continue;
      for (const gateway of gatewaysOf(service, facts)) {
        const pods = facts.pods().expectedBy(gateway.spec.selector ?? {});
        const unchecked = pods.filter((pod) => !checked()(pod));
        if (unchecked.length === 0) continue;
        yield {
          ...occurrence(
            service,
            match.headers,
            [match.claim],
            `the claim is never known: no RequestAuthentication is for ${unchecked.length < pods.length ? `${count(unchecked.length, 'pod')} of ` : ''}${nameOf(gateway)} (${listed(unchecked.map(({ namespace, name }) => `${namespace}/${name}`))})`,
          ),
          span: keySpanAt(match.headers, match.claim),
          ...(unchecked.some((pod) => facts.pods().all.includes(pod)) ? {} : { istio: nobodyElse }),
        };
      }
    }
  },
};

/** The analyzer goes by the namespace that Istio is installed in by default, whatever the root namespace is. */
const systemNamespace = 'istio-system';

function checkedPods({ objects }: Facts): (pod: PodLike) => boolean {
  const selectors = objects.of('RequestAuthentication').map(({ namespace, spec }) => ({
    namespace,
    labels: spec.selector?.matchLabels ?? {},
  }));
  return (pod) =>
    selectors.some(
      ({ namespace, labels }) =>
        (namespace === systemNamespace || namespace === pod.namespace) &&
        labelsMatch(labels, pod.labels),
    );
}

function gatewaysOf(
  { spec, namespace }: Resource<'VirtualService'>,
  { objects }: Facts,
): readonly Resource<'Gateway'>[] {
  return (spec.gateways ?? [])
    .filter((name) => name !== 'mesh')
    .flatMap((name) => objects.find('Gateway', ...lookupName(name, namespace)) ?? []);
}
