/** What findings say where the input is odd: true of it, and in whole sentences. */
import { describe, expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

function found(code: string, text: string) {
  return findingsIn('a.yaml', text).filter((finding) => finding.code === code);
}

const route = (entries: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [a], tcp: [{route: [${entries}]}]}
`;

const service = (ports: string) => `---
apiVersion: v1
kind: Service
metadata: {name: a, namespace: default}
spec:
  ports: [${ports}]
`;

describe('the other party', () => {
  it('of a port is the list of ports, and one port is not called one of several', () => {
    const [wrong] = found(
      'IST0101',
      route('{destination: {host: a, port: {number: 81}}}') + service('{name: tcp, port: 80}'),
    );
    expect(wrong?.help).toBe('Use 80.');
    const [related] = wrong?.related ?? [];
    expect(related?.span.source.text.slice(related.span.start, related.span.end)).toContain(
      'port: 80',
    );
  });

  it('of several ports names each once', () => {
    const [wrong] = found(
      'IST0101',
      route('{destination: {host: a, port: {number: 81}}}') +
        service('{name: tcp, port: 80}, {name: tcp-b, port: 90}, {name: tcp-c, port: 90}'),
    );
    expect(wrong?.help).toBe('Use 80 or 90.');
  });
});

describe('a weight that is left out', () => {
  it('is worked out only where one is missing and the others make sense', () => {
    const help = (entries: string) => found('TCM1402', route(entries)).map((it) => it.help);
    expect(help('{destination: {host: a}, weight: 80}, {destination: {host: b}}')).toEqual([
      'Write `weight: 20` if it is to get the rest.',
    ]);
    expect(
      help(
        '{destination: {host: a}, weight: 80}, {destination: {host: b}}, {destination: {host: c}}',
      ),
    ).toEqual(['Give it a weight, or remove it.', 'Give it a weight, or remove it.']);
    expect(help('{destination: {host: a}, weight: -5}, {destination: {host: b}}')).toEqual([
      'Give it a weight, or remove it.',
    ]);
  });
});

describe('a weight among several', () => {
  it('that cannot be read is not called left out', () => {
    const text = route(
      '{destination: {host: a}, weight: 50%}, {destination: {host: b}, weight: 50}',
    );
    expect(found('TCM1402', text)).toEqual([]);
    expect(found('TCM0103', text).map(({ help }) => help)).toEqual(['Write 50.']);
  });

  it('is said of the subset that has none', () => {
    const text = route(
      '{destination: {host: a, subset: v1}, weight: 50}, {destination: {host: a, subset: v2}}',
    );
    expect(found('TCM1402', text).map(({ message }) => message)).toEqual([
      'a subset v2 has no weight among several and never gets a connection; the others share 50',
    ]);
  });
});

describe('a weight of http routes', () => {
  const http = (entries: string) => route(entries).replace('tcp: [', 'http: [');

  it('is one of requests', () => {
    const [left] = found(
      'TCM1402',
      http('{destination: {host: a}, weight: 50}, {destination: {host: b}}'),
    );
    expect(left?.message).toBe(
      'b has no weight among several and never gets a request; the others share 50',
    );
    expect(left?.why).toMatch(/never gets a request\.$/);
    const [only] = found('TCM1401', http('{destination: {host: a}, weight: 50}'));
    expect(only?.message).toMatch(/a gets every request$/);
    expect(only?.why).toMatch(/every request goes there\.$/);
  });
});

describe('a host that is exported to its own namespace alone', () => {
  const text = (exportTo: string) =>
    route('{destination: {host: b}}').replace('spec: {', `spec: {exportTo: ${exportTo}, `) +
    service('{name: tcp, port: 80}').replace(
      'metadata: {name: a',
      'metadata: {name: b, annotations: {networking.istio.io/exportTo: .}',
    ) +
    service('{name: tcp, port: 80}');
  const told = (exportTo: string) =>
    found('IST0101', text(exportTo)).map(({ severity, message }) => [
      severity,
      message.replace(/^.*(unknown|exists), /, ''),
    ]);

  it('is reached by those of that namespace who have the VirtualService, and by nobody else', () => {
    const analyzer = 'for Service default/b is not exported to everybody';
    expect(told('["*"]')).toEqual([
      ['info', `${analyzer}; clients in default reach it all the same, others do not`],
    ]);
    expect(told('[shop]')).toEqual([
      [
        'error',
        'but Service default/b is not exported to everybody: a connection from namespace shop to a.default.svc.cluster.local:80 is closed at once',
      ],
    ]);
  });
});

describe('a destination without port', () => {
  it('behind a match for a port gets that one, whether its VirtualService is refused or not', () => {
    const text = (weight: number) =>
      route(
        `{destination: {host: a}, weight: ${weight}}, {destination: {host: a}, weight: 0}`,
      ).replace('{route:', '{match: [{port: 80}], route:') +
      service('{name: tcp, port: 80}, {name: tcp-b, port: 90}');
    for (const weight of [0, 1])
      expect(found('IST0112', text(weight)).map(({ severity }) => severity)).toEqual([
        'info',
        'info',
      ]);
    expect(found('TCM0223', text(0))).toHaveLength(1);
  });
});

it('a subset without pods that an older DestinationRule outdoes closes no connections', () => {
  const rule = (name: string, tier: string) => `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: default}
spec: {host: a, subsets: [{name: hot, labels: {tier: ${tier}}}]}
`;
  const pod = `---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: default, labels: {app: a, tier: hot}}
