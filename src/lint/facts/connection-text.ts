/** Connections and rules in words. */
import { unnamedNamespace } from '../../expectation/index.ts';
import type { Call, RuleRef, Viewpoint } from '../../routing/index.ts';
import { isUnnamed } from './unnamed-port.ts';

/**
 * `a connection from namespace foo (app: x) to db.default.svc.cluster.local:5432`. except: namespaces that differ from those which have
 * no name here.
 */
export function connectionText(call: Call, except: readonly string[] = []): string {
  return `a connection ${fromText(call.from, except)} to ${targetText(call)}${call.sni === undefined ? '' : ` with SNI ${call.sni}`}`;
}

function fromText(from: Viewpoint, except: readonly string[]): string {
  const labels = Object.entries(from.labels).map(([key, value]) => `${key}: ${value}`);
  const carrying = labels.length === 0 ? '' : ` (${labels.join(', ')})`;
  if (from.kind === 'gateway') return `through the gateway${carrying}`;
  return `from ${namespaceText(from.namespace, except)}${carrying}`;
}

function namespaceText(namespace: string, except: readonly string[]): string {
  if (namespace !== unnamedNamespace) return `namespace ${namespace}`;
  return except.length === 0 ? 'any namespace' : `a namespace other than ${except.join(' and ')}`;
}

function targetText({ to }: Call): string {
  if (to.ip !== undefined) return `${to.ip.includes(':') ? `[${to.ip}]` : to.ip}:${to.port}`;
  if (to.host === undefined) return `port ${to.port}`;
  return isUnnamed(to.port) ? `${to.host} at a port that no rule names` : `${to.host}:${to.port}`;
}

/** `spec.tcp[0]`, with the VirtualService where it is another one. */
export function ruleText(rule: RuleRef, seenFrom: { namespace: string; name: string }): string {
  const same = rule.namespace === seenFrom.namespace && rule.name === seenFrom.name;
  return same ? rule.path : `${rule.path} of VirtualService ${rule.namespace}/${rule.name}`;
}
