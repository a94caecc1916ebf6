/** What explain tells to do, and what it does not: remedies that mend, reasons that hold, and no advice that breaks something else. */
import { describe, expect, it } from 'vitest';
import { runCommand } from './fake-world.ts';

const explain = async (text: string, command: string) => {
  const { stdout, code } = await runCommand(['explain', 'mesh.yaml', ...command.split(' ')], {
    files: { 'mesh.yaml': text },
  });
  expect(code).toBe(0);
  return stdout;
};

const istio = (kind: string, metadata: string, spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: {${metadata}}\nspec: ${spec}\n---\n`;
const service = (name: string, spec: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: prod}\nspec: {${spec}}\n---\n`;
const pod = (name: string, labels: string, ip: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: prod, labels: {${labels}}}\nstatus: {phase: Running, podIP: ${ip}}\n---\n`;

const pg =
  service('pg', 'clusterIP: 10.96.0.1, selector: {app: pg}, ports: [{name: tcp, port: 5432}]') +
  pod('pg-1', 'app: pg, version: v1', '10.244.0.1') +
  pod('pg-2', 'app: pg, version: v2', '10.244.0.2');
const split = istio(
  'VirtualService',
  'name: pg, namespace: prod',
  '{hosts: [pg], tcp: [{route: [{destination: {host: pg, subset: v1}, weight: 80}, {destination: {host: pg, subset: v2}, weight: 20}]}]}',
);
const rule = (subsets: string, namespace = 'prod') =>
  istio(
    'DestinationRule',
    `name: pg, namespace: ${namespace}`,
    `{host: pg.prod.svc.cluster.local, subsets: ${subsets}}`,
  );
const ask = '--src-ns prod --host pg --port 5432';

describe('a subset that is not there', () => {
  it('is added as its siblings are, and not spelt as one that has its share already', async () => {
    const told = await explain(pg + split + rule('[{name: v1, labels: {version: v1}}]'), ask);
    expect(told).toContain(
      'in DestinationRule prod/pg add the subset v2 with the label version=v2: then it goes to 80 % pg.prod.svc.cluster.local:5432 subset v1, 20 % pg.prod.svc.cluster.local:5432 subset v2  mesh.yaml:',
    );
    expect(told).not.toContain('write the subset as v1');
  });

  it('is not made up where no endpoint would have it', async () => {
    const odd = split.replaceAll('subset: v2', 'subset: blue');
    const told = await explain(pg + odd + rule('[{name: v1, labels: {version: v1}}]'), ask);
    expect(told).not.toContain('add the subset');
    expect(told).toContain('take the subset blue out of its destination');
  });

  it('is one remedy where two shares want the same', async () => {
    const both = '[{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]';
    const told = await explain(pg + split + rule(both, 'infra'), ask);
    expect(told.split('put DestinationRule infra/pg into namespace prod: then')).toHaveLength(2);
  });

  it('names the object and the namespace, whatever they are called', async () => {
    const hidden = istio(
      'DestinationRule',
      'name: pg, namespace: prod',
      '{host: pg, exportTo: ["."], subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}',
    );
    expect(await explain(pg + split + hidden, '--src-ns it --host pg.prod --port 5432')).toContain(
      'in DestinationRule prod/pg add it to its exportTo: then it goes to 80 % pg.prod',
    );
  });

  it('asks for a label that endpoints have', async () => {
    const entry = istio(
      'ServiceEntry',
      'name: db, namespace: prod',
      '{hosts: [db.example.com], addresses: [203.0.113.1], resolution: STATIC, ports: [{number: 5432, name: tcp, protocol: TCP}], endpoints: [{address: 203.0.113.9, labels: {role: replica}}]}',
    );
    const wrong = istio(
      'DestinationRule',
      'name: db, namespace: prod',
      '{host: db.example.com, subsets: [{name: replica, labels: {role: replicas}}]}',
    );
    const route = istio(
      'VirtualService',
      'name: db, namespace: prod',
      '{hosts: [db.example.com], tcp: [{route: [{destination: {host: db.example.com, subset: replica}}]}]}',
    );
    expect(
      await explain(entry + wrong + route, '--src-ns prod --host db.example.com --port 5432'),
    ).toContain(
      'in DestinationRule prod/db write the label of subset replica as role=replica: then it goes to db.example.com:5432 subset replica',
    );
  });
});

const gateway = istio(
  'Gateway',
  'name: edge, namespace: prod',
  `
  selector: {istio: edge}
  servers:
  - {port: {number: 5432, name: pg, protocol: TLS}, hosts: [pg.example.com], tls: {mode: SIMPLE, credentialName: c}}
  - {port: {number: 6379, name: redis, protocol: TCP}, hosts: ["prod/*"]}
  - {port: {number: 8443, name: pass, protocol: TLS}, hosts: ["*.apps.example.com"], tls: {mode: PASSTHROUGH}}`,
);
const bound = (name: string, hosts: string, rules: string, namespace = 'prod') =>
  istio(
    'VirtualService',
    `name: ${name}, namespace: ${namespace}`,
    `{hosts: ${hosts}, gateways: [prod/edge], ${rules}}`,
  );
const toPg = 'route: [{destination: {host: pg.prod.svc.cluster.local}}]';
const edge =
  pg +
  gateway +
  bound('pg', '[pg.example.com]', `tcp: [{${toPg}}]`) +
  bound('other', '["*"]', `tcp: [{match: [{port: 6379}], ${toPg}}]`, 'test') +
  bound('redis', '[redis.example.com]', `tcp: [{match: [{port: 6379}], ${toPg}}]`) +
  bound(
    'apps',
    '[a.apps.example.com]',
    `tls: [{match: [{sniHosts: [a.apps.example.com]}], ${toPg}}], tcp: [{${toPg}}]`,
  );

describe('at a gateway', () => {
  it('a server that ends TLS is behind its server name', async () => {
    const told = await explain(edge, '--gateway edge --port 5432');
    expect(told).toContain(
      'rule 1: would take it, but its server is for the server name pg.example.com, and the connection shows none',
    );
    expect(told).toContain(
      'if it asked by TLS for the server name pg.example.com, rule 1 of VirtualService prod/pg would take it: it goes to pg.prod',
    );
    expect(told).toContain('no server name is given, and this port goes by server names: --sni');
    expect(told).not.toContain('if it dialled port');
  });

  it('a connection that has its server is told of no other', async () => {
    const told = await explain(edge, '--gateway edge --port 5432 --sni pg.example.com');
    expect(told).not.toContain('What one change would do');
    expect(told).not.toContain('no server name is given');
    expect(told).toContain(
      'VirtualService prod/redis: its host redis.example.com is not among those of the server (pg.example.com)',
    );
  });

  it('a server for one namespace says so', async () => {
    const told = await explain(edge, '--gateway edge --port 6379');
    expect(told).toContain(
      'VirtualService test/other: is in namespace test, and the server takes prod/* alone',
    );
    expect(told).toContain('by rule 1 of VirtualService prod/redis');
  });

  it('tcp rules are told to have no say where a server goes by tls rules', async () => {
    const told = await explain(edge, '--rule prod/apps');
    expect(told).toMatch(
      /✗ no connection reaches it\n(?: {4,6}.*\n)* {6}has no say: this port uses tls rules/,
    );
    expect(told).toContain(
      'tcpmesh explain --gateway prod/edge --port 8443 --sni a.apps.example.com',
    );
  });
});

describe('a rule that nothing reaches', () => {
  it('names the host that nobody has, and the one that was meant', async () => {
    const short = istio(
      'VirtualService',
      'name: short, namespace: prod',
      `{hosts: [pg.prod], tcp: [{${toPg}}]}`,
    );
    expect(await explain(pg + short, '--rule prod/short')).toContain(
      'no service is called pg.prod: did you mean pg.prod.svc.cluster.local?',
    );
  });

  it('names the Gateway that is not there', async () => {
    const lost = bound('lost', '["*"]', `tcp: [{${toPg}}]`).replace('prod/edge', 'prod/egde');
    expect(await explain(pg + gateway + lost, '--bare --rule prod/lost')).toContain(
      'the mesh has no Gateway prod/egde',
    );
  });
});

describe('what an answer rests on', () => {
  it('a Pod that tcpmesh made up is marked where it stands', async () => {
    const two = '[{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]';
    const [pgService = ''] = pg.split('---\n');
    const told = await explain(`${pgService}---\n${rule(two)}`, `${ask} --brief`);
    expect(told).toContain('prod/pg-v2 (a stand-in: see below)');
    expect(told).toContain('stand-in: workload prod/pg-v2');
  });

  it('a subset without Pods is an outage where the Service has some', async () => {
    const deployment =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: pg, namespace: prod}\nspec: {selector: {matchLabels: {app: pg}}, template: {metadata: {labels: {app: pg, version: v1}}}}\n---\n';
    const two = '[{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]';
    const [pgService = ''] = pg.split('---\n');
    const toV2 = `---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: to-v2, namespace: prod}\nspec: {hosts: [pg], tcp: [{route: [{destination: {host: pg, subset: v2}}]}]}\n`;
    const told = await explain(`${pgService}---\n${deployment}${rule(two)}${toV2}`, ask);
    expect(told).toContain('no-endpoints');
    expect(told).not.toContain('stand-in');
  });

  it('a headless Service does not translate its port', async () => {
    const headless =
      service(
        'db',
        'clusterIP: None, selector: {app: pg}, ports: [{name: tcp, port: 5432, targetPort: 15432}]',
      ) + pod('pg-1', 'app: pg', '10.244.0.1');
    const at = '--src-ns prod --host db --port 5432';
    expect(await explain(headless, at)).toContain(
      'nor does targetPort 15432: it arrives at port 5432 of the Pod',
    );
    expect(await explain(headless.replace(', targetPort: 15432', ''), at)).not.toContain(
      'targetPort',
    );
  });
});

describe('what is asked for', () => {
  const name = service(
    'ext',
    'type: ExternalName, externalName: db.example.com, ports: [{port: 5432}]',
  );

  it('another name has no listener', async () => {
    expect(await explain(name, '--src-ns prod --host ext --port 5432')).toContain(
      '✗ ext.prod.svc.cluster.local is only another name for db.example.com: Istio makes no listener for it',
    );
  });

  it('a Sidecar may put a service elsewhere', async () => {
    const sidecar = istio(
      'Sidecar',
      'name: s, namespace: prod',
      '{egress: [{port: {number: 5432, protocol: TCP, name: t}, bind: 127.0.0.1, captureMode: NONE, hosts: ["./*"]}]}',
    );
    const told = await explain(pg + sidecar, ask);
    expect(told).toContain(
      'Sidecar prod/s has pg.prod.svc.cluster.local listen at 127.0.0.1 alone',
    );
    expect(told).not.toContain('leaves pg.prod.svc.cluster.local out');
  });

  it('an address as a host is an address', async () => {
    const told = await explain(pg, '--src-ns prod --host 10.96.0.1 --port 5432');
    expect(told).toMatch(/^client in prod → 10\.96\.0\.1:5432\n/);
    expect(told).not.toContain('10.96.0.1 is 10.96.0.1');
  });

  it('an HTTP port is asked about as no client of it would, and this is said', async () => {
    const web = service('web', 'clusterIP: 10.96.0.9, ports: [{name: http, port: 80}]');
    const said = 'this port goes by them: --protocol http asks as a client of HTTP does';
    expect(await explain(web, '--src-ns prod --host web --port 80')).toContain(said);
    expect(await explain(web, '--src-ns prod --host web --port 80 --protocol http')).not.toContain(
      said,
    );
  });

  it('a rule for another port is no near-miss of a call that has its rule', async () => {
    const two = istio(
      'VirtualService',
      'name: pg, namespace: prod',
      `{hosts: [pg], tcp: [{match: [{port: 5432}], ${toPg}}, {match: [{port: 5433}], ${toPg}}]}`,
    );
    const ports = pg.replace(
      '{name: tcp, port: 5432}',
      '{name: tcp, port: 5432}, {name: tcp-b, port: 5433}',
    );
    expect(await explain(ports + two, ask)).not.toContain('if it dialled port');
  });

  it('a weight of 0 is told from none', async () => {
    const zero = split.replace('subset: v1}, weight: 80', 'subset: v1}, weight: 0');
    const both = '[{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]';
    const told = await explain(pg + zero + rule(both), ask);
    expect(told).toContain('pg has the weight 0 beside others: it gets nothing');
  });

  it('a port that a destination lacks is shown at its Service', async () => {
    const wrong = istio(
      'VirtualService',
      'name: pg, namespace: prod',
      '{hosts: [pg], tcp: [{route: [{destination: {host: pg, port: {number: 5433}}}]}]}',
    );
    expect(await explain(pg + wrong, ask)).toMatch(
      /✗ pg\.prod\.svc\.cluster\.local has no port 5433, only 5432 {2}mesh\.yaml:4\n/,
    );
  });
});

describe('names and addresses that stand for many', () => {
  const entry = (spec: string) => istio('ServiceEntry', 'name: e, namespace: prod', spec);

  it('a wildcard that is not exported keeps a name out, and says so', async () => {
    const wild = entry(
      '{hosts: ["*.saas.example"], exportTo: ["."], resolution: NONE, ports: [{number: 443, name: tls, protocol: TLS}]}',
    );
    const from = (namespace: string) =>
      explain(wild, `--src-ns ${namespace} --host a.saas.example --port 443 --sni a.saas.example`);
    expect(await from('app')).toContain('✗ *.saas.example is not exported to app');
    expect(await from('prod')).toContain('this one takes every other address on the port');
  });

  it('one address stands for a prefix, which the files do give', async () => {
    const corp = entry(
      '{hosts: [corp.internal], addresses: [172.20.0.0/16], resolution: STATIC, ports: [{number: 1521, name: tcp, protocol: TCP}], endpoints: [{address: 192.0.2.1}]}',
    );
    const told = await explain(corp, '--src-ns app --host corp.internal --port 1521');
    expect(told).toContain('corp.internal is 172.20.0.0, one of 172.20.0.0/16');
    expect(told).toContain('corp.internal has every address in 172.20.0.0/16');
    expect(told).not.toContain('no address in the files');
  });
});

describe('workloads of Gateways', () => {
  const withPod = edge + pod('edge-1', 'istio: edge', '10.244.0.9');

  it('have no sidecar to answer for', async () => {
    const told = await explain(withPod, '--from prod/edge-1 --host pg --port 5432 --brief');
    expect(told).toContain(
      'but prod/edge-1 is a workload of Gateway prod/edge and has no sidecar, which this answer takes for granted: --gateway prod/edge-1 asks',
    );
  });

  it('are no clients of a first test file', async () => {
    const { stdout } = await runCommand(['test', '--init', 'mesh.yaml'], {
      files: { 'mesh.yaml': withPod },
    });
    expect(stdout).toContain('{workload: prod/pg-1}');
    expect(stdout).not.toContain('{workload: prod/edge-1}');
    expect(stdout).toContain('gateway: {namespace: prod, labels: {istio: edge}}');
  });
});

it('a rule in a listener that Envoy refuses is kept away by that', async () => {
  const twice = istio(
    'VirtualService',
    'name: pg, namespace: prod',
    `{hosts: [pg], tcp: [{match: [{destinationSubnets: [10.0.0.0/8]}], ${toPg}}, {match: [{destinationSubnets: [10.0.0.0/8]}], ${toPg}}]}`,
  );
  expect(await explain(pg + twice, '--rule prod/pg#2')).toMatch(
    /finds no working listener: .*\n {6}Envoy refuses it: the filter chains of/,
  );
});

it('a port that a destination lacks is told the ports of TCP, and that these are not all', async () => {
  const dns = service(
    'dns',
    'clusterIP: 10.96.0.2, ports: [{name: tcp, port: 90}, {name: dns, port: 53, protocol: UDP}]',
  );
  const away = istio(
    'VirtualService',
    'name: pg, namespace: prod',
    '{hosts: [pg], tcp: [{route: [{destination: {host: dns, port: {number: 57}}}]}]}',
  );
  expect(await explain(pg + dns + away, ask)).toContain('has no port 57, only 90 for TCP');
});
