/** http rules for a host, or for a port of it, that speaks no HTTP. */

import type { Occurrence } from '../../diagnostic/index.ts';
import type { Resource } from '../../resource/index.ts';
import { listed } from '../../text/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import type { Facts } from '../facts/facts.ts';
import { misplacedHttpMatches } from '../facts/misplaced-http-matches.ts';
import { declareAs, protocolSpan } from '../facts/port-declaration.ts';
import {
  plainCall,
  portsBehind,
  portText,
  type SpokenPort,
  speaksHttp,
} from '../facts/route-protocol.ts';
import { udpDeclaration } from '../facts/udp-declaration.ts';
import { type LintRule, type More, nobodyElse, occurrence } from '../rule.ts';

export const httpRouteOnTcpPort: LintRule = {
  meta: {
    code: 'TCM1303',
    name: 'http-route-on-tcp-port',
    severity: 'error',
    summary:
      'Rules stand under http, but the port that they are for, or every port of the host, speaks no HTTP.',
    why: 'Istio uses http rules on HTTP ports only. On a TCP port they are passed over in silence, weights and all: every connection goes to the service itself.',
    help: 'Move the rules from `http:` to `tcp:`, or name the port http if it is HTTP.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService')) {
      if ((service.spec.http ?? []).length === 0) continue;
      const ports = portsBehind(service, facts);
      if (ports.length === 0) continue;
      if (ports.some(speaksHttp)) yield* onOtherPorts(service, ports, facts);
      else yield* withoutHttpPort(service, ports, facts);
    }
  },
};

/** Matches for a port that is not HTTP, beside others that are. */
function* onOtherPorts(
  service: Resource<'VirtualService'>,
  ports: readonly SpokenPort[],
  facts: Facts,
): Iterable<Occurrence> {
  for (const { match, port, call, alone } of misplacedHttpMatches(service, ports, facts)) {
    const { host } = port.service;
    const what = alone ? 'this rule' : 'this match';
    yield occurrence(
      service,
      match,
      ['port'],
      `${portText(port)} of ${host} is not an HTTP port, so ${what} does nothing: ${connectionText(call)} is not looked at as HTTP`,
      {
        // The rule has other matches, which work.
        ...(alone ? {} : { severity: 'warning' }),
        ...instead(port),
      },
    );
  }
}

function instead({ service, port, portClass }: SpokenPort): More {
  if (portClass === 'udp') {
    const { span, remedy } = udpDeclaration('http', service, port);
    return {
      why: 'Istio uses http rules on HTTP ports only, and opens no listener for a port of UDP.',
      help: `Ask for the HTTP port, or ${remedy} if it is HTTP.`,
      related: [{ message: 'the port is declared as UDP here', span }],
    };
  }
  return {
    help:
      portClass === 'tls'
        ? 'Ask for the HTTP port, or write a `tls:` rule with sniHosts: what is in TLS cannot be read.'
        : `Ask for the HTTP port, write a \`tcp:\` rule, or ${declareAs('http', service, port)} if it is HTTP.`,
    related: [
      { message: 'the protocol of the port is said here', span: protocolSpan(service, port) },
    ],
  };
}

function* withoutHttpPort(
  service: Resource<'VirtualService'>,
  ports: readonly SpokenPort[],
  facts: Facts,
): Iterable<Occurrence> {
  const { http } = service.spec;
  const spoken = ports.filter(({ portClass }) => portClass !== 'udp');
  const first = spoken[0];
  if (http === undefined || first === undefined) return;
  const call = plainCall(first, first.portClass === 'tls' ? 'tls' : 'tcp', service.namespace);
  const verdict = facts.routes().ask(call);
  if (verdict.outcome === 'http') return;
  const cluster = verdict.destinations[0]?.host;
  const asHttp = declareAs('http', first.service, first.port);
  const tls = spoken.every(({ portClass }) => portClass === 'tls');
  yield occurrence(
    service,
    http,
    [0],
    `${first.service.host} has ${listed(spoken.map(portText))} and no HTTP port, so these http rules do nothing: ${connectionText(call)} goes to ${verdict.rule === null ? (cluster === undefined ? 'the address dialled' : `${cluster} itself`) : verdict.rule.path}`,
    {
      help: tls
        ? `Write them as \`tls:\` rules with sniHosts, or ${asHttp} if it is HTTP.`
        : `Move the rules from \`http:\` to \`tcp:\` (route and weight stay as they are), or ${asHttp} if it is HTTP.`,
      related: [
        {
          message: `the protocol of ${portText(first)} is said here`,
          span: protocolSpan(first.service, first.port),
        },
      ],
    },
  );
}