spec: {containers: [{name: a}]}
`;
  const mesh =
    service('{name: tcp, port: 80}').replace('spec:', 'spec:\n  selector: {app: a}') + pod;
  const said = (text: string) =>
    found('IST0173', text).map(({ path, severity }) => [path, severity]);
  const path = 'spec.subsets[0].labels';
  expect(said(mesh + rule('a', 'hot') + rule('b', 'HOT'))).toEqual([[path, 'info']]);
  expect(said(mesh + rule('a', 'HOT') + rule('b', 'hot'))).toEqual([[path, 'error']]);
});

describe('a subset without labels', () => {
  const subset = (text: string) =>
    found(
      'TCM1407',
      `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: default}
spec: {host: a, subsets: [${text}]}
`,
    );

  it('is one that gives none, and not one whose labels cannot be read', () => {
    expect(subset('{name: v1}')).toHaveLength(1);
    expect(subset('{name: v1, labels: {}}')).toHaveLength(1);
    expect(subset('{name: v1, lables: {version: v1}}')).toEqual([]);
    expect(subset('{name: v1, labels: {version: 1.0}}')).toEqual([]);
  });
});

describe('a rule that a longer prefix outdoes', () => {
  const inOrder = (first: string, second: string) => `
apiVersion: v1
kind: Service
metadata: {name: a, namespace: default}
spec: {clusterIP: 10.96.1.5, ports: [{name: tcp, port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec:
  hosts: [a]
  tcp:
    - match: [{destinationSubnets: [${first}]}]
      route: [{destination: {host: a}}]
    - match: [{destinationSubnets: [${second}]}]
      route: [{destination: {host: a}}]
`;

  it.each([
    ['10.0.0.0/8', '10.96.0.0/16', 0],
    ['10.96.0.0/16', '10.0.0.0/8', 1],
  ])('is not to be moved, be it before or after it: %s, %s', (first, second, hidden) => {
    const [wrong, ...more] = found('TCM1201', inOrder(first, second));
    expect(more).toEqual([]);
    expect(wrong?.path).toBe(`spec.tcp[${hidden}].match[0]`);
    expect(wrong?.message).toContain(
      `is taken by spec.tcp[${1 - hidden}], for the longer prefix wins whatever the order`,
    );
    expect(wrong?.why).toContain('longest prefix');
    expect(wrong?.help).toContain('moving it changes nothing');
    expect(wrong?.fix).toBeUndefined();
  });
});

describe('a server that passes TLS on', () => {
  const gateway = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: default}
spec:
  selector: {istio: ingressgateway}
  servers:
    - {port: {number: 5432, name: tls-pg, protocol: TLS}, hosts: [pg.example.com], tls: {mode: SIMPLE, credentialName: pg}}
    - {port: {number: 6379, name: tls-redis, protocol: TLS}, hosts: [redis.example.com], tls: {mode: PASSTHROUGH}}
`;
  const rules = (name: string, port: number, list: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default}
spec:
  hosts: [${name}.example.com]
  gateways: [gw]
  ${list}: [{match: [{port: ${port}${list === 'tls' ? `, sniHosts: [${name}.example.com]` : ''}}], route: [{destination: {host: ${name}}}]}]
`;

  it('is told to want tls rules, and nobody else is blamed for it', () => {
    const text = gateway + rules('pg', 5432, 'tcp') + rules('redis', 6379, 'tcp');
    const [silent] = found('TCM1108', text);
    expect(silent?.message).toBe(
      'nothing listens on port 6379 (TLS PASSTHROUGH): it has no use for the tcp rule of VirtualService default/redis',
    );
    expect(silent?.help).toContain('Write a tls rule');
    expect(silent?.why).toContain('server name');
    const [unused, ...more] = found('TCM1105', text);
    expect(more).toEqual([]);
    expect(unused?.message).toContain('none of its servers');
    expect(unused?.message).not.toContain('default/pg');
  });

  it('is not what a server that terminates TLS is', () => {
    const text = gateway + rules('pg', 5432, 'tls') + rules('redis', 6379, 'tls');
    const [silent, ...more] = found('TCM1108', text);
    expect(more).toEqual([]);
    expect(silent?.message).toContain('5432 (TLS SIMPLE): it has no use for the tls rule');
    expect(silent?.help).toContain('Write a tcp rule');
  });

  it.each([
    [
      'a rule for another gateway',
      (rule: string) =>
        rule
          .replace('port: 6379', 'port: 6379, gateways: [other]')
          .replace('gateways: [gw]', 'gateways: [gw, other]'),
    ],
    [
      'one that the host of the server is not open to',
      (rule: string) =>
        rule.replace('namespace: default', 'namespace: shop').replace('[gw]', '[default/gw]'),
    ],
  ])('blames nobody for %s', (_, change) => {
    const scoped = gateway.replace('redis.example.com', 'default/redis.example.com');
    const [silent] = found(
      'TCM1108',
      scoped + rules('pg', 5432, 'tcp') + change(rules('redis', 6379, 'tcp')),
    );
    expect(silent?.message).toBe(
      'nothing listens on port 6379 (TLS PASSTHROUGH): no rule of a VirtualService that is bound to this Gateway is for it',
    );
  });

  it('blames no rule that another server uses', () => {
    const portless = (name: string) => rules(name, 6379, 'tls').replace('port: 6379, ', '');
    const [silent, ...more] = found(
      'TCM1108',
      gateway + portless('redis').replace('hosts: [', 'hosts: [pg.example.com, '),
    );
    expect(more).toEqual([]);
    expect(silent?.message).toBe(
      'nothing listens on port 5432 (TLS SIMPLE): no rule of a VirtualService that is bound to this Gateway is for it',
    );
  });

  it('is content with a tls rule', () => {
    const text = gateway + rules('pg', 5432, 'tcp') + rules('redis', 6379, 'tls');
    expect([...found('TCM1108', text), ...found('TCM1105', text)]).toEqual([]);
  });
});

describe('two findings on one slip', () => {
  const namedPort = (name: string) => service(`{name: ${name}, port: 5432}`);

  it.each([
    ['tco-5432', 'tcp-5432'],
    ['tcp_5432', 'tcp-5432'],
    ['mysq', 'mysql'],
    ['tco-my_db', 'tcp-my-db'],
  ])('in the name of a port, %s, say the same; both are content with it', (name, meant) => {
    const text = namedPort(name);
    expect(found('IST0118', text).map(({ help }) => help)).toEqual([`Write \`name: ${meant}\`.`]);
    expect(found('TCM1308', text).map(({ help }) => help)).toEqual([`Write \`name: ${meant}\`.`]);
    expect([...found('IST0118', namedPort(meant)), ...found('TCM1308', namedPort(meant))]).toEqual(
      [],
    );
  });

  it.each([
    ['echo', 'tcp-echo'],
    ['tcpecho', 'tcp-echo'],
    ['my_db', 'tcp-my-db'],
  ])('are one where the name %s is near no protocol', (name, meant) => {
    const help = (text: string) => found('IST0118', namedPort(text)).map((it) => it.help);
    expect(help(name)).toEqual([`For TCP write \`name: ${meant}\`.`]);
    expect(found('TCM1308', namedPort(name))).toEqual([]);
    expect(help(meant)).toEqual([]);
  });

  const mesh = (ruleHost: string, host: string) => `
${service('{name: tcp, port: 80}')}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: default}
spec: {host: ${ruleHost}, subsets: [{name: v1, labels: {version: v1}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [a], tcp: [{route: [{destination: {host: ${host}, subset: v1}}]}]}
`;
  const full = 'a.default.svc.cluster.local';

  it.each(['a.default', 'b.default.svc.cluster.local'])(
    'in a host, %s, correct the host and leave a DestinationRule that is right alone',
    (host) => {
      const findings = found('IST0101', mesh('a', host));
      expect(findings.map(({ path }) => path)).toEqual([
        'spec.tcp[0].route[0].destination.host',
        'spec.tcp[0].route[0].destination.subset',
      ]);
      for (const { help } of findings) expect(help).toContain(full);
      expect(findings[1]?.help).toBe(
        `Write ${full} as the host of the destination: DestinationRule default/a defines v1 for it.`,
      );
      expect(found('IST0101', mesh('a', full))).toEqual([]);
    },
  );

  it('in the host of a DestinationRule correct that', () => {
    const [wrong] = found('IST0101', mesh('a.default', 'a'));
    expect(wrong?.help).toBe(
      `Write ${full} as the host of DestinationRule default/a, if it is meant for this service.`,
    );
    expect(found('IST0174', mesh('a.default', 'a')).map(({ help }) => help)).toEqual([
      `Did you mean ${full}?`,
    ]);
  });

  it('in the protocol of a port is one: nothing is said of its name', () => {
    const entry = (protocol: string) => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: a, namespace: default}
spec:
  hosts: [a.example.com]
  resolution: DNS
  ports: [{number: 80, name: tcp, protocol: ${protocol}}]
`;
    expect(found('TCM0512', entry('TPC'))).toHaveLength(1);
    expect(found('TCM1312', entry('TPC'))).toEqual([]);
    expect(found('TCM1312', entry('TLS'))).toHaveLength(1);
  });
});

describe('a name that is near no other', () => {
  it('is not taken for one that only shares its namespace', () => {
    const text = route('{destination: {host: payments-ledger}}') + service('{name: tcp, port: 80}');
    expect(found('IST0101', text).map(({ help }) => help)).toEqual([
      'Name a host that is defined (a.default.svc.cluster.local), or add a Service or ServiceEntry for it.',
    ]);
  });
});

describe('several where one is usual', () => {
  const sidecar = (name: string) => `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: ${name}, namespace: default}
