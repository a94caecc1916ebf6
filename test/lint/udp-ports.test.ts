/** Ports of UDP: what is said of rules and destinations for them, and remedies that mend. */
import { describe, expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const service = (name: string, ports: string) => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default}
spec: {ports: [${ports}]}
`;

const routes = (spec: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {${spec}}
`;

function found(code: string, text: string) {
  return findingsIn('a.yaml', text)
    .filter((finding) => finding.code === code)
    .map(({ severity, message, why, help, span, related }) => ({
      severity,
      message,
      why,
      help,
      at: span.source.text.slice(span.start, span.end),
      related: (related ?? []).map((one) =>
        one.span.source.text.slice(one.span.start, one.span.end),
      ),
    }));
}

const mixed = service(
  'a',
  '{name: http, port: 80}, {name: udp, port: 82, protocol: UDP}, {name: tcp, port: 9000}',
);

describe('a destination at a port of UDP', () => {
  it('is marked where the port is written, and told the others', () => {
    const [one, ...more] = found(
      'TCM1412',
      mixed +
        routes(
          'hosts: [a], tcp: [{match: [{port: 9000}], route: [{destination: {host: a, port: {number: 82}}}]}]',
        ),
    );
    expect(more).toEqual([]);
    expect(one?.at).toBe('82');
    expect(one?.related).toEqual(['UDP']);
    expect(one?.why).toContain('does not count as UDP');
    expect(one?.help).toBe(
      'Send to 80 or 9000, or give the port `protocol: TCP` and name the port `tcp-82` if it is TCP.',
    );
  });

  it('is marked at its host where that has no other port', () => {
    const [one] = found(
      'TCM1412',
      mixed +
        service('u', '{name: udp-x, port: 54}') +
        routes('hosts: [a], tcp: [{match: [{port: 9000}], route: [{destination: {host: u}}]}]'),
    );
    expect(one?.at).toBe('u');
    expect(one?.help).toBe('Name the port `tcp-x` if it is TCP.');
  });

  it('loses requests as well, and what is mirrored', () => {
    const udp = 'destination: {host: a, port: {number: 82}}';
    const all = found(
      'TCM1412',
      mixed + routes(`hosts: [a], http: [{route: [{${udp}}], mirrors: [{${udp}}]}]`),
    );
    const port = 'port 82 of a.default.svc.cluster.local counts as UDP';
    expect(all.map(({ message }) => message)).toEqual([
      `${port}, and Istio makes no cluster for it: requests to it are answered 503`,
      `${port}, and Istio makes no cluster for it: what is mirrored to it is lost`,
    ]);
    expect(all[0]?.at).toBe('82');
    expect(all[0]?.related).toEqual(['UDP']);
    expect(all[0]?.help).toBe(
      'Send to 80 or 9000, or give the port `protocol: TCP` and name the port `http-82` if it is HTTP.',
    );
  });

  it('that is the only one of its host need not be written, of a request either', () => {
    const only = service('u', '{name: udp-x, port: 54}');
    const to = 'hosts: [a], http: [{route: [{destination: {host: u}}]}]';
    expect(found('TCM1412', mixed + only + routes(to)).map(({ at }) => at)).toEqual(['u']);
    const fine = 'hosts: [a], http: [{route: [{destination: {host: a, port: {number: 80}}}]}]';
    expect(found('TCM1412', mixed + routes(fine))).toEqual([]);
  });
});

describe('a rule for a port of UDP', () => {
  it('keeps its other matches', () => {
    const [one] = found(
      'TCM1317',
      mixed +
        routes(
          'hosts: [a], tcp: [{match: [{port: 82}, {port: 9000}], route: [{destination: {host: a, port: {number: 9000}}}]}]',
        ),
    );
    expect(one?.severity).toBe('warning');
    expect(one?.message).toMatch(/:82 does not meet this match$/);
    expect(one?.help).toBe(
      'Give the port `protocol: TCP` and name the port `tcp-82` if it is TCP; else remove the match.',
    );
  });
});

describe('http rules for a port of UDP', () => {
  const rule = 'route: [{destination: {host: a, port: {number: 80}}}]';

  it('are offered what mends: neither a tcp rule nor a name alone', () => {
    const [one] = found(
      'TCM1303',
      mixed + routes(`hosts: [a], http: [{match: [{port: 82}], ${rule}}, {${rule}}]`),
    );
    expect(one?.related).toEqual(['UDP']);
    expect(one?.why).toContain('no listener for a port of UDP');
    expect(one?.help).toBe(
      'Ask for the HTTP port, or give the port `protocol: TCP` and name the port `http-82` if it is HTTP.',
    );
  });

  it('are met by nobody where the host has no other port', () => {
    const only = service('a', '{name: udp, port: 82, protocol: UDP}');
    const [one, ...more] = found('TCM1317', only + routes(`hosts: [a], http: [{${rule}}]`));
    expect(more).toEqual([]);
    // That it sends to a port of UDP besides matters to nobody.
    const there = rule.replace('80', '82');
    for (const match of ['', 'match: [{port: 82}], '])
      expect(found('TCM1412', only + routes(`hosts: [a], http: [{${match}${there}}]`))).toEqual([]);
    const met = `hosts: [a], http: [{match: [{port: 82}, {port: 80}], ${there}}]`;
    expect(found('TCM1412', mixed + routes(met))).toHaveLength(1);
    const unmet = `hosts: [a], http: [{match: [{port: 82}, {port: 9000}], ${there}}]`;
    expect(found('TCM1412', mixed + routes(unmet))).toEqual([]);
    expect(one?.message).toBe(
      'port 82 of a.default.svc.cluster.local counts as UDP, of which Istio routes nothing: no request meets this rule',
    );
    expect(one?.help).toBe(
      'Give the port `protocol: TCP` and name the port `http` if it is HTTP; else remove the rule.',
    );
    // A gateway may have requests for them.
    const both = `hosts: [a], gateways: [mesh, gw], http: [{${rule}}]`;
    expect(found('TCM1317', only + routes(both))).toEqual([]);
    expect(found('TCM1317', mixed + routes(`hosts: [a], http: [{${rule}}]`))).toEqual([]);
  });
});

describe('a port of UDP beside others', () => {
  const http = '{name: http, port: 80}, {name: udp, port: 81, protocol: UDP}';

  it('does not make connections of requests', () => {
    const text = `${service('a', http)}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: default}
spec: {host: a, subsets: [{name: v9, labels: {version: v9}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: default, labels: {app: a}}
spec: {containers: [{name: a, image: a}]}
`;
    expect(found('IST0173', text).map(({ message }) => message)).toEqual([
      'no pod carries the labels of subset v9 (version: v9): requests to it are answered 503',
    ]);
  });

  it('is left out of what there is for TCP, and that is said', () => {
    const missing = 'hosts: [a], http: [{route: [{destination: {host: a, port: {number: 57}}}]}]';
    expect(
      found('IST0101', service('a', http) + routes(missing)).map(({ message }) => message),
    ).toEqual([
      'Service default/a has no port 57, only 80 for TCP: requests to it are answered 503',
    ]);
  });
});
