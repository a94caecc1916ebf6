/** `tcpmesh logs`: what a Pod's server wrote. */
import { defineCommand } from '../command.ts';
import { logsOptions } from '../options/logs.ts';

export const logs = defineCommand({
  name: 'logs',
  summary: "print the log of a Pod's server in a running mesh",
  description: 'Print what the server behind a Pod was asked and what it answered.',
  operands: '<pod|type/name>',
  examples: [{ line: 'tcpmesh logs deploy/tcp-echo-v1 --tail 5', does: 'the last five lines' }],
  options: logsOptions,
  load: () => import('../verbs/run-logs.ts'),
});