spec: {egress: [{hosts: ['./*']}]}
`;
  const messages = (code: string, text: string) => found(code, text).map((it) => it.message);

  it('have a verb for several', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    expect(messages('IST0111', names.map(sidecar).join(''))[0]).toBe(
      'Sidecar default/b, Sidecar default/c, Sidecar default/d and 1 more are for all workloads of default too: only the oldest is used',
    );
    expect(messages('IST0111', sidecar('a') + sidecar('b'))[0]).toBe(
      'Sidecar default/b is for all workloads of default too: only the oldest is used',
    );
  });

  const gateway = (name: string, hosts: string) => `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: default}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 9000, name: tcp, protocol: TCP}, hosts: [${hosts}]}]
`;
  const bound = (host: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [${host}], gateways: [a], tcp: [{route: [{destination: {host: a}}]}]}
`;

  it.each([
    ['b.com', 'serves b.com, which has nothing in common'],
    ['b.com, c.com', 'serves b.com and c.com, which have nothing in common'],
  ])('hosts of a Gateway, %s', (hosts, said) => {
    expect(messages('IST0132', gateway('a', hosts) + bound('d.com'))[0]).toContain(said);
  });

  it('Gateways with one port', () => {
    const three = ['a', 'b', 'c'].map((name) => gateway(name, '"*"')).join('');
    expect(messages('IST0145', three)[0]).toBe(
      'Gateway default/b and Gateway default/c open port 9000 for the same host on the same workload: only the oldest Gateway is used there',
    );
  });

  it('hosts of other VirtualServices are called what they are', () => {
    const declares = (name: string, host: string, scope: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default}
spec: {hosts: ["${host}"], exportTo: ["${scope}"], http: [{route: [{destination: {host: a}}]}]}
`;
    expect(
      messages('IST0109', declares('a', '*.com', '*') + declares('b', 'b.com', '.')).sort(),
    ).toEqual([
      'VirtualService default/a declares *.com for sidecars, which overlaps with b.com: HTTP goes by one of them alone',
      'VirtualService default/b declares b.com for sidecars, which overlaps with *.com: HTTP goes by one of them alone',
    ]);
  });

  it('ports offer a choice, and are those of all that have them', () => {
    const text = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [a, b], tcp: [{match: [{port: 81}], route: [{destination: {host: a}}]}]}
${service('{name: tcp, port: 80}')}${service('{name: tcp, port: 443}').replace('name: a', 'name: b')}`;
    const [wrong] = found('TCM1305', text);
    expect(wrong?.message).toBe(
      'nothing is dialled on port 81: a.default.svc.cluster.local and b.default.svc.cluster.local have 80 and 443',
    );
    expect(wrong?.help).toBe('Use 80 or 443.');
  });

  it('a targetPort of several ports is told that of the list', () => {
    const text = (list: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [a], ${list}: [{match: [{port: 8080}], route: [{destination: {host: a, port: {number: 80}}}]}]}
${service('{name: tcp, port: 9000, targetPort: 8080}, {name: http, port: 80, targetPort: 8080}')}`;
    const help = (list: string) => found('TCM1305', text(list)).map((one) => one.help);
    expect(help('tcp')).toEqual(['8080 is the targetPort; clients dial 9000.']);
    expect(help('http')).toEqual(['8080 is the targetPort; clients dial 80.']);
  });

  it('ports that are offered are for the rules of the list, where the match is for', () => {
    const text = (spec: string) => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: default}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: tls, protocol: TLS}
    hosts: ["*"]
    tls: {mode: PASSTHROUGH}
  - {port: {number: 9000, name: tcp, protocol: TCP}, hosts: ["*"]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [a.default.svc.cluster.local], ${spec}}
${service('{name: tcp, port: 80}, {name: http, port: 81}')}`;
    const route = 'route: [{destination: {host: a, port: {number: 80}}}]';
    const helps = (spec: string) =>
      found('TCM1305', text(spec)).map(({ message, help }) => [message.replace(/^.*: /, ''), help]);
    const sni = 'sniHosts: [a.default.svc.cluster.local]';
    const both = 'Gateway default/gw has 443 and 9000';
    const own = 'a.default.svc.cluster.local has 80 and 81';
    const all = 'a.default.svc.cluster.local and Gateway default/gw have 80, 81, 443 and 9000';
    for (const [spec, expected] of [
      [`gateways: [gw], tcp: [{match: [{port: 1}], ${route}}]`, [[both, 'Use 9000.']]],
      [`gateways: [gw], tls: [{match: [{port: 1, ${sni}}], ${route}}]`, [[both, 'Use 443.']]],
      [`gateways: [gw, mesh], tcp: [{match: [{port: 1}], ${route}}]`, [[all, 'Use 80 or 9000.']]],
      [
        `gateways: [gw, mesh], tcp: [{match: [{port: 1, gateways: [mesh]}], ${route}}]`,
        [[own, 'Use 80.']],
      ],
      [
        `tls: [{match: [{port: 1, ${sni}}], ${route}}]`,
        [
          [
            own,
            'None of these is for tls rules: add a port that is, or write the rule in another list.',
          ],
        ],
      ],
      [`http: [{match: [{port: 1}], ${route}}]`, [[own, 'Use 81.']]],
      // That mesh is not bound is what is wrong there.
      [`gateways: [gw], tcp: [{match: [{port: 81, gateways: [mesh]}], ${route}}]`, []],
    ] as const)
      expect(helps(spec)).toEqual(expected);
  });
});

