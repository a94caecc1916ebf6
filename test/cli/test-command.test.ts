/** `tcpmesh test` from the command line: what passes, what fails and how it is said, what cannot be run, coverage, a first file. */
import { describe, expect, it } from 'vitest';
import { runCommand } from './fake-world.ts';

const mesh = `apiVersion: v1
kind: Service
metadata: {name: echo, namespace: default}
spec: {clusterIP: 10.96.0.1, selector: {app: echo}, ports: [{name: tcp, port: 9000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: echo-v1, namespace: default, labels: {app: echo, version: v1}}
status: {phase: Running, podIP: 10.244.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: echo-v2, namespace: default, labels: {app: echo, version: v2}}
status: {phase: Running, podIP: 10.244.0.2}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: foo, labels: {app: client}}
status: {phase: Running, podIP: 10.244.0.3}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: echo, namespace: default}
spec:
  host: echo
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: echo, namespace: default}
spec:
  hosts: [echo]
  tcp:
  - match: [{sourceNamespace: foo}]
    route:
    - {destination: {host: echo, subset: v1}, weight: 80}
    - {destination: {host: echo, subset: v2}, weight: 20}
  - match: [{sourceNamespace: bar}]
    route: [{destination: {host: echo, subset: v2}}]
`;
const connection = (name: string, namespace: string, expectation: string): string =>
  `- name: ${name}\n  from: {namespace: ${namespace}}\n  to: {host: echo.default, port: 9000}\n  expect: ${expectation}\n`;
const file = (...connections: string[]): string =>
  `config: [mesh.yaml]\nconnections:\n${connections.join('')}`;

const right = connection('foo', 'foo', '{outcome: routed, rule: default/echo#1}');
const wrong = connection('bar', 'bar', '{outcome: routed, rule: default/echo#1}');
const at = (path: string, text: string, more: Record<string, string> = {}) => ({
  files: { 'mesh.yaml': mesh, [path]: text, ...more },
});

