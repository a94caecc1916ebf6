/** Hosts of a Gateway's server beside `*` of every namespace, which leaves nothing of them. */

import type { Occurrence } from '../../diagnostic/index.ts';
import type { Resource, Server } from '../../resource/index.ts';
import { splitAtSlash } from '../../text/index.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

const everyHost = '*/*';

export const hostBesideEveryHost: LintRule = {
  meta: {
    code: 'TCM1115',
    name: 'host-beside-every-host',
    severity: 'warning',
    summary: 'A server of a Gateway has `*/*` among its hosts, and others beside it.',
    why: '`*/*` is every host of every namespace. Istio takes it in place of the whole list, so that the others restrict nothing: neither names nor namespaces. And where one that begins with `./` or `*/` comes after it, istiod writes it to a place that the list has no more, which ends it with a panic (`gateway.go:sanitizeServerHostNamespace`).',
    help: 'Write `*/*` alone, or leave it out.',
    istio: nobodyElse,
  },
  reads: ['Gateway'],
  kiali: null,
  *check(facts) {
    for (const gateway of facts.objects.of('Gateway'))
      if (!facts.isRefused(gateway))
        for (const server of gateway.spec.servers ?? []) yield* beside(gateway, server);
  },
};

function* beside(gateway: Resource<'Gateway'>, { hosts }: Server): Iterable<Occurrence> {
  const every = hosts?.indexOf(everyHost) ?? -1;
  if (hosts === undefined || every === -1) return;
  for (const [i, host] of hosts.entries()) {
    if (host === everyHost) continue;
    const [namespace] = splitAtSlash(host);
    if (i > every && (namespace === '.' || namespace === '*'))
      yield occurrence(gateway, hosts, [i], `${host} after ${everyHost} makes istiod panic`, {
        severity: 'error',
      });
    else
      yield occurrence(
        gateway,
        hosts,
        [i],
        `${everyHost} stands beside ${host} and is every host of every namespace: Istio drops ${host}`,
      );
  }
}