describe('a ServiceEntry without a waypoint', () => {
  const text = `# options: {"mode":"ambient"}
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: a, namespace: default}
spec:
  hosts: [a.example.com]
  addresses: [10.1.2.3]
  resolution: STATIC
  endpoints: [{address: 10.9.9.9}]
  ports: [{number: 80, name: tcp, protocol: TCP}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: default}
spec: {host: a.example.com, trafficPolicy: {tls: {mode: DISABLE}}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [a.example.com], tcp: [{route: [{destination: {host: a.example.com}}]}]}
`;

  it.each(['TCM1110', 'TCM1113'])('is not called a Service by %s', (code) => {
    expect(found(code, text).map(({ help }) => help.split(' `')[0])).toEqual([
      'Label the ServiceEntry or its namespace',
    ]);
  });
});

describe('what is not checked', () => {
  it('is named with its namespace', () => {
    const filter = (namespace: string) =>
      `apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: a${namespace}}\nspec: {}\n`;
    const namespaceOf = (text: string) =>
      found('TCM0009', text).map((it) => it.resource?.namespace);
    expect(namespaceOf(filter(', namespace: shop'))).toEqual(['shop']);
    expect(namespaceOf(filter(''))).toEqual(['']);
  });
});

describe('the protocol of a port', () => {
  const vs = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: r, namespace: default}
spec: {hosts: [a], tcp: [{match: [{port: 80}], route: [{destination: {host: a, port: {number: 90}}}]}]}
`;
  const spelt = (text: string) => {
    const [wrong] = found('TCM1301', text);
    const [related] = wrong?.related ?? [];
    return [
      related?.span.source.text.slice(related.span.start, related.span.end),
      wrong?.help.split(' if ')[0],
    ];
  };

  it.each([
    ['{name: http, port: 80}, {name: tcp-b, port: 90}', 'http', 'Name the port `tcp`'],
    ['{name: tcp, port: 90}, {name: http, port: 80}', 'http', 'Name the port `tcp-80`'],
    ['{name: tcp, port: 90}, {name: http-web, port: 80}', 'http-web', 'Name the port `tcp-web`'],
    [
      '{name: tcp, port: 90}, {name: web, port: 80, appProtocol: http}',
      'http',
      'Give the port `appProtocol: tcp`',
    ],
  ])('is pointed at where it is said, among several on one line: %s', (ports, said, help) => {
    expect(spelt(service(ports) + vs)).toEqual([said, help]);
  });

  it('of a ServiceEntry is no matter of its name', () => {
    const entry = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: a, namespace: default}
spec:
  hosts: [a.example.com]
  addresses: [10.1.2.3]
  resolution: STATIC
  endpoints: [{address: 10.9.9.9}]
  ports: [{number: 90, name: tcp, protocol: TCP}, {number: 80, name: tcp-b, protocol: HTTP}]
`;
    expect(spelt(entry + vs.replaceAll(/: \[?a\b/g, (a) => `${a}.example.com`))).toEqual([
      'HTTP',
      'Give the port `protocol: TCP`',
    ]);
  });
});

