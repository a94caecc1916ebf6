/** `tcpmesh run`: the mesh, on this computer. */
import { defineCommand } from '../command.ts';
import { runOptions } from '../options/run.ts';

export const run = defineCommand({
  name: 'run',
  aliases: ['up'],
  summary: 'run the mesh on this computer, on real sockets',
  description:
    'Open the gateways on loopback addresses, start an echo server for every workload, and route each connection as Istio would. Connect to the addresses that it prints, or be one of its workloads with tcpmesh connect. On a terminal it shows a live view; otherwise it prints an event a line.',
  operands: '[path...]',
  completes: 'path',
  examples: [
    {
      line: 'tcpmesh run samples/tcp-echo-20-v2.yaml',
      does: 'then: (date; sleep 1) | nc -w 1 127.0.0.1 31400',
    },
    { line: 'tcpmesh run --watch mesh/', does: 'edit the files, and new connections follow' },
    {
      line: 'tcpmesh run samples/tcp-echo-20-v2.yaml --connections 1000 --to 31400',
      does: 'are the shares what the weights say? exit code 0 or 1',
    },
  ],
  options: runOptions,
  load: () => import('../run/run-mesh.ts'),
});
