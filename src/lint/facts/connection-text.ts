/** Connections and rules in words. */
import { unnamedNamespace } from '../../expectation/index.ts';
import type { Call, RuleRef, Viewpoint } from '../../routing/index.ts';

/** `a connection from namespace foo (app: x) to db.default.svc.cluster.local:5432` */
export function connectionText(call: Call): string {
  return `a connection ${fromText(call.from)} to ${targetText(call)}${call.sni === undefined ? '' : ` with SNI ${call.sni}`}`;
}

function fromText(from: Viewpoint): string {
  const labels = Object.entries(from.labels).map(([key, value]) => `${key}: ${value}`);
  const carrying = labels.length === 0 ? '' : ` (${labels.join(', ')})`;
  if (from.kind === 'gateway') return `through the gateway${carrying}`;
  const where =
    from.namespace === unnamedNamespace ? 'any namespace' : `namespace ${from.namespace}`;
  return `from ${where}${carrying}`;
}

function targetText({ to }: Call): string {
  if (to.ip !== undefined) return `${to.ip.includes(':') ? `[${to.ip}]` : to.ip}:${to.port}`;
  return to.host === undefined ? `port ${to.port}` : `${to.host}:${to.port}`;
}

/** `spec.tcp[0]`, with the VirtualService where it is another one. */
export function ruleText(rule: RuleRef, seenFrom: { namespace: string; name: string }): string {
  const same = rule.namespace === seenFrom.namespace && rule.name === seenFrom.name;
  return same ? rule.path : `${rule.path} of VirtualService ${rule.namespace}/${rule.name}`;
}