describe('the other Gateway of a conflict', () => {
  it('is pointed at by its server, among several on one line', () => {
    const gateway = (name: string, other: number) => `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: default}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: ${other}, name: tcp, protocol: TCP}, hosts: [x.com]}, {port: {number: 9000, name: tcp-b, protocol: TCP}, hosts: ["*"]}]
`;
    const [wrong] = found('IST0145', gateway('a', 9001) + gateway('b', 9002));
    const [related] = wrong?.related ?? [];
    expect(related?.span.source.text.slice(related.span.start, related.span.end)).toBe('["*"]');
  });
});

describe('what another finding explains', () => {
  const mysql = '{name: mysql, port: 3306}';
  const both = (name: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec:
  hosts: [a]
  tls: [{match: [{port: 3306, sniHosts: [a]}], route: [{destination: {host: a}}]}]
  tcp: [{match: [{port: 3306, destinationSubnets: [${name}]}], route: [{destination: {host: a}}]}]
`;

  it('is not called hidden too: a tls rule on a plain port', () => {
    const text = both('10.0.0.0/8') + service(mysql);
    expect(found('TCM1304', text).map(({ help }) => help)).toEqual([
      'Name the port `tls-mysql`, or write a tcp rule.',
    ]);
    expect(found('TCM1201', text)).toEqual([]);
  });

  it('is not said to depend on an address: 0.0.0.0/0, which is dropped', () => {
    const text = both('0.0.0.0/0') + service(mysql);
    expect(found('TCM1206', text)).toHaveLength(1);
    expect(found('TCM1205', text)).toEqual([]);
  });

  it('is not called unknown: a host whose ServiceEntry is refused', () => {
    const text = (address: string) => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: e, namespace: default}
spec:
  hosts: [e.example.com]
  addresses: [${address}]
  resolution: DNS
  ports: [{number: 80, name: tcp, protocol: TCP}]
---${route('{destination: {host: e.example.com, port: {number: 80}}}')}${service('{name: tcp, port: 80}')}`;
    expect(found('TCM0506', text('10.1.2.0/24'))).toHaveLength(1);
    for (const address of ['10.1.2.0/24', '10.1.2.3'])
      expect(found('TCM1412', text(address))).toEqual([]);
  });
});

describe('a host that two namespaces define', () => {
  const entry = (namespace: string, port: number) => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: e, namespace: ${namespace}}
spec: {hosts: [e.corp], addresses: [10.1.2.${port}], resolution: DNS, ports: [{number: ${port}, name: tcp, protocol: TCP}]}
`;
  const rule = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [e.corp], tcp: [{match: [{port: 9}], route: [{destination: {host: e.corp, port: {number: 9}}}]}]}
`;
  const text = rule + entry('default', 80) + entry('other', 81);

  it('has the ports that its own namespace gives it', () => {
    expect(found('IST0101', text).map(({ message }) => message)).toEqual([
      'ServiceEntry default/e has no port 9, only 80: connections to it are closed at once',
    ]);
  });

  it('is named once', () => {
    expect(found('TCM1305', text).map(({ message }) => message)).toEqual([
      'nothing is dialled on port 9: e.corp has 80 and 81',
    ]);
  });
});

