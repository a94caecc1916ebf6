/** Both tutorials in the words of their pages: every command in its order, typed into a shell, the answers compared. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binomialBounds } from '../../src/control/index.ts';
import { Kubectl, kubeconfigOf, kubectlVersion } from './kubectl-process.ts';
import { MeshProcess, netcats, root } from './mesh-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-pages-'));
cpSync(join(root, 'samples'), join(folder, 'samples'), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** With this error a right share is taken for a wrong one once in a million runs. */
const error = 1e-6;

describe.skipIf(kubectlVersion === null)('kubectl follows', () => {
  let mesh: MeshProcess;
  let kubectl: Kubectl;
  beforeEach(async () => {
    mesh = await MeshProcess.start(['--empty']);
  });
  afterEach(async () => {
    await mesh.stop();
  });

  const type = async (line: string, input = ''): Promise<string> => {
    const { code, stdout, stderr } = await kubectl.shell(line, input);
    expect(stderr, line).not.toMatch(/error/i);
    expect(code, `${line}\n${stderr}`).toBe(0);
    return stdout;
  };

  it('TCP traffic shifting', async () => {
    kubectl = new Kubectl(kubeconfigOf(mesh), folder);
    expect(await type('kubectl label namespace default istio-injection=enabled')).toBe(
      'namespace/default labeled\n',
    );
    expect(await type('kubectl apply -f samples/tcp-echo/tcp-echo-services.yaml')).toBe(
      'service/tcp-echo created\ndeployment.apps/tcp-echo-v1 created\ndeployment.apps/tcp-echo-v2 created\n',
    );
    expect(await type('kubectl apply -f samples/tcp-echo/tcp-echo-all-v1.yaml')).toBe(
      'gateway.networking.istio.io/tcp-echo-gateway created\ndestinationrule.networking.istio.io/tcp-echo-destination created\nvirtualservice.networking.istio.io/tcp-echo created\n',
    );
    const port = await type(
      `kubectl -n istio-system get service istio-ingressgateway -o jsonpath='{.spec.ports[?(@.name=="tcp")].port}'`,
    );
    const host = await type(
      "kubectl -n istio-system get service istio-ingressgateway -o jsonpath='{.status.loadBalancer.ingress[0].ip}'",
    );
    const ingress = { host, port: Number(port) };
    expect(Object.fromEntries(await netcats(ingress, 20))).toEqual({ one: 20 });
    expect(await type('kubectl apply -f samples/tcp-echo/tcp-echo-20-v2.yaml')).toBe(
      'virtualservice.networking.istio.io/tcp-echo configured\n',
    );
    const shown = await type('kubectl get virtualservice tcp-echo -o yaml');
    expect(shown).toMatch(
      /tcp:\n {2}- match:\n {4}- port: 31400\n {4}route:\n {4}- destination:\n {8}host: tcp-echo\n {8}port:\n {10}number: 9000\n {8}subset: v1\n {6}weight: 80\n {4}- destination:\n {8}host: tcp-echo\n {8}port:\n {10}number: 9000\n {8}subset: v2\n {6}weight: 20\n/,
    );
    const { low, high } = binomialBounds(300, 0.2, error);
    const two = (await netcats(ingress, 300)).get('two') ?? 0;
    expect(two).toBeGreaterThanOrEqual(low);
    expect(two).toBeLessThanOrEqual(high);
    await type('kubectl delete -f samples/tcp-echo/tcp-echo-all-v1.yaml');
    await type('kubectl delete -f samples/tcp-echo/tcp-echo-services.yaml');
    expect(await type('kubectl get all -A -o name')).toBe('');
  });

  it('TCP matching', async () => {
    kubectl = new Kubectl(kubeconfigOf(mesh), join(folder, 'samples', 'tcp-matching'));
    const pod = (app: string, namespace = 'default'): Promise<string> =>
      type(
        `kubectl -n ${namespace} get pods -l app=${app} -o jsonpath='{.items[0].metadata.name}'`,
      );
    const ask = (name: string, namespace = ''): Promise<string> =>
      type(
        `kubectl ${namespace} exec -i ${name} -c client -- telnet echo-server.default.svc.cluster.local:19000`,
        'test\n',
      );
    await type('kubectl create namespace foo');
    await type('kubectl label namespace foo istio-injection=enabled');
    await type('kubectl apply -f echoserver.yaml');
    // The page makes the namespace by hand, so that the file finds one that it did not make: kubectl warns of it.
    expect((await kubectl.shell('kubectl apply -f telnet.yaml')).code).toBe(0);
    const first = await pod('telnet-client');
    expect(first).toMatch(/^telnet-client-[a-z0-9]{6,10}-[a-z0-9]{5}$/);
    expect(await ask(first)).toBe('hello test\n');

    for (const rule of ['destinationSubnets', 'port', 'sourceLabels']) {
      await type(`kubectl apply -f ${rule}.yaml`);
      expect(await ask(first), rule).toBe('hello-2 test\n');
    }
    expect(await ask(await pod('telnet-client-2'))).toBe('hello test\n');
    await type('kubectl delete virtualservice echo');

    for (const name of ['ingressgateway-1', 'ingressgateway-2', 'ingressgateway-vs'])
      await type(`kubectl apply -f ${name}.yaml`);
    for (const [name, answer] of [
      ['istio-ingressgateway-1', 'hello'],
      ['istio-ingressgateway-2', 'hello-2'],
    ]) {
      const at = await type(
        `kubectl -n istio-system get svc ${name} -o jsonpath='{.status.loadBalancer.ingress[0].ip} {.status.loadBalancer.ingress[0].ports[0].port}'`,
      );
      const [host = '', port = ''] = at.split(' ');
      expect(Object.fromEntries(await netcats({ host, port: Number(port) }, 3))).toEqual({
        [answer ?? '']: 3,
      });
    }
    await type(
      'kubectl delete -f ingressgateway-vs.yaml -f ingressgateway-1.yaml -f ingressgateway-2.yaml',
    );

    await type('kubectl apply -f source-namespace.yaml');
    expect(await ask(await pod('telnet-client-foo', 'foo'), '-n foo')).toBe('hello-2 test\n');
    expect(await ask(first)).toBe('hello test\n');
    await type('kubectl delete -f source-namespace.yaml');

    for (const name of ['echo-server-backup', 'echoserver-dr', 'echoserver-vs'])
      await type(`kubectl apply -f ${name}.yaml`);
    const answers = await type(
      `for i in {1..5}; do echo test | kubectl exec -i ${first} -c client -- telnet echo-server.default.svc.cluster.local:19000; done`,
    );
    expect(answers).toMatch(/^(hello(-gray)? test\n){5}$/);
  });
});
