/** `tcpmesh connect`: a netcat that is a workload of a running mesh. */
import { defineCommand } from '../command.ts';
import { connectOptions } from '../options/connect.ts';

export const connect = defineCommand({
  name: 'connect',
  aliases: ['nc'],
  summary: 'connect to a host of a running mesh, as one of its workloads',
  description:
    'Open one connection through the mesh that runs on this computer: standard input goes out, answers come to standard output. The end of input is passed on and answers are still read, as netcat does. Of a gateway its port will do, or [NAMESPACE/]GATEWAY:PORT.',
  operands: '<host:port|gateway>',
  examples: [
    {
      line: 'echo test | tcpmesh connect --from foo/telnet-client-foo echo-server.default:19000',
      does: 'prints what answers, for instance: hello-2 test',
    },
    { line: 'date | tcpmesh connect 31400', does: 'as who comes to port 31400 of a gateway' },
  ],
  options: connectOptions,
  load: () => import('../connect/run-connect.ts'),
});
