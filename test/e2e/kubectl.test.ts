/** The real kubectl in all the ways that people use it: discovery, apply, merge, watch, describe, scale, exec, logs, port-forward. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  eventually,
  finish,
  hasScript,
  Kubectl,
  kubeconfigOf,
  kubectlVersion,
} from './kubectl-process.ts';
import { type Finished, MeshProcess, root } from './mesh-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-kubectl-'));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const service = (extra = ''): string => `apiVersion: v1
kind: Service
metadata:
  name: web
  labels: {app: web}
spec:
  selector: {app: web}
  ports:
  - {name: tcp, port: 80, targetPort: 8080}
${extra}`;

describe.skipIf(kubectlVersion === null)(`kubectl (${kubectlVersion})`, () => {
  let mesh: MeshProcess;
  let kubectl: Kubectl;
  beforeAll(async () => {
    mesh = await MeshProcess.start(['--empty', '-o', 'json']);
    kubectl = new Kubectl(kubeconfigOf(mesh), root);
    await kubectl.ok(
      'apply',
      '-f',
      'samples/tcp-matching/echoserver.yaml',
      '-f',
      'samples/tcp-matching/telnet.yaml',
    );
  });
  afterAll(async () => {
    await mesh?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds a kubeconfig that only this user reads, with a context of its own', async () => {
    expect(statSync(kubectl.kubeconfig).mode & 0o777).toBe(0o600);
    expect(await kubectl.ok('config', 'current-context')).toMatch(/^tcpmesh-/);
  });

  it('discovers kinds with their short names, and says who one is', async () => {
    const text = await kubectl.ok('api-resources');
    expect(text).toMatch(/^virtualservices +vs +networking\.istio\.io\/v1 +true +VirtualService$/m);
    expect(text).toMatch(/^deployments +deploy +apps\/v1 +true +Deployment$/m);
    expect(await kubectl.ok('api-versions')).toContain('networking.istio.io/v1alpha3\n');
    expect(await kubectl.ok('auth', 'can-i', 'create', 'virtualservices')).toBe('yes\n');
    expect((await kubectl.run(['auth', 'can-i', 'delete', 'nodes'])).stdout).toMatch(/^no/);
    expect(await kubectl.ok('explain', 'virtualservice.spec.tcp')).toMatch(
      /route\s+<\[\]RouteDestination>/,
    );
    const timeout = 'destinationrule.spec.trafficPolicy.connectionPool.tcp.connectTimeout';
    expect(await kubectl.ok('explain', timeout)).toContain('A number with its unit');
    expect(await kubectl.ok('explain', 'gateway.spec.servers')).toMatch(
      /^ +hosts\s+<\[\]string> -required-$/m,
    );
  });

  it('applies twice, and the second time nothing changes', async () => {
    const path = file('web.yaml', service());
    expect(await kubectl.ok('apply', '-f', path)).toBe('service/web created\n');
    expect(await kubectl.ok('apply', '-f', path)).toBe('service/web unchanged\n');
    expect(await kubectl.ok('diff', '-f', path)).toBe('');
  });

  it('takes away what a later file leaves out, in lists by their keys', async () => {
    await kubectl.ok('apply', '-f', file('two.yaml', service('  - {name: other, port: 81}\n')));
    const ip = await kubectl.ok('get', 'svc', 'web', '-o', 'jsonpath={.spec.clusterIP}');
    expect(await kubectl.ok('get', 'svc', 'web', '-o', 'jsonpath={.spec.ports[*].name}')).toBe(
      'tcp other',
    );
    await kubectl.ok('label', 'svc', 'web', 'mine=kept');
    expect(
      await kubectl.ok('apply', '-f', file('one.yaml', service().replace('{app: web}', '{}'))),
    ).toBe('service/web configured\n');
    expect(await kubectl.ok('get', 'svc', 'web', '-o', 'jsonpath={.spec.ports[*].name}')).toBe(
      'tcp',
    );
    expect(await kubectl.ok('get', 'svc', 'web', '-o', 'jsonpath={.metadata.labels}')).toBe(
      '{"mine":"kept"}',
    );
    expect(await kubectl.ok('get', 'svc', 'web', '-o', 'jsonpath={.spec.clusterIP}')).toBe(ip);
  });

  it('applies on the server, and is told of a conflict', async () => {
    const one = file('ssa.yaml', service().replaceAll('web', 'ssa'));
    const two = file(
      'ssa2.yaml',
      service()
        .replaceAll('web', 'ssa')
        .replace('port: 80', 'port: 80, appProtocol: tcp')
        .replace('8080', '9090'),
    );
    expect(await kubectl.ok('apply', '--server-side', '-f', one)).toBe(
      'service/ssa serverside-applied\n',
    );
    const refused = await kubectl.run([
      'apply',
      '--server-side',
      '--field-manager=other',
      '-f',
      two,
    ]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/conflict with "kubectl"[\s\S]*targetPort/);
    await kubectl.ok(
      'apply',
      '--server-side',
      '--force-conflicts',
      '--field-manager=other',
      '-f',
      two,
    );
    expect(
      await kubectl.ok('get', 'svc', 'ssa', '-o', 'jsonpath={.spec.ports[0].targetPort}'),
    ).toBe('9090');
  });

  it('refuses a misspelt field with its path, and warns when asked to', async () => {
    const path = file(
      'typo.yaml',
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: typo}\nspec:\n  hosts: [echo-server]\n  tcp:\n  - mach: []\n    route:\n    - destination: {host: echo-server}\n',
    );
    const strict = await kubectl.run(['apply', '-f', path]);
    expect(strict.code).toBe(1);
    expect(strict.stderr).toContain('unknown field "spec.tcp[0].mach"');
    const warned = await kubectl.run(['apply', '--validate=warn', '-f', path]);
    expect(warned.code).toBe(0);
    expect(warned.stderr).toContain('Warning: unknown field "spec.tcp[0].mach"');
    expect(await kubectl.ok('get', 'vs', 'typo', '-o', 'jsonpath={.spec.tcp}')).not.toContain(
      'mach',
    );
    await kubectl.ok('delete', 'vs', 'typo');
    const builtin = await kubectl.run([
      'apply',
      '-f',
      file('typo2.yaml', service().replace('targetPort', 'targetport')),
    ]);
    expect(builtin.stderr).toContain('unknown field "spec.ports[0].targetport"');
  });

  it('is refused what Istio refuses, and warned of what Istio overlooks', async () => {
    const vs = (weights: string, host = 'echo-server'): string =>
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: judged}\nspec:\n  hosts: [echo-server]\n  tcp:\n  - route:\n    - destination: {host: ${host}}\n      ${weights}\n    - destination: {host: echo-server-2}\n      ${weights}\n`;
    const refused = await kubectl.run(['apply', '-f', file('zero.yaml', vs('weight: 0'))]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/denied the request: configuration is invalid: .*weight/);
    const warned = await kubectl.run(['apply', '-f', file('lost.yaml', vs('weight: 1', 'nobody'))]);
    expect(warned.code).toBe(0);
    expect(warned.stderr).toMatch(/^Warning: .*nobody/m);
    await kubectl.ok('delete', 'vs', 'judged');
  });

  it('changes nothing in a dry run', async () => {
    const path = file('dry.yaml', service().replaceAll('web', 'dry'));
    expect(await kubectl.ok('apply', '--dry-run=server', '-f', path)).toBe(
      'service/dry created (server dry run)\n',
    );
    expect((await kubectl.run(['get', 'svc', 'dry'])).stderr).toContain('services "dry" not found');
  });

  it('shows objects as tables, wide, YAML, JSON and by path', async () => {
    expect(await kubectl.ok('get', 'pods', '-l', 'app=echo-server')).toMatch(
      /^NAME +READY +STATUS +RESTARTS +AGE\necho-server-[a-z0-9]+-[a-z0-9]{5} +1\/1 +Running +0 +\d+s\n/,
    );
    expect(await kubectl.ok('get', 'deploy', 'echo-server', '-o', 'wide')).toMatch(
      /CONTAINERS +IMAGES +SELECTOR/,
    );
    expect(await kubectl.ok('get', 'svc', '-A')).toMatch(
      /^NAMESPACE +NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE$/m,
    );
    expect(await kubectl.ok('get', 'deploy', 'echo-server', '-o', 'yaml')).toMatch(
      /^kind: Deployment$/m,
    );
    expect(
      await kubectl.ok('get', 'pods', '--field-selector', 'status.phase=Running', '-o', 'name'),
    ).toContain('pod/echo-server-');
    expect(
      await kubectl.ok('get', 'pods', '-l', 'app in (telnet-client,nobody),!none', '-o', 'name'),
    ).toMatch(/^pod\/telnet-client-[a-z0-9]+-[a-z0-9]{5}\n$/);
    expect(await kubectl.ok('get', 'pods', '--chunk-size=1', '-A', '-o', 'name')).toMatch(
      /(pod\/.*\n){5}/,
    );
  });

  it('watches changes as they come', async () => {
    const child = kubectl.start([
      'get',
      'configmaps',
      '-w',
      '-o',
      'custom-columns=N:.metadata.name,V:.data.v',
      '--no-headers',
    ]);
    let seen = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
    });
    await kubectl.ok('create', 'configmap', 'watched', '--from-literal=v=1');
    await eventually(() => /watched +1/.test(seen), 'the new object');
    await kubectl.ok(
      'patch',
      'configmap',
      'watched',
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/data/v","value":"2"}]',
    );
    await eventually(() => /watched +2/.test(seen), 'the change');
    await kubectl.ok('delete', 'configmap', 'watched');
    child.kill();
    await kubectl.ok('wait', '--for=condition=Available', 'deploy/echo-server', '--timeout=10s');
  });

  it('scales, rolls out and back, and describes with events', async () => {
    await kubectl.ok('scale', 'deploy', 'echo-server-2', '--replicas=3');
    expect(await kubectl.ok('rollout', 'status', 'deploy/echo-server-2')).toContain(
      'successfully rolled out',
    );
    expect(await kubectl.ok('get', 'deploy', 'echo-server-2')).toMatch(/3\/3 +3 +3/);
    await kubectl.ok('rollout', 'restart', 'deploy/echo-server-2');
    await kubectl.ok('rollout', 'undo', 'deploy/echo-server-2');
    await kubectl.ok('scale', 'deploy', 'echo-server-2', '--replicas=1');
    const text = await kubectl.ok('describe', 'deploy', 'echo-server-2');
    expect(text).toMatch(/Replicas: +1 desired \| 1 updated \| 1 total \| 1 available/);
    expect(text).toMatch(/ScalingReplicaSet/);
    expect(await kubectl.ok('describe', 'svc', 'echo-server')).toMatch(
      /Endpoints: +10\.\d+\.\d+\.\d+:9000/,
    );
    expect(await kubectl.ok('describe', 'pod', '-l', 'app=telnet-client')).toMatch(
      /Started container client/,
    );
  });

  it('sends to the endpoints that are applied for a Service without a selector', async () => {
    const legacy = file(
      'legacy.yaml',
      `apiVersion: v1
kind: Service
metadata: {name: legacy}
spec:
  ports: [{name: tcp, port: 5432}]
---
apiVersion: v1
kind: Endpoints
metadata: {name: legacy}
subsets:
- addresses: [{ip: 192.0.2.10}]
  ports: [{name: tcp, port: 9000}]
`,
    );
    await kubectl.ok('apply', '-f', legacy);
    expect(await kubectl.ok('get', 'endpoints', 'legacy')).toMatch(/192\.0\.2\.10:9000/);
    expect(
      await kubectl.ok('get', 'endpointslices', '-l', 'kubernetes.io/service-name=legacy'),
    ).toMatch(/legacy-\w+ +IPv4 +9000 +192\.0\.2\.10/);
    expect(await kubectl.ok('describe', 'svc', 'legacy')).toMatch(/Endpoints: +192\.0\.2\.10:9000/);
    const dial = [
      'exec',
      '-i',
      'deploy/telnet-client',
      '-c',
      'client',
      '--',
      'nc',
      'legacy',
      '5432',
    ];
    expect(await kubectl.run(dial, { input: 'a\n' })).toMatchObject({ stdout: '192.0.2.10 a\n' });
    await kubectl.ok('delete', '-f', legacy);
    expect(await kubectl.ok('get', 'endpointslices', '-o', 'name')).not.toContain('legacy');
  });

  it('runs programs in a Pod, with their exit codes, and says what it has not', async () => {
    const dial = ['exec', '-i', 'deploy/telnet-client', '-c', 'client', '--'];
    const told = await kubectl.run(
      [...dial, 'telnet', 'echo-server.default.svc.cluster.local:19000'],
      { input: 'test\n' },
    );
    expect(told).toMatchObject({ code: 0, stdout: 'hello test\n' });
    expect(
      await kubectl.run([...dial, 'telnet', 'echo-server', '19000'], { input: 'a\nb\n' }),
    ).toMatchObject({ stdout: 'hello a\nhello b\n' });
    expect(
      (
        await kubectl.run([
          ...dial.slice(0, 1),
          ...dial.slice(2),
          'sh',
          '-c',
          '(date; sleep 1) | nc echo-server 19000',
        ])
      ).stdout,
    ).toMatch(/^hello \w{3} \w{3} +\d+ [\d:]+ UTC \d{4}\n$/);
    expect(
      await kubectl.run([...dial, 'sh', '-c', 'echo out; echo err >&2; exit 7']),
    ).toMatchObject({ code: 7, stdout: 'out\n' });
    expect(await kubectl.run([...dial, 'nc', 'nobody', '1'])).toMatchObject({ code: 1 });
    expect((await kubectl.run([...dial, 'ls'])).stderr).toContain('executable file not found');
    const large = `${'x'.repeat(1000)}\n`.repeat(200);
    const echoed = await kubectl.run([...dial, 'nc', 'echo-server', '19000'], { input: large });
    expect(echoed.stdout.length).toBe(large.length + 200 * 'hello '.length);
  });

  it('runs a Pod for one command, and takes its exit code', async () => {
    const once = (line: string): Promise<Finished> =>
      kubectl.run([
        'run',
        '-i',
        '--rm',
        'once',
        '--image=busybox',
        '--restart=Never',
        '--',
        'sh',
        '-c',
        line,
      ]);
    expect((await once('(date; sleep 1) | nc echo-server 19000')).stdout).toMatch(
      /^hello \w{3} \w{3} /,
    );
    expect((await once('exit 3')).code).toBe(3);
    expect(await kubectl.ok('get', 'pods', '-o', 'name')).not.toContain('once');
  });

  it('does so over SPDY too, as older clients ask', async () => {
    const env = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' };
    const told = await kubectl.run(
      ['exec', '-i', 'deploy/telnet-client', '--', 'telnet', 'echo-server', '19000'],
      { input: 'test\n', env },
    );
    expect(told).toMatchObject({ code: 0, stdout: 'hello test\n' });
    expect(
      await kubectl.run(['exec', 'deploy/telnet-client', '--', 'sh', '-c', 'echo no >&2; exit 3'], {
        env,
      }),
    ).toMatchObject({ code: 3 });
  });

  it.skipIf(!hasScript)(
    'is a terminal when asked: lines are shown and edited, Ctrl-D ends',
    async () => {
      const line =
        'kubectl exec -it deploy/telnet-client -c client -- telnet echo-server.default.svc.cluster.local:19000';
      const child = kubectl.start(['version', '--client']);
      await finish(child, '');
      const typed = await kubectl.shell(
        `(sleep 2; printf 'tesz\\177t\\r'; sleep 2; printf '\\004'; sleep 1) | script -qec "${line}" /dev/null`,
      );
      expect(typed.stdout).toContain('tesz\b \bt\r\nhello test\r\n');
    },
  );

  it('loses nothing when a client hangs up in the middle', async () => {
    const child = kubectl.start(['exec', '-i', 'deploy/telnet-client', '--', 'cat']);
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk;
    });
    child.stdin?.write('there\n');
    await eventually(() => seen === 'there\n', 'an answer');
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect(await kubectl.ok('exec', 'deploy/telnet-client', '--', 'echo', 'still here')).toBe(
      'still here\n',
    );
  });

  it('reads logs, and follows them', async () => {
    expect(await kubectl.ok('logs', 'deploy/echo-server', '--tail=1')).toMatch(/response: hello /);
    const child = kubectl.start(['logs', '-f', 'deploy/echo-server', '--tail=1']);
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk;
    });
    await eventually(() => seen !== '', 'the last line');
    await kubectl.run(['exec', '-i', 'deploy/telnet-client', '--', 'nc', 'echo-server', '19000'], {
      input: 'later\n',
    });
    await eventually(() => seen.includes('response: hello later'), 'the new line');
    child.kill();
  });

  it('finds the Pod of a workload by the name that events have for it', async () => {
    const name = 'echo-server-0';
    expect(await kubectl.ok('logs', name, '--tail=1')).toMatch(/response: hello /);
    expect(await kubectl.ok('get', 'pod', name, '-o', 'jsonpath={.metadata.name}')).toMatch(
      /^echo-server-[a-z0-9]+-[a-z0-9]+$/,
    );
    expect((await kubectl.run(['logs', 'echo-server-7'])).stderr).toContain('not found');
  });

  it.each([
    ['WebSocket', {}],
    ['SPDY', { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
  ])('forwards a port over %s', async (_name, env) => {
    const child = kubectl.start(['port-forward', 'deploy/echo-server', ':9000'], { env });
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk;
    });
    await eventually(() => /127\.0\.0\.1:\d+/.test(seen), 'a port');
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(seen)?.[1]);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true });
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.includes('\n')) resolve(text);
      });
      socket.on('error', reject);
      socket.write('forwarded\n');
    });
    expect(answer).toBe('hello forwarded\n');
    child.kill();
  });

  it('gets nothing with a wrong token, and the server goes on', async () => {
    const wrong = file(
      'wrong',
      readFileSync(kubectl.kubeconfig, 'utf8').replace(/"token": "[^"]+"/, '"token": "wrong"'),
    );
    const refused = await new Kubectl(wrong, root).run(['get', 'pods']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('You must be logged in');
    expect(await kubectl.ok('get', 'ns', 'default')).toContain('Active');
  });

  it('deletes a namespace with all that is in it', async () => {
    await kubectl.ok('create', 'namespace', 'short');
    await kubectl.ok(
      '-n',
      'short',
      'create',
      'deployment',
      'one',
      '--image=busybox',
      '--',
      'sleep',
      '1',
    );
    expect(await kubectl.ok('-n', 'short', 'get', 'pods', '-o', 'name')).toMatch(/^pod\/one-/);
    await kubectl.ok('delete', 'namespace', 'short');
    expect(await kubectl.ok('get', 'all', '-n', 'short', '-o', 'name')).toBe('');
    expect((await kubectl.run(['delete', 'namespace', 'default'])).stderr).toContain(
      'may not be deleted',
    );
  });

  it('deletes collections by label', async () => {
    await kubectl.ok('create', 'configmap', 'a1');
    await kubectl.ok('label', 'configmap', 'a1', 'gone=yes');
    expect(await kubectl.ok('delete', 'configmap', '-l', 'gone=yes')).toBe(
      'configmap "a1" deleted\n',
    );
    expect(await kubectl.ok('delete', '--all', 'configmaps')).not.toContain('deleted');
  });
});
