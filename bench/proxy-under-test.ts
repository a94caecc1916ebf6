/** The data plane as `compare.mjs` starts it: one listener, an 80/20 choice per connection, events counted. argv: backend port. */
import { performance } from 'node:perf_hooks';
import { createDataPlane, defaultClusterConfig, defaultLimits } from '../src/proxy/index.ts';

const [, , backendPort = '', streams = 'handles'] = process.argv;
const dial = { host: '127.0.0.1', port: Number(backendPort) };
const counts = { opened: 0, closed: 0, bytes: 0 };

const plane = createDataPlane<{ readonly rule: string }>({
  now: () => performance.now(),
  random: Math.random,
  streams: streams === 'sockets' ? 'sockets' : 'handles',
  sink: (event) => {
    if (event.kind === 'opened') counts.opened += 1;
    if (event.kind === 'closed') {
      counts.closed += 1;
      counts.bytes += event.connection.bytesReceived + event.connection.bytesSent;
    }
  },
});
const version = (subset: string) => ({
  ...defaultClusterConfig,
  name: `outbound|9000|${subset}|tcp-echo.default.svc.cluster.local`,
  endpoints: [{ name: `10.244.2.${subset.slice(1)}:9000`, dial, healthy: true }],
});
const v1 = version('v1');
const v2 = version('v2');
const route = { rule: 'default/tcp-echo' };

const listener = await plane.openListener({
  id: 'bench',
  host: '127.0.0.1',
  port: 0,
  decide: () => ({
    kind: 'forward',
    cluster: plane.cluster('client', Math.random() < 0.8 ? v1 : v2),
    hashKey: undefined,
    route,
    ...defaultLimits,
  }),
});
process.stdout.write(`${listener.address.port}\n`);
process.on('SIGTERM', async () => {
  await plane.drain(0);
  process.stderr.write(`${JSON.stringify(counts)}\n`);
  process.exit(0);
});
