/** `tcpmesh delete`: objects out of a running mesh. */
import { defineCommand } from '../command.ts';
import { deleteOptions } from '../options/delete.ts';

export const deleteCommand = defineCommand({
  name: 'delete',
  summary: 'delete objects of a running mesh',
  description: 'Delete by file (-f), by type and name, or by type and labels.',
  operands: '[type|type/name] [name...]',
  examples: [
    {
      line: 'tcpmesh delete -f samples/tcp-echo/tcp-echo-all-v1.yaml',
      does: 'what the file holds',
    },
    { line: 'tcpmesh delete virtualservice echo', does: 'one object' },
  ],
  options: deleteOptions,
  load: () => import('../verbs/run-delete.ts'),
});
