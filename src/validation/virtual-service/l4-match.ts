/** The conditions that tcp and tls rules share (validation.go:validateTCPMatch, validateTLSMatch). */

import { isPrefix } from '../../address/index.ts';
import type { Placed } from '../../resource/index.ts';
import { isPort } from '../parts/bind.ts';
import { checkLabels } from '../parts/labels.ts';
import { quote, type Report } from '../report.ts';
import { virtualServiceRules as rules } from '../rules/virtual-service.ts';

type L4Match = Placed & {
  readonly destinationSubnets?: (readonly string[] & Placed) | undefined;
  readonly port?: number | undefined;
  readonly sourceLabels?: ({ readonly [key: string]: string } & Placed) | undefined;
};

/** sourceNamespace and sourceSubnet are not checked: Istio does not look at them here. */
export function checkL4Match(match: L4Match, report: Report): void {
  checkSubnets(match.destinationSubnets, report);
  checkMatchPort(match, report);
  checkLabels(match.sourceLabels, report);
}

/** 0 counts as not given. */
export function checkMatchPort(
  match: Placed & { readonly port?: number | undefined },
  report: Report,
): void {
  const { port } = match;
  if (port !== undefined && port !== 0 && !isPort(port))
    report(rules.matchPort, match, ['port'], `${port} is not a port number (1 to 65535)`);
}

function checkSubnets(subnets: (readonly string[] & Placed) | undefined, report: Report): void {
  if (subnets === undefined) return;
  for (const [i, subnet] of subnets.entries()) {
    if (!isPrefix(subnet))
      report(rules.subnet, subnets, [i], `${quote(subnet)} is neither an address nor a subnet`);
  }
}