it('an entry of a Sidecar is near a name, not near its namespace', () => {
  const sidecar = (host: string) => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: s, namespace: default}
spec: {egress: [{hosts: [default/${host}.default.svc.cluster.local]}]}
${service('{name: tcp, port: 80}').replaceAll('name: a,', 'name: orders,')}`;
  const help = (host: string) => found('TCM1410', sidecar(host)).map((it) => it.help);
  expect(help('odrers')).toEqual(['Did you mean default/orders.default.svc.cluster.local?']);
  expect(help('redis').join()).not.toContain('Did you mean');
});

describe('what is lost where a destination lacks the port that was dialled', () => {
  const text = (route: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [a], http: [{${route}}]}
${service('{name: http, port: 80}, {name: tcp, port: 90}')}${service('{name: http, port: 81}, {name: http-b, port: 82}').replace('name: a', 'name: b')}`;
  const said = (route: string) =>
    found('IST0112', text(route)).map(({ message, why }) => [
      message.replace(/^.*is taken/, ''),
      why,
    ]);
  const taken =
    'Istio then takes the port that the client dialled. If the destination lacks that one,';

  it('are requests of an http rule', () => {
    expect(said('route: [{destination: {host: b}}]')).toEqual([
      [
        ', and where that is 80, requests to it are answered 503',
        `${taken} every request that takes the route is answered 503.`,
      ],
    ]);
  });

  it('are copies of a mirror', () => {
    const [, ...mirrors] = said(
      'route: [{destination: {host: a}}], mirrors: [{destination: {host: b}}]',
    );
    expect(mirrors).toEqual([
      [
        ', and where that is 80, what is mirrored to it is lost',
        `${taken} the copies that are mirrored to it are lost, and the requests themselves go where the route says.`,
      ],
    ]);
  });
});

