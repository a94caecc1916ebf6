/** Settings of a DestinationRule that TCP connections never feel. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { classOf } from '../../mesh/index.ts';
import {
  type ConnectionPoolSettings,
  type HttpSettings,
  type LoadBalancerSettings,
  policyLevels,
  type Resource,
} from '../../resource/index.ts';
import type { Facts } from '../facts/facts.ts';
import { governedServices } from '../facts/governed-services.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

type Rule = Resource<'DestinationRule'>;

export const tcpSettingWithoutEffect: LintRule = {
  meta: {
    code: 'TCM1406',
    name: 'tcp-setting-without-effect',
    severity: 'warning',
    summary: 'A DestinationRule for a TCP service sets something that has no effect on TCP.',
    why: 'Idle timeout and greatest duration of TCP connections are read at the top level only. Of the consistent hashes only useSourceIp has a key without HTTP, and not on a port level. Limits for HTTP need HTTP; only http1MaxPendingRequests counts for TCP too: it is how many connections may wait to be connected at one time.',
    help: 'Move the setting to the top level, or remove it.',
    istio: nobodyElse,
  },
  reads: ['DestinationRule', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.objects.of('DestinationRule')) {
      if (!speaksOnlyTcp(rule, facts)) continue;
      for (const { subset, entry, settings } of policyLevels(rule)) {
        const port = entry === null ? null : 'a port';
        yield* poolOf(rule, settings.connectionPool, subset === null ? port : 'a subset');
        yield* hashOf(rule, settings.loadBalancer, port);
      }
    }
  },
};

function speaksOnlyTcp(rule: Rule, facts: Facts): boolean {
  const classes = governedServices(rule, facts).flatMap(({ ports }) =>
    ports.map(({ protocol }) => classOf(protocol)),
  );
  return classes.length > 0 && classes.every((c) => c === 'tcp' || c === 'tls');
}

/** level: what the setting stands on, null for the top. */
function* poolOf(
  rule: Rule,
  pool: ConnectionPoolSettings | undefined,
  level: string | null,
): Iterable<Occurrence> {
  if (pool === undefined) return;
  const { tcp, http } = pool;
  if (http !== undefined) yield* httpOf(rule, http);
  if (tcp === undefined || level === null) return;
  for (const field of ['idleTimeout', 'maxConnectionDuration'] as const)
    if (tcp[field] !== undefined)
      yield occurrence(
        rule,
        tcp,
        [field],
        `${field} on the level of ${level} has no effect: for TCP it is read at the top of trafficPolicy only`,
        { help: `Write it in trafficPolicy.connectionPool.tcp of the DestinationRule.` },
      );
}

/** Of all of it Envoy's TCP pool asks for one, http1MaxPendingRequests; the others one by one were seen to change nothing (1.40). */
function* httpOf(rule: Rule, http: HttpSettings): Iterable<Occurrence> {
  const { http1MaxPendingRequests: pending = 0, ...others } = http;
  const { host } = rule.spec;
  const help = 'Remove it; limits for TCP connections are in connectionPool.tcp.';
  if (pending <= 0) {
    yield occurrence(rule, http, [], `${host} speaks no HTTP: connectionPool.http has no effect`, {
      help,
    });
    return;
  }
  for (const [field, value] of Object.entries(others))
    if (value !== undefined)
      yield occurrence(rule, http, [field], `${host} speaks no HTTP: ${field} has no effect`, {
        help,
      });
}

function* hashOf(
  rule: Rule,
  balancer: LoadBalancerSettings | undefined,
  level: string | null,
): Iterable<Occurrence> {
  const hash = balancer?.consistentHash;
  if (hash === undefined) return;
  if (hash.useSourceIp !== true)
    yield occurrence(
      rule,
      hash,
      [],
      'a consistent hash without useSourceIp has no key on TCP: connections are spread at random',
      { help: 'Write `consistentHash: {useSourceIp: true}`.' },
    );
  else if (level !== null)
    yield occurrence(
      rule,
      hash,
      ['useSourceIp'],
      'useSourceIp on a port level chooses the algorithm but gives it no key: connections are spread at random',
      { help: 'Write it at the top of trafficPolicy, or in the subset.' },
    );
}
