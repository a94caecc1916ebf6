/** What `tcpmesh run` can be told. */
import { colorOption, inputOptions } from '../input-options.ts';
import { flag, number, text, texts } from '../option.ts';

export const runOptions = {
  ...inputOptions,
  output: text('-o, --output <format>', 'view (a terminal), text, or json: an event a line', {
    choices: ['auto', 'view', 'text', 'json'],
    fallback: 'auto',
  }),
  listen: texts(
    '--listen <port=address>',
    'where a gateway port is opened: [GATEWAY:]PORT=[ADDRESS:]PORT, 0 for any free port, *=0 for all of them; may be repeated',
  ),
  publish: texts(
    '--publish <port=host>',
    "a local port that is a client's way to a host: [ADDRESS:]PORT=HOST:PORT[@NAMESPACE/WORKLOAD]; may be repeated",
  ),
  socks: text(
    '--socks <address>',
    'where the SOCKS5 listener is: [ADDRESS:]PORT (default: any free port)',
  ),
  backend: texts(
    '--backend <workload=address>',
    'a local process that stands for a workload: [NAMESPACE/]WORKLOAD=HOST:PORT; may be repeated',
  ),
  seed: number('--seed <number>', 'of everything drawn at random, so that a run can be repeated'),
  strict: flag(
    '--strict',
    'refuse to run with stand-ins or with documents that a cluster would refuse',
  ),
  bare: flag('--bare', 'make nothing up: what is missing is missing, as in a cluster'),
  watch: flag('-w, --watch', 'follow changes of the files'),
  empty: flag('--empty', 'start without any files'),
  name: text('--name <name>', 'what to call this mesh (default: after its first file)'),
  drainTimeout: text(
    '--drain-timeout <duration>',
    'how long open connections may take to end (default: "5s")',
  ),
  allowPassthrough: flag('--allow-passthrough', 'let passthrough leave this computer'),
  connections: number(
    '--connections <count>',
    'make so many connections, judge their shares, and end; one that lasts longer than 10 s and the longest --delay has failed',
  ),
  from: text('--from <workload>', 'with --connections: the client, [NAMESPACE/]WORKLOAD'),
  to: text(
    '--to <host:port>',
    "with --connections: what it dials; without --from a gateway's port",
  ),
  parallel: number(
    '--parallel <count>',
    'with --connections: so many at once (default: 32, or what the smallest connectionPool allows)',
  ),
  sni: text(
    '--sni <name>',
    'with --connections: the server name of their TLS client hello (default: one that is routed, where nothing else is)',
  ),
  kill: texts(
    '--kill <target>',
    'no process behind [NAMESPACE/]WORKLOAD or SERVICE[.NAMESPACE]:SUBSET; may be repeated',
  ),
  reset: texts('--reset <target>', 'its connections are reset once open; may be repeated'),
  delay: texts('--delay <target=duration>', 'its answers come so much later; may be repeated'),
  admin: text(
    '--admin <address>',
    'serve /healthz, /config, /stats and /metrics at [ADDRESS:]PORT',
  ),
  api: text(
    '--api <address>',
    'where the Kubernetes-style API for kubectl is: [ADDRESS:]PORT, or off (default: any free port)',
  ),
  state: text('--state <folder>', 'keep what was applied there, and go on from it', {
    completes: 'path',
  }),
  color: colorOption,
};
