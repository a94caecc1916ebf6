/** What `tcpmesh connect` can be told. */
import { text } from '../option.ts';

export const connectOptions = {
  from: text(
    '--from <workload>',
    'the client, [NAMESPACE/]WORKLOAD (default: one without labels in namespace default)',
  ),
  sni: text(
    '--sni <name>',
    'begin with a TLS client hello for this server name, and no more of TLS: it shows who answers',
  ),
  mesh: text('--mesh <name>', 'which running mesh (default: the one started last)'),
  timeout: text(
    '--timeout <duration>',
    'how long the connection may take to open (default: "10s")',
  ),
};
