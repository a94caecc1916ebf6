/** A Gateway that no workload serves. */
import type { Labels } from '../../mesh/index.ts';
import { agree, count } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { isTemplate, type PodLike } from '../facts/pods.ts';
import { podsToCome } from '../facts/pods-to-come.ts';
import { isStandardGateway, labelsText, sameWorkloads, selectorText } from '../facts/selectors.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

/** Only where no namespace is taken for the default one. Istio's analyzer then takes the pod for none (gateway/secret.go). */
const hasNoNamespace = ({ namespace }: PodLike): boolean => namespace === '';

export const gatewaySelectorWithoutPods: LintRule = {
  meta: {
    code: 'IST0101',
    name: 'gateway-selector-without-pods',
    severity: 'error',
    summary: 'No pod carries the labels by which a Gateway selects its workload.',
    why: 'Nobody opens the ports of the Gateway: connections to it are refused.',
    help: 'Use labels that the pods of the gateway carry, or give the files that define those pods.',
    istio: analyzer('IST0101', 'analyzers/gateway/gateway.go'),
  },
  reads: ['Gateway', 'Pod', 'Deployment'],
  kiali: 'KIA0302',
  *check(facts) {
    if (!facts.judges('pods')) return;
    const gateways = facts.objects.of('Gateway');
    const serving = gateways.filter((gateway) => (gateway.spec.servers ?? []).length > 0);
    for (const gateway of gateways) {
      const selector = gateway.spec.selector ?? {};
      const place = gateway.spec.selector ?? gateway.spec;
      const text = selectorText(selector);
      const pods = facts.pods().selectedBy(selector);
      if (pods.every(hasNoNamespace)) {
        if (isServedElsewhere(selector, facts)) continue;
        const toCome = text === '' ? undefined : facts.pods().expectedBy(selector).find(isTemplate);
        if (toCome !== undefined && gateway.spec.selector !== undefined) {
          yield podsToCome(gateway, gateway.spec.selector, toCome);
          continue;
        }
        yield occurrence(
          gateway,
          place,
          [],
          text === ''
            ? 'there is no pod at all that could serve this Gateway'
            : `no pod carries the labels ${labelsText(selector)}: nobody serves this Gateway`,
        );
      } else if (
        text !== '' &&
        !serving.some((other) => sameWorkloads(gateway, other, facts.pods()))
      ) {
        const message = `Istio's analyzer calls the selector ${text} unknown because the Gateway has no servers; ${count(pods.length, 'pod')} ${agree(pods.length, 'carries', 'carry')} it`;
        yield occurrence(gateway, place, [], message, {
          severity: 'info',
          why: 'The workload is there; a Gateway without servers opens no port on it.',
          help: 'Add servers to the Gateway.',
        });
      }
    }
  },
};

/** By an installation of Istio, or by pods of which no more is known. */
function isServedElsewhere(selector: Labels, facts: Facts): boolean {
  if (facts.options.refs === 'auto' && isStandardGateway(selector)) return true;
  return Object.keys(selector).length > 0 && facts.pods().mayComeFromElsewhere(selector);
}
