/** References to gateways (validation.go:validateGatewayNames). */
import type { Fix } from '../../diagnostic/index.ts';
import { at, type Placed } from '../../resource/index.ts';
import { replaceScalar } from '../../yaml/index.ts';
import { isDnsLabel, isFqdn } from '../names.ts';
import { quote, type Report } from '../report.ts';
import { virtualServiceRules as rules } from '../rules/virtual-service.ts';

/** Istio stops at the first name without a slash, `mesh` included, whatever comes after it. */
export function checkGateways(
  gateways: (readonly string[] & Placed) | undefined,
  report: Report,
): void {
  if (gateways === undefined) return;
  for (const [i, name] of gateways.entries()) {
    const slash = name.indexOf('/');
    if (slash === -1) {
      if (name.includes('.')) {
        report(rules.dottedGatewayName, gateways, [i], `${quote(name)} names a gateway with dots`, {
          help: `Write namespace/name: did you mean ${quote(slashed(name))}?`,
          fix: rewritten(gateways, i, slashed(name)),
        });
      }
      if (!isFqdn(name))
        report(rules.gatewayName, gateways, [i], `${quote(name)} is not a gateway`);
      return;
    }
    const namespace = name.slice(0, slash);
    const gateway = name.slice(slash + 1);
    if (!isDnsLabel(namespace) || !isDnsLabel(gateway))
      report(rules.gatewayName, gateways, [i], `${quote(name)} is not of the form namespace/name`);
  }
}

/** `gw.ns.svc.cluster.local` was once `ns/gw`. */
function slashed(name: string): string {
  const [gateway = '', namespace = ''] = name.split('.');
  return `${namespace}/${gateway}`;
}

function rewritten(list: Placed, index: number, name: string): Fix | undefined {
  const { node } = list[at];
  const item = node.kind === 'list' ? node.items[index] : undefined;
  const edit = item?.kind === 'scalar' ? replaceScalar(item, name) : null;
  return edit === null ? undefined : { title: `Write ${name}`, edits: [edit] };
}
