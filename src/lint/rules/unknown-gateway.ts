/** A VirtualService is bound to a Gateway that does not exist. */
import { closest } from '../../text/index.ts';
import { isSettled } from '../facts/built-namespaces.ts';
import { isInternalGateway, legacyGatewayName, lookupName } from '../facts/gateway-names.ts';
import { analyzer, type LintRule, nameOf, nameSpan, occurrence, qualifiedName } from '../rule.ts';

export const unknownGateway: LintRule = {
  meta: {
    code: 'IST0101',
    name: 'unknown-gateway',
    severity: 'error',
    summary: 'A VirtualService is bound to a Gateway that does not exist.',
    why: 'The binding does nothing: no gateway workload ever uses the rules.',
    help: 'Write the Gateway as namespace/name; a bare name is looked for in the namespace of the VirtualService.',
    istio: analyzer('IST0101', 'analyzers/virtualservice/gateways.go'),
  },
  reads: ['VirtualService', 'Gateway'],
  kiali: 'KIA1102',
  *check(facts) {
    if (!facts.judges('gateways')) return;
    const gateways = facts.objects.of('Gateway').filter((gateway) => isSettled(gateway, facts));
    for (const service of facts.objects.of('VirtualService')) {
      const named = service.spec.gateways;
      for (const [i, name] of (named ?? []).entries()) {
        if (named === undefined || name === 'mesh' || isInternalGateway(name)) continue;
        const [namespace, short] = lookupName(name, service.namespace);
        if (facts.objects.find('Gateway', namespace, short) !== undefined) continue;
        const legacy = legacyGatewayName(name);
        const meantByLegacy =
          legacy && facts.objects.find('Gateway', legacy.namespace, legacy.name);
        if (meantByLegacy) {
          yield occurrence(
            service,
            named,
            [i],
            `Istio's analyzer does not find a Gateway ${name}; Istiod still reads this old form as ${qualifiedName(meantByLegacy)}, so the binding works`,
            {
              severity: 'info',
              why: 'Istiod takes the first two parts of a name with dots for name and namespace, so the rules are used; the analyzer does not know that form.',
              help: `Write ${qualifiedName(meantByLegacy)}.`,
            },
          );
          continue;
        }
        const elsewhere = gateways.find((gateway) => gateway.name === short);
        const meant = closest(
          `${namespace}/${short}`,
          gateways.map((gateway) => qualifiedName(gateway)),
        );
        yield occurrence(
          service,
          named,
          [i],
          `there is no Gateway ${namespace}/${short}: the VirtualService is not used there`,
          elsewhere === undefined
            ? meant === null
              ? {}
              : { help: `Did you mean ${meant}?` }
            : {
                help: `Write ${qualifiedName(elsewhere)}: a bare name is looked for in ${service.namespace}.`,
                related: [{ message: `${nameOf(elsewhere)} is here`, span: nameSpan(elsewhere) }],
              },
        );
      }
    }
  },
};
