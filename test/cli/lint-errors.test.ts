/** What a run says of input that a cluster takes and connections come to nothing for. */
import { describe, expect, it } from 'vitest';
import { readInput } from '../../src/cli/input/read-input.ts';
import { LintErrors } from '../../src/cli/run/lint-errors.ts';
import { takeSnapshot } from '../../src/control/index.ts';
import { fakeWorld } from './fake-world.ts';

const service = `apiVersion: v1
kind: Service
metadata: {name: echo}
spec: {selector: {app: echo}, ports: [{name: tcp, port: 9000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: echo, labels: {app: echo}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: echo}
spec: {host: echo, subsets: [{name: v1, labels: {app: echo}}]}
---
`;
const rule = (...subsets: readonly string[]): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: echo}
spec:
  hosts: [echo]
  tcp:
  - route:
${subsets.map((subset) => `    - {destination: {host: echo, subset: ${subset}}, weight: 1}\n`).join('')}`;

async function lines(
  errors: LintErrors,
  text: string,
  standIns = false,
): Promise<readonly string[]> {
  const { world } = fakeWorld([], { files: { 'mesh.yaml': text } });
  const options = { filename: [], namespace: undefined, stdinFilename: undefined };
  const input = await readInput(world, options, ['mesh.yaml']);
  const snapshot = takeSnapshot(input.sources, { defaultNamespace: 'default', standIns });
  return errors
    .linesFor(input, snapshot.standIns)
    .map(({ level, message }) => `${level} ${message}`);
}

const newErrors = (): LintErrors => new LintErrors(fakeWorld([]).world);

describe('errors of the input of a run', () => {
  it('are said once, at their place, until they are gone', async () => {
    const errors = newErrors();
    const bad = `${service}${rule('v1', 'v9')}`;
    expect(await lines(errors, bad)).toEqual([
      expect.stringMatching(
        /^error mesh\.yaml:24:42: no DestinationRule .* subset v9 .*\[IST0101\]$/,
      ),
    ]);
    expect(await lines(errors, `# further down\n${bad}`)).toEqual([]);
    expect(await lines(errors, `${service}${rule('v1')}`)).toEqual([
      'info the files have no errors any more',
    ]);
    expect(await lines(errors, `${service}${rule('v1')}`)).toEqual([]);
  });

  it('are some only where there are many', async () => {
    const many = Array.from({ length: 8 }, (_, i) => `w${i}`);
    const said = await lines(newErrors(), `${service}${rule(...many)}`);
    expect(said).toHaveLength(6);
    expect(said.at(-1)).toBe('error and 3 errors more: tcpmesh validate shows them');
  });

  it('are none of what a cluster refuses, nor of what is stood in for', async () => {
    const refused = rule('v9').replace('hosts: [echo]', 'hosts: 3');
    expect(await lines(newErrors(), `${service}${refused}`)).toEqual([]);
    const gateway = `${service}apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw}
spec:
  selector: {istio: edge}
  servers: [{port: {number: 7000, name: tcp, protocol: TCP}, hosts: ['*']}]
`;
    expect(await lines(newErrors(), gateway)).toEqual([
      expect.stringContaining('nobody serves this Gateway'),
    ]);
    expect(await lines(newErrors(), gateway, true)).toEqual([]);
  });
});
