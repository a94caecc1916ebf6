/** `tcpmesh explain`: where would this connection go, and why? */
import { defineCommand } from '../command.ts';
import { colorOption, inputOptions, runningMeshOption } from '../input-options.ts';
import { flag, number, text, texts } from '../option.ts';

export const explainOptions = {
  ...inputOptions,
  mesh: runningMeshOption,
  srcNs: text('--src-ns <namespace>', 'namespace of the client (default: "default")'),
  srcLabels: text('--src-labels <labels>', 'labels of the client: key=value,…'),
  from: text('--from <workload>', 'the client by name: [namespace/]name of a Pod or Deployment'),
  gateway: text(
    '--gateway <name>',
    'arrive at a gateway: [namespace/]name of a Gateway or its Pod',
  ),
  host: text('--host <name>', 'what the client dials; left out: every service with that port'),
  dstIp: text('--dst-ip <address>', 'the address that is dialled, or that the name resolved to'),
  port: number('--port <number>', 'the port that is dialled'),
  sni: text('--sni <name>', 'the server name of a TLS hello'),
  protocol: text('--protocol <kind>', 'what the first bytes look like: tcp, http or tls', {
    choices: ['tcp', 'http', 'tls'],
  }),
  calls: text('--calls <file>', 'many calls at once: a list of {from, to}, or a test file', {
    completes: 'path',
  }),
  rule: text('--rule <rule>', 'the other way round: what reaches namespace/name[#n]?'),
  expect: texts('--expect <what>', 'exit code 1 unless so: subset=v2,outcome=routed,rule=ns/name'),
  bare: flag(
    '--bare',
    'leave out what is missing, as a cluster would, instead of standing in for it',
  ),
  brief: flag('--brief', 'the answer alone: not the way to it, nor what would change it'),
  output: text('-o, --output <format>', 'text, json, yaml or mermaid', {
    choices: ['text', 'json', 'yaml', 'mermaid'],
    fallback: 'text',
  }),
  color: colorOption,
};

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
