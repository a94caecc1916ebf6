/** `tcpmesh explain`: where would this connection go, and why? */
import { defineCommand } from '../command.ts';
import { explainOptions } from '../options/explain.ts';

export const explain = defineCommand({
  name: 'explain',
  summary: 'say where a connection goes, and why',
  description:
    'Answer where a connection would go: with which shares, to which endpoints, by which rule at which line; then every listener, VirtualService, rule and match that had a say, and the one change that would have led elsewhere. Without a path: what .tcpmesh.yaml names, else the YAML of this folder.',
  operands: '[path...]',
  completes: 'path',
  examples: [
    { line: 'tcpmesh explain --src-ns foo --port 19000', does: 'every service with that port' },
    {
      line: 'tcpmesh explain mesh/ --from default/web --host db --port 5432',
      does: 'one workload, one service',
    },
    {
      line: 'tcpmesh explain --gateway tcp-echo-gateway --port 31400 --expect subset=v2',
      does: 'for a script: exit code 1 when not so',
    },
    { line: 'tcpmesh explain --rule default/echo#2', does: 'a connection that reaches that rule' },
  ],
  options: explainOptions,
  load: () => import('../explain/run-explain.ts'),
});
