/** A share of connections that goes to nobody. */
import { connectionText } from '../facts/connection-text.ts';
import { brokenDestinations } from '../facts/destination-problems.ts';
import { type LintRule, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const destinationWithoutEndpoints: LintRule = {
  meta: {
    code: 'TCM1403',
    name: 'destination-without-endpoints',
    severity: 'error',
    summary: 'A route sends connections to a subset or service that has no pods.',
    why: 'The cluster is there but empty: its share of the connections is accepted and closed at once. Nobody else gets it.',
    help: 'Start pods with the labels, or take the weight away until they run.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'DestinationRule', 'Service', 'ServiceEntry', 'Pod', 'Deployment'],
  kiali: null,
  *check(facts) {
    if (!facts.judges('pods')) return;
    for (const { rule, entry, share, call } of brokenDestinations(facts)) {
      if (share.problem !== 'no-endpoints') continue;
      const service = facts.mesh.servicesByHost.get(share.host)?.[0];
      if (service === undefined || service.selector === null) continue;
      const pods = facts.pods().selectedBy(service.selector, service.namespace);
      // A Service whose pods are not among the files at all says nothing about the cluster.
      if (pods.length === 0 && facts.options.refs !== 'require') continue;
      const what = share.subset === '' ? share.host : `subset ${share.subset} of ${share.host}`;
      const percent = Math.round(share.share * 100);
      yield occurrence(
        rule.virtualService,
        entry.destination ?? entry,
        share.subset === '' ? ['host'] : ['subset'],
        `${what} has no endpoints: ${percent === 100 ? connectionText(call) : `${percent} % of connections such as ${connectionText(call).replace(/^a connection/, 'one')}`} ${percent === 100 ? 'is' : 'are'} closed at once`,
        {
          related: [{ message: 'the service is here', span: nameSpan(service.resource) }],
        },
      );
    }
  },
};
