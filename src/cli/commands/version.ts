/** `tcpmesh version`: of tcpmesh, of what runs it, and of the Istio that it follows. */
import { defineCommand } from '../command.ts';
import { versionOptions } from '../options/version.ts';

export const version = defineCommand({
  name: 'version',
  summary: 'print the version',
  description:
    'Print the version of tcpmesh, of Node, and of the Istio whose behaviour tcpmesh follows.',
  options: versionOptions,
  load: () => import('../version/print-version.ts'),
});
