/** `tcpmesh describe`: one object of a running mesh in full, with what happened to it. */
import { defineCommand } from '../command.ts';
import { describeOptions } from '../options/describe.ts';

export const describe = defineCommand({
  name: 'describe',
  summary: 'show objects of a running mesh in full, with their events',
  description: 'Print metadata, specification, status and events of objects of a running mesh.',
  operands: '<type|type/name> [name...]',
  examples: [{ line: 'tcpmesh describe service tcp-echo', does: 'everything about one Service' }],
  options: describeOptions,
  load: () => import('../verbs/run-describe.ts'),
});
