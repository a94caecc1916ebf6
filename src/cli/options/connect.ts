/** What `tcpmesh connect` can be told. */
import { text } from '../option.ts';

export const connectOptions = {
  from: text(
    '--from <workload>',
    'the client, [NAMESPACE/]WORKLOAD (default: one without labels in namespace default)',
  ),
  mesh: text('--mesh <name>', 'which running mesh (default: the one started last)'),
  timeout: text(
    '--timeout <duration>',
    'how long the connection may take to open (default: "10s")',
  ),
};
