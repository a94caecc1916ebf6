/** `tcpmesh apply -f`: objects into a running mesh. */
import { defineCommand } from '../command.ts';
import { applyOptions } from '../options/apply.ts';

export const apply = defineCommand({
  name: 'apply',
  summary: 'apply files to a running mesh, as kubectl does',
  description:
    'Create what is not there, change what differs, and take away what an earlier apply had set and the files no longer say. New connections follow at once; what Istio would refuse is refused.',
  examples: [
    { line: 'tcpmesh run --empty', does: 'in another terminal: a mesh to apply things to' },
    { line: 'tcpmesh apply -f samples/tcp-echo/', does: 'service/tcp-echo created …' },
  ],
  options: applyOptions,
  load: () => import('../verbs/run-apply.ts'),
});
