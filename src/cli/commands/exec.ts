/** `tcpmesh exec`: a built-in program in a Pod of a running mesh. */
import { defineCommand } from '../command.ts';
import { execOptions } from '../options/exec.ts';

export const exec = defineCommand({
  name: 'exec',
  summary: 'run telnet, nc or sh in a Pod of a running mesh, as that workload',
  description:
    "Run one of the built-in programs (telnet, nc, sh and small ones) in a Pod: what it dials goes the way of that workload's sidecar. No process of this computer is started. The Pod may be named by what made it: deploy/telnet-client.",
  operands: '<pod|type/name>',
  keepsRest: true,
  examples: [
    {
      line: 'tcpmesh exec -it deploy/telnet-client -c client -- telnet echo-server:19000',
      does: 'type lines, Ctrl-D ends',
    },
  ],
  options: execOptions,
  load: () => import('../verbs/run-exec.ts'),
});