describe('what is lost where a destination is missing', () => {
  const text = (list: string, route: string, port = '{name: http, port: 80}') => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [a], ${list}: [{${route}}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: default}
spec: {host: a, subsets: [{name: v0, labels: {version: v0}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: default, labels: {app: a}}
${service(port)}`;
  const to = (destination: string) => `route: [{destination: {${destination}}}]`;
  const said = (code: string, ...args: Parameters<typeof text>) =>
    found(code, text(...args)).map(({ message, why }) => [message.replace(/^.*: /, ''), why]);
  const request = ['requests to it are answered 503', /every request .* is answered 503\.$/];
  const connection = [
    'connections to it are closed at once',
    /every connection .* closed at once\.$/,
  ];
  const copy = [
    'what is mirrored to it is lost',
    /the requests themselves go where the route says\.$/,
  ];

  it.each(['host: nope', 'host: a, port: {number: 81}', 'host: a, subset: v9'])('%s', (missing) => {
    for (const [list, route, [so, why]] of [
      ['http', to(missing), request],
      ['tcp', to(missing), connection],
      ['tls', `match: [{sniHosts: [a]}], ${to(missing)}`, connection],
      ['http', `${to('host: a')}, mirror: {${missing}}`, copy],
    ] as const)
      expect(said('IST0101', list, route)).toEqual([[so, expect.stringMatching(why ?? '')]]);
  });

  it('a subset without pods, by the ports of its host', () => {
    const route = to('host: a, subset: v0');
    for (const [port, [so, why]] of [
      ['{name: http, port: 80}', request],
      ['{name: tcp, port: 80}', connection],
    ] as const)
      expect(said('IST0173', 'http', route, port)).toEqual([
        [so, expect.stringMatching(why ?? '')],
      ]);
    expect(said('IST0173', 'http', route, '{name: http, port: 80}, {name: tcp, port: 81}')).toEqual(
      [
        [
          'connections to it are closed at once, HTTP requests answered 503',
          expect.stringContaining('closed at once, or a request answered 503.'),
        ],
      ],
    );
  });
});

describe('what is said of', () => {
  const rules = (tcp: string, name = 'a') => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default}
spec:
  hosts: [a]
  tcp: [${tcp}]
`;
  const one = service('{name: tcp, port: 80}');
  const two = service('{name: tcp, port: 80}, {name: tcp-b, port: 81}');
  const said = (code: string, text: string) => found(code, text).map(({ message }) => message);
  const route = '{route: [{destination: {host: a, port: {number: 80}}}]}';

  it('a destination twice, by its port if its service has one alone', () => {
    const both = `{route: [{destination: {host: a}, weight: 50}, {destination: {host: a, port: {number: 80}}, weight: 50}]}`;
    expect(said('TCM1404', rules(both) + one)).toEqual([
      'a is a destination of this route already',
    ]);
    expect(said('TCM1404', rules(both) + two)).toEqual([]);
    const refused = both.replaceAll('host: a', 'host: y');
    expect(said('TCM1404', rules(refused) + one)).toEqual([]);
  });

  it('an object whose name cannot be read', () => {
    const [message] = said('IST0109', `${rules(route)}---${rules(route, 'y')}`);
    expect(message).toContain('a VirtualService without a name');
  });

  it('the last of several rules without a match', () => {
    expect(said('TCM0224', rules(`${route}, ${route}, ${route}`))).toEqual([
      'rule 2 is never used: rule 1 before it has no match, so it takes all',
      'rule 3 is never used: rule 2 before it has no match, so it takes all',
    ]);
  });

  it('a destination whose port is written in a form that is refused', () => {
    const to = (port: string) => rules(`{route: [{destination: {host: a${port}}}]}`) + two;
    expect(said('IST0112', to(''))).toHaveLength(1);
    expect(said('IST0112', to(', port: null'))).toHaveLength(1);
    expect(said('IST0112', to(', port: 80'))).toEqual([]);
  });

  it('a match that another one of its rule holds for', () => {
    const matches = (...of: readonly string[]) =>
      said('TCM1202', rules(`{match: [${of.join()}], ${route.slice(1)}`) + two);
    const nothing = (n: number) => [
      `this match adds nothing: match ${n} of the rule holds wherever it does`,
    ];
    const labels = (more = '') => `{sourceLabels: {app: d${more}}}`;
    expect(matches(labels(), labels(', x: u'))).toEqual(nothing(1));
    expect(matches(labels(', x: u'), labels())).toEqual(nothing(2));
    expect(matches(labels(', x: u'), labels(', z: u'))).toEqual([]);
    expect(matches('{sourceNamespace: a}', '{sourceNamespace: a, port: 80}')).toEqual(nothing(1));
    expect(matches('{port: 81}', '{sourceNamespace: a, port: 80}')).toEqual([]);
    expect(matches('{sourceNamespace: a}', '{sourceNamespace: a, gateways: [mesh]}')).toEqual(
      nothing(1),
    );
    // Its own filter chain, which is before others for these addresses.
    const subnets = '{sourceNamespace: a, destinationSubnets: [10.0.0.0/8]}';
    expect(matches('{sourceNamespace: a}', subnets)).toEqual([]);
  });

  it('a targetPort that pods will lack, where none of them runs now', () => {
    const deployment = (replicas: number, port: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: default}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec: {containers: [{name: a, image: a, ports: [{containerPort: 80, name: ${port}}]}]}
`;
    const text = service('{name: tcp, port: 80, targetPort: db}').replace(
      'spec:',
      'spec:\n  selector: {app: a}',
    );
    for (const replicas of [0, 2]) {
      expect(said('TCM1311', text + deployment(replicas, 'dbx'))).toEqual([
        'no container has a port named db: port 80 of a has no endpoints',
      ]);
      expect(said('TCM1311', text + deployment(replicas, 'db'))).toEqual([]);
    }
  });
});

it('a wildcard is near a wildcard, not every one', () => {
  const text = (host: string) => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: e, namespace: default}
spec: {hosts: ["*.rds.amazonaws.com"], ports: [{number: 80, name: http, protocol: HTTP}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: d, namespace: default}
spec: {host: "${host}"}
${service('{name: tcp, port: 80}')}`;
  const help = (host: string) =>
    found('IST0174', text(host))
      .map((it) => it.help)
      .join();
  expect(help('*.a.default.svc.cluster.local')).not.toContain('Did you mean');
  expect(help('*.example.com')).not.toContain('Did you mean');
  expect(help('*.rdss.amazonaws.com')).toBe('Did you mean *.rds.amazonaws.com?');
});

it('subsets without names are not offered', () => {
  const text = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: default}
spec: {host: a, subsets: [{labels: {version: v2}}]}
---${route('{destination: {host: a, subset: v2}}')}${service('{name: tcp, port: 80}')}`;
  expect(found('IST0101', text).map(({ help, related }) => [help, related.length])).toEqual([
    ['Add the subset v2 to DestinationRule default/a.', 0],
  ]);
});

it.each([
  ['a.example.com', ''],
  ['a.elsewhere.svc.cluster.local', 'Did you mean a.default.svc.cluster.local?'],
  ['a.elsewhere', 'Did you mean a.default.svc.cluster.local?'],
])('a service is meant by %s only if it is a name of a cluster', (host, help) => {
  const entry = `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: e, namespace: default}
spec: {hosts: [completely.different.org], resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}]}
`;
  const text = route('{destination: {host: a}}').replace('hosts: [a]', `hosts: [${host}]`);
  const [wrong] = found('TCM1306', text + service('{name: tcp, port: 80}') + entry);
  expect(wrong?.help.includes('Did you mean') ? wrong.help : '').toBe(help);
});

it('a DestinationRule for a host that Istio does not complete is the one to mend', () => {
  const text = (subset: string) => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: default}
spec: {host: a.default, subsets: [{name: V2, labels: {version: v2}}]}
---${route(`{destination: {host: a, subset: ${subset}}}`)}${service('{name: tcp, port: 80}')}`;
  const help = (subset: string) => found('IST0101', text(subset)).map((it) => it.help);
  const start = 'Write a.default.svc.cluster.local as the host of DestinationRule default/a, and';
  expect(help('v2')).toEqual([`${start} V2 as the subset here.`]);
  expect(help('canary')).toEqual([`${start} add the subset canary to it.`]);
});