describe('tcpmesh test', () => {
  it('passes', async () => {
    const { code, stdout, stderr } = await runCommand(
      ['test'],
      at('a.mesh-test.yaml', file(right)),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe('✓ a.mesh-test.yaml 1 passed\n\n1 passed (1 file)\n');
  });

  it('fails with expected, actual, and the step where they part', async () => {
    const { code, stdout } = await runCommand(['test'], at('a.mesh-test.yaml', file(right, wrong)));
    expect(code).toBe(1);
    expect(stdout).toMatchSnapshot();
  });

  it('finds test files in folders below, and their configuration beside them', async () => {
    const files = { 'k8s/mesh.yaml': mesh, 'k8s/tests/a.mesh-test.yaml': file(right) };
    const missing = await runCommand(['test', 'k8s'], { files });
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain(
      'k8s/tests/a.mesh-test.yaml:1:10: config "mesh.yaml" cannot be read',
    );
    const text = file(right).replace('[mesh.yaml]', '[../mesh.yaml]');
    const found = await runCommand(['test', '-o', 'json'], {
      files: { ...files, 'k8s/tests/a.mesh-test.yaml': text },
    });
    expect(JSON.parse(found.stdout).tests).toEqual([
      { file: 'k8s/tests/a.mesh-test.yaml', name: 'foo', ok: true, message: '' },
    ]);
  });

  it.each([
    [
      'a key that is none',
      'config: [mesh.yaml]\nconections: []',
      'a.mesh-test.yaml:2:1: unknown key',
    ],
    ['broken YAML', 'config: [mesh.yaml', 'a.mesh-test.yaml:1:'],
    ['an empty file', '', 'a.mesh-test.yaml:1:1: this test file is empty'],
  ])('says where %s is, and still runs the others', async (_, text, message) => {
    const options = at('a.mesh-test.yaml', text, { 'b.mesh-test.yaml': file(right) });
    const { code, stdout, stderr } = await runCommand(['test', '-o', 'json'], options);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(JSON.parse(stdout).summary).toEqual({ passed: 1, failed: 1 });
  });

  it('fails a connection of a workload that the mesh lacks', async () => {
    const text = file(right).replace('{namespace: foo}', '{workload: foo/nobody}');
    const { code, stdout } = await runCommand(['test', '-o', 'tap'], at('a.mesh-test.yaml', text));
    expect(code).toBe(1);
    expect(stdout).toContain('not ok 1');
    expect(stdout).toContain('the mesh has no workload foo/nobody');
  });

  it('cannot be run where there is no test file', async () => {
    const { code, stderr } = await runCommand(['test'], { files: { 'mesh.yaml': mesh } });
    expect(code).toBe(2);
    expect(stderr).toContain('no test file (*.mesh-test.yaml) in this folder');
  });

  it('cannot be run where nothing of the configuration can be read', async () => {
    const options = { files: { 'mesh.yaml': 'a: [', 'a.mesh-test.yaml': file(right) } };
    const { code, stderr } = await runCommand(['test'], options);
    expect(code).toBe(2);
    expect(stderr).toContain('mesh.yaml:1:');
  });

  it('leaves out one broken document among others and says so; --strict does not stand it', async () => {
    const options = at('a.mesh-test.yaml', file(right));
    const files = { ...options.files, 'mesh.yaml': `${mesh}---\na: [\n` };
    const lenient = await runCommand(['test'], { files });
    expect(lenient.code).toBe(0);
    expect(lenient.stderr).toContain('left out: the document at mesh.yaml:');
    expect((await runCommand(['test', '--strict'], { files })).code).toBe(2);
  });
});

describe('a test file that cannot be run', () => {
  const options = at('a.mesh-test.yaml', 'config: [mesh.yaml]\nconections: []\n', {
    'b.mesh-test.yaml': file(right),
  });

  it.each([
    ['json', /"passed": 1,\s+"failed": 1/],
    ['tap', /^1\.\.2$[\s\S]*^not ok 2 - a\.mesh-test\.yaml: the test file itself$/m],
    ['junit', /tests="2" failures="1"[\s\S]*<failure message="a\.mesh-test\.yaml:2:1: unknown key/],
  ])('is a failed test in -o %s, whose readers may see nothing else', async (output, wanted) => {
    const { code, stdout } = await runCommand(['test', '-o', output], options);
    expect(code).toBe(2);
    expect(stdout).toMatch(wanted);
  });
});

describe('coverage', () => {
  const options = at('a.mesh-test.yaml', file(right));

  it('names what no connection reached', async () => {
    const { code, stdout } = await runCommand(['test', '--coverage'], options);
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
  });

  it('is not spoken of where no test file could be run', async () => {
    const options = at('a.mesh-test.yaml', 'config: [nothing.yaml]\nconnections: []\n');
    const { code, stdout } = await runCommand(['test', '--coverage'], options);
    expect(code).toBe(2);
    expect(stdout).not.toContain('coverage');
  });

  it.each(['120', '-1'])('--fail-under=%s is no share', async (share) => {
    const options = at('a.mesh-test.yaml', file(right));
    const { code, stderr } = await runCommand(['test', `--fail-under=${share}`], options);
    expect(code).toBe(2);
    expect(stderr).toContain('--fail-under');
  });

  it('fails below --fail-under, in every format, and leaves JSON as it is', async () => {
    const { code, stdout, stderr } = await runCommand(
      ['test', '--fail-under', '80', '-o', 'json'],
      options,
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout).summary).toEqual({ passed: 1, failed: 0 });
    expect(stderr).toContain('below the 80 % asked for');
    expect((await runCommand(['test', '--fail-under', '50'], options)).code).toBe(0);
  });
});

describe('--init', () => {
  it('writes one connection for each behaviour, and what it writes passes', async () => {
    const files = { 'mesh.yaml': mesh };
    const { code, stdout } = await runCommand(['test', '--init', 'mesh.yaml'], { files });
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
    const again = await runCommand(['test', '--coverage', '--fail-under', '100'], {
      files: { ...files, 'first.mesh-test.yaml': stdout },
    });
    expect(again.stdout).toContain('coverage 100 %');
    expect(again.code).toBe(0);
  });
});
