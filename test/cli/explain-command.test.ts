/** `tcpmesh explain` for scripts: the shape of its JSON, exit codes, calls from a file, Mermaid, and questions that have no answer. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCommand } from './fake-world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sample = (name: string): string => readFileSync(`${root}/samples/${name}`, 'utf8');
const files = {
  'echoserver.yaml': sample('tcp-matching/echoserver.yaml'),
  'telnet.yaml': sample('tcp-matching/telnet.yaml'),
  'source-namespace.yaml': sample('tcp-matching/source-namespace.yaml'),
};
const explain = (command: string, more: Record<string, string> = {}) =>
  runCommand(['explain', ...command.split(' ')], { files: { ...files, ...more } });
const echo = '--src-ns foo --host echo-server.default --port 19000';

describe('NAMESPACE/client', () => {
  it('is a workload without labels, as for run, in a namespace that has something', async () => {
    const asked = '--host echo-server.default --port 19000 -o json';
    const { code, stdout } = await explain(`--from foo/client ${asked}`);
    expect(code).toBe(0);
    const described = await explain(`--src-ns foo ${asked}`);
    expect(JSON.parse(stdout).results).toEqual(JSON.parse(described.stdout).results);
    const nowhere = await explain(`--from nowhere/client ${asked}`);
    expect([nowhere.code, nowhere.stdout]).toEqual([2, '']);
    expect(nowhere.stderr).toContain('the mesh has no workload nowhere/client');
  });

  it('is one in test files too', async () => {
    const described = (from: string): string =>
      `config: [.]\nconnections:\n- name: one\n  from: {workload: ${from}}\n  to: {host: echo-server.default, port: 19000}\n  expect: {rule: default/source-namespace}\n`;
    const run = (from: string) =>
      runCommand(['test', 'a.mesh-test.yaml'], {
        files: { ...files, 'a.mesh-test.yaml': described(from) },
      });
    expect((await run('foo/client')).code).toBe(0);
    const nowhere = await run('nowhere/client');
    expect(`${nowhere.stdout}${nowhere.stderr}`).toContain('no workload nowhere/client');
    expect(nowhere.code).not.toBe(0);
  });
});

describe('explain -o json', () => {
  it('has the fields of the contract', async () => {
    const { code, stdout } = await explain(`${echo} -o json`);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.schemaVersion).toBe(1);
    const [result] = report.results;
    expect(result.call).toEqual({
      from: { namespace: 'foo', labels: {} },
      to: { host: 'echo-server.default.svc.cluster.local', ip: '192.168.20.1', port: 19000 },
      protocol: 'tcp',
    });
    expect(result.outcome).toBe('routed');
    expect(result.rule).toEqual({
      kind: 'VirtualService',
      namespace: 'default',
      name: 'source-namespace',
      path: 'spec.tcp[0]',
      file: 'source-namespace.yaml',
      line: 11,
      column: 5,
    });
    expect(result.destinations).toEqual([
      {
        cluster: 'outbound|19000||echo-server-2.default.svc.cluster.local',
        host: 'echo-server-2.default.svc.cluster.local',
        subset: '',
        port: 19000,
        share: 1,
        endpoints: [expect.stringMatching(/^10\.[\d.]+:9000$/)],
        problem: null,
      },
    ]);
    expect(result.steps).toContainEqual({
      stage: 'match',
      subject: 'default/source-namespace spec.tcp[0].match[0]',
      result: 'taken',
      reason: 'match-held',
      message: expect.any(String),
      file: 'source-namespace.yaml',
      line: 12,
    });
    expect(result.elsewhere[0]).toMatchObject({ any: true, outcome: 'routed' });
    expect(Array.isArray(result.assumptions)).toBe(true);
  });

  it('tells other namespaces apart from those with the same answer', async () => {
    const mesh = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {ports: [{name: tcp, port: 5432}], selector: {app: db}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: data}
spec:
  hosts: [db]
  tcp:
  - match: [{sourceNamespace: shop}, {sourceNamespace: data}]
    route: [{destination: {host: db}}]
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: istio-system}
spec: {egress: [{hosts: ["./*"]}]}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: ["*/*"]}]}
`;
    const argv = 'explain mesh.yaml --src-ns shop --host db.data --port 5432'.split(' ');
    const files = { 'mesh.yaml': mesh };
    const { stdout } = await runCommand(argv, { files });
    expect(stdout).toContain('from any other namespace but data it passes through');
    const { stdout: json } = await runCommand([...argv, '-o', 'json'], { files });
    expect(JSON.parse(json).results[0].elsewhere).toMatchObject([{ any: true, except: ['data'] }]);
  });

  it('has one result for each service when no host is named', async () => {
    const { stdout } = await explain('--src-ns foo --port 19000 -o json');
    const { results } = JSON.parse(stdout);
    expect(results.map((r: { rule: unknown }) => r.rule === null)).toEqual([false, true]);
  });

  it('says the same as YAML', async () => {
    const json = await explain(`${echo} -o json`);
    const yaml = await explain(`${echo} -o yaml`);
    expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout));
  });

  it('answers the reverse question', async () => {
    const { stdout } = await explain('--rule default/source-namespace#1 -o json');
    const report = JSON.parse(stdout);
    expect(report.rules).toHaveLength(1);
    expect(report.rules[0]).toMatchObject({ reached: true, call: { from: { namespace: 'foo' } } });
    expect(report.results[0].rule.path).toBe('spec.tcp[0]');
  });
});

describe('explain --expect', () => {
  it.each([
    ['host=echo-server-2', 0],
    ['host=echo-server-2,rule=default/source-namespace#1', 0],
    ['subset=v2', 1],
    ['rule=none', 1],
  ])('%s: exit code %i', async (what, wanted) => {
    for (const output of ['text', 'json', 'yaml', 'mermaid']) {
      const { code, stderr } = await explain(`${echo} --expect ${what} -o ${output}`);
      expect(code).toBe(wanted);
      if (wanted === 1) expect(stderr).toContain('expected');
    }
  });

  it('fails for a call that is not routed', async () => {
    const { code, stderr } = await explain(
      '--dst-ip 8.8.8.8 --port 53 --expect subset=v1 --src-ns foo',
    );
    expect(code).toBe(1);
    expect(stderr).toContain('tcpmesh: 8.8.8.8:53: expected outcome routed, got passthrough\n');
  });
});

describe('explain --calls', () => {
  const calls =
    '- {from: {namespace: foo}, to: {host: echo-server.default, port: 19000}}\n- {from: {workload: default/telnet-client}, to: {ip: 192.168.20.1, port: 19000}}\n';

  it('answers them all', async () => {
    const { stdout } = await explain('--calls calls.txt -o json', { 'calls.txt': calls });
    const { results } = JSON.parse(stdout);
    expect(results.map((r: { rule: { path: string } }) => r.rule.path)).toEqual([
      'spec.tcp[0]',
      'spec.tcp[1]',
    ]);
  });

  it('says where a file of calls is wrong', async () => {
    const { code, stderr } = await explain('--calls calls.txt', { 'calls.txt': '- {from: {}}' });
    expect(code).toBe(2);
    expect(stderr).toContain('calls.txt:1:');
  });
});

describe('explain -o mermaid', () => {
  it('draws the way', async () => {
    const { stdout } = await explain(`${echo} -o mermaid`);
    expect(stdout.replaceAll(/10\.\d+\.\d+\.\d+:9000/g, 'ADDRESS')).toMatchSnapshot();
  });

  it('is a flowchart in which every line is a node, an edge or a subgraph', async () => {
    const { stdout } = await explain('--src-ns foo --port 19000 -o mermaid');
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head).toBe('flowchart LR');
    const label = '"[^"]*"';
    const shape = `(?:\\(\\[${label}\\]\\)|\\[${label}\\]|\\{\\{${label}\\}\\}|\\[/${label}/\\])`;
    const arrow = `(?:-->(?:\\|${label}\\|)?|--x)`;
    const line = new RegExp(
      `^ +(?:\\w+${shape}|\\w+ ${arrow} \\w+${shape}|subgraph \\w+\\[${label}\\]|end)$`,
    );
    for (const one of lines) expect(one).toMatch(line);
    expect(lines.filter((one) => one.trim() === 'end')).toHaveLength(2);
  });
});

describe('a question without an answer', () => {
  it.each([
    ['--src-ns foo', 'which port does the connection go to?', 'Add --port'],
    ['--port 7', 'no service has port 7', '19000'],
    [
      '--src-ns foo --host echo-server --port 19000',
      'does not resolve in namespace foo',
      'echo-server.default',
    ],
    ['--host ecko-server --port 19000', 'does not resolve in namespace default', 'echo-server'],
    ['--from nobody --port 19000', 'the mesh has no workload nobody', ''],
    ['--gateway gw --port 19000', 'the mesh has no gateway gw', ''],
    ['--dst-ip 1.2.3 --port 7', '--dst-ip 1.2.3 is not an address', ''],
    ['--port 70000', '--port 70000 is not a port', '65535'],
    ['--from a --gateway b --port 7', '--from and --gateway name two clients', ''],
    ['--src-labels app --port 7', '--src-labels: app is no label', 'key=value'],
    ['--rule echo', '--rule echo names no rule', 'namespace/name'],
    ['--rule default/echo --from a', '--from has no say beside --rule', 'Leave out --from.'],
    ['--rule default/echo --port 7', '--port has no say beside --rule', 'Leave out --port.'],
    ['--calls calls.txt --host a', '--host has no say beside --calls', 'Leave out --host.'],
    ['--calls calls.txt --rule default/echo', '--rule and --calls are two questions', ''],
    ['--gateway b --host a --port 7', '--host has no say at a gateway', '--sni'],
    ['--from foo/a --src-ns bar --port 7', 'name two namespaces', 'Leave out --src-ns.'],
    ['--host a.b:7', '--host a.b:7 has a port in it', 'Write --host a.b --port 7.'],
    [
      '--rule default/nothing',
      'no tcp or tls rule is named default/nothing',
      'default/source-namespace',
    ],
    [
      '--rule default/source-namespace#3',
      'VirtualService default/source-namespace has 2 tcp rules, and no #3',
      'Write #1 or #2.',
    ],
    ['--expect v2 --port 19000', '--expect: "v2" is no key=value', ''],
    ['--calls nothing.yaml', 'nothing.yaml', ''],
  ])('%s', async (command, message, remedy) => {
    const { code, stdout, stderr } = await explain(command);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).toContain(remedy);
    expect(stderr).not.toContain('    at ');
  });

  it('a name outside the mesh is taken as one', async () => {
    const { code, stdout } = await explain('--host www.example.org --port 443');
    expect(code).toBe(0);
    expect(stdout).toContain('it is taken as a name outside');
  });

  it('a name that a wildcard host covers is one outside too, and no misspelling of the wildcard', async () => {
    const wild = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: wild, namespace: default }
spec:
  hosts: ['*.wild.example.org']
  ports: [{ number: 443, name: tls, protocol: TLS }]
  resolution: NONE
`;
    const name = 'api.wild.example.org';
    const ask = (more: string) =>
      explain(`wild.yaml --host ${name} --port 443${more}`, { 'wild.yaml': wild });
    const { code, stdout } = await ask(` --sni ${name}`);
    expect(code).toBe(0);
    expect(stdout).toContain('goes to *.wild.example.org:443');
    expect(stdout).toContain(`${name} is one of *.wild.example.org, a name outside: 198.18.`);
    expect((await ask('')).stdout).toContain('passes through');
    const many = await explain('wild.yaml --host *.wild.example.org --port 443', {
      'wild.yaml': wild,
    });
    expect(many.code).toBe(2);
    expect(many.stderr).toContain('*.wild.example.org stands for many names');
    expect(many.stderr).toContain('such as www.wild.example.org');
  });
});
