/** Pods that objects of other kinds make: validate waits for them, and explain says why it has none. */
import { describe, expect, it } from 'vitest';
import { runCommand } from './fake-world.ts';

const mesh = (more: string) => `
apiVersion: v1
kind: Service
metadata: {name: ledger, namespace: pay}
spec: {ports: [{name: tcp, port: 7000}], selector: {app: ledger}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ledger, namespace: pay}
spec:
  selector: {matchLabels: {app: ledger, version: v1}}
  template: {metadata: {labels: {app: ledger, version: v1}}, spec: {containers: [{name: a, image: a}]}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ledger, namespace: pay}
spec:
  host: ledger
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ledger, namespace: pay}
spec:
  hosts: [ledger]
  tcp: [{route: [{destination: {host: ledger, subset: v2}}]}]
---
${more}`;
const rollout = (namespace: string, version: string) => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: canary, namespace: ${namespace}}
spec: {template: {metadata: {labels: {app: ledger, version: ${version}}}}}
`;
const asked = async (more: string) => {
  const files = { 'mesh.yaml': mesh(more) };
  const explain = 'explain mesh.yaml --src-ns pay --host ledger.pay --port 7000'.split(' ');
  const { stdout } = await runCommand(explain, { files });
  const validate = 'validate mesh.yaml -o concise'.split(' ');
  const { stdout: found } = await runCommand(validate, { files });
  return { explained: stdout, findings: found };
};

describe('the Pods of an Argo Rollout', () => {
  it('may stand behind a subset that has none here', async () => {
    const { explained, findings } = await asked(rollout('pay', 'v2'));
    expect(explained).toContain('(no-endpoints)');
    expect(explained).toContain(
      'but subset v2 of ledger.pay.svc.cluster.local has no endpoints among what tcpmesh reads: Rollout pay/canary makes Pods for it, and is not read further',
    );
    expect(findings).not.toContain('TCM1403');
  });
  it('do not where their labels or their namespace are others', async () => {
    for (const more of [rollout('pay', 'v3'), rollout('shop', 'v2')]) {
      const { explained, findings } = await asked(more);
      expect(explained).not.toContain('Rollout');
      expect(findings).toContain('TCM1403');
    }
  });
  it('are not counted, and the Rollout says so itself', async () => {
    const files = { 'mesh.yaml': mesh(rollout('pay', 'v2')) };
    const { stdout } = await runCommand(['validate', 'mesh.yaml'], { files });
    expect(stdout.replace(/\s+/g, ' ')).toContain('The Pods that it makes are not run or counted');
  });
});