describe('one of several matches', () => {
  const rules = (list: string, matches: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec: {hosts: [a], ${list}: [{match: [${matches}], route: [{destination: {host: a, port: {number: 80}}}]}]}
${service('{name: tcp, port: 80}, {name: http, port: 81}, {name: tls, port: 82}')}`;

  it.each([
    ['TCM1301', 'tcp', '{port: 80}, {port: 81}', 'warning'],
    ['TCM1302', 'tcp', '{port: 80}, {port: 82}', 'warning'],
    ['TCM1302', 'tcp', '{port: 81}, {port: 82}', 'error'],
    ['TCM1304', 'tls', '{port: 82, sniHosts: [a]}, {port: 80, sniHosts: [a]}', 'warning'],
  ])('for a port of another protocol is named by %s: %s %s', (code, list, matches, severity) => {
    const findings = found(code, rules(list, matches));
    expect(findings.map((it) => `${it.path} ${it.severity}`)).toEqual([
      `spec.${list}[0].match[1] ${severity}`,
    ]);
    expect(found('TCM1202', rules(list, matches))).toEqual([]);
  });
});

it('a host that is only another name has rules that belong to nothing', () => {
  const text = (hosts: string) => `
apiVersion: v1
kind: Service
metadata: {name: ext, namespace: default}
spec: {type: ExternalName, externalName: db.example.com, ports: [{name: tcp-db, port: 80}]}
${service('{name: tcp, port: 80}')}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: default}
spec: {hosts: [${hosts}], tcp: [{route: [{destination: {host: a}}]}]}
`;
  const name =
    'ext.default.svc.cluster.local is only another name for db.example.com, without a listener of its own';
  expect(found('TCM1306', text('ext')).map((it) => it.message)).toEqual([
    `${name}, so for sidecars these rules belong to nothing`,
  ]);
  expect(found('TCM1306', text('ext, a, nobody')).map((it) => it.message)).toEqual([
    `${name}, so for sidecars it adds nothing to the others`,
    'no Service or ServiceEntry has the host nobody.default.svc.cluster.local, so for sidecars it adds nothing to the others',
  ]);
});

describe('a listener of a Sidecar with a port', () => {
  const sidecar = (listeners: string) => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: s, namespace: default}
spec: {egress: [${listeners}]}
${service('{name: tcp, port: 80}, {name: tcp-b, port: 90}')}`;
  const host = 'hosts: [./a.default.svc.cluster.local]';

  it('imports only services that have the port', () => {
    const text = sidecar(
      [81, 80].map((n) => `{port: {number: ${n}, protocol: TCP, name: t${n}}, ${host}}`).join(),
    );
    expect(found('TCM1410', text).map(({ path, help }) => [path, help])).toEqual([
      ['spec.egress[0].port.number', 'Use 80 or 90.'],
    ]);
  });

  it('for an HTTP proxy imports them whatever their ports', () => {
    const text = sidecar(
      `{port: {number: 81, protocol: HTTP_PROXY, name: p}, bind: 127.0.0.1, ${host}}`,
    );
    expect(found('TCM1410', text)).toEqual([]);
  });
});

describe('an address that no file gives', () => {
  const rules = (subnet: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: r, namespace: default}
spec:
  hosts: [a]
  tcp:
  - match: [{port: 80, destinationSubnets: [${subnet}]}]
    route: [{destination: {host: a, port: {number: 80}}}]
  - match: [{port: 80}]
    route: [{destination: {host: a, port: {number: 80}}}]
`;
  const hidden = (address: string, subnet: string) =>
    found(
      'TCM1201',
      service('{name: tcp, port: 80}').replace(
        'spec:',
        `spec:\n  selector: {app: a}\n  ${address}`,
      ) +
        rules(subnet) +
        `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: default}
spec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a}]}}}
`,
    ).map(({ path }) => path);

  it.each([
    ['', '10.0.0.0/8', []],
    ['clusterIP: None', '10.0.0.0/8', []],
    ['clusterIP: 10.1.2.3', '10.0.0.0/8', ['spec.tcp[1].match[0]']],
    ['', '0.0.0.0/1', ['spec.tcp[1].match[0]']],
  ])('proves nothing of subnets: %s in %s', (address, subnet, expected) => {
    expect(hidden(address, subnet)).toEqual(expected);
  });
});

it('a port of a number that is there twice is not called one of several', () => {
  const text =
    route('{destination: {host: a}}') +
    service('{name: tcp, port: 53}, {name: dns, port: 53, protocol: UDP}');
  const gateway = text.replace('hosts: [a]', 'hosts: [x.com], gateways: [g]');
  expect(found('IST0112', gateway).map(({ message, help }) => [message, help])).toEqual([
    [
      'Service default/a has port 53 several times, and this destination does not say which: the port that the client dialled is taken',
      'Add `port: {number: 53}`.',
    ],
  ]);
});

it.each([
  ['game-tcp', 'tcp-game'],
  ['web.http', 'http-web'],
])('a protocol at the end of a name, %s, belongs to its beginning', (name, meant) => {
  const help = (text: string) =>
    found('IST0118', service(`{name: ${text}, port: 80}`)).map((it) => it.help);
  expect(help(name)).toEqual([`Write \`name: ${meant}\`.`]);
  expect(help(meant)).toEqual([]);
});
