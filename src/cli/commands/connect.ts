/** `tcpmesh connect`: a netcat that is a workload of a running mesh. */
import { defineCommand } from '../command.ts';
import { connectOptions } from '../options/connect.ts';

export const connect = defineCommand({
  name: 'connect',
  aliases: ['nc'],
  summary: 'connect to a host of a running mesh, as one of its workloads',
  description:
    'Open one connection through the mesh that runs on this computer: standard input goes out, answers come to standard output. The end of input is passed on and answers are still read, as netcat does.',
  operands: '<host:port>',
  examples: [
    {
      line: 'echo test | tcpmesh connect --from foo/telnet-client-foo echo-server.default:19000',
      does: 'prints what answers, for instance: hello-2 test',
    },
  ],
  options: connectOptions,
  load: () => import('../connect/run-connect.ts'),
});
