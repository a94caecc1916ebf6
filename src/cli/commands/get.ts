/** `tcpmesh get`: objects of a running mesh. */
import { defineCommand } from '../command.ts';
import { getOptions } from '../options/get.ts';

export const get = defineCommand({
  name: 'get',
  summary: 'list objects of a running mesh',
  description:
    'Print objects of a running mesh in the columns that kubectl shows: tcpmesh get pods, tcpmesh get vs echo -o yaml, tcpmesh get all -A.',
  operands: '<type[,type]|type/name> [name...]',
  examples: [{ line: 'tcpmesh get virtualservices', does: 'NAME, GATEWAYS, HOSTS, AGE' }],
  options: getOptions,
  load: () => import('../verbs/run-get.ts'),
});
