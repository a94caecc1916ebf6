/** What `tcpmesh explain` can be told. */
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
  mode: text(
    '--mode <mode>',
    'how clients are captured where no label says it (default: "sidecar")',
    {
      choices: ['sidecar', 'ambient'],
    },
  ),
  ambientProfile: text(
    '--ambient-profile <profile>',
    'whose ambient mode: istio, or asm as Alibaba documents it (default: "istio")',
    { choices: ['istio', 'asm'] },
  ),
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
