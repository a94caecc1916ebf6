/**
 * A data plane for a process with few file descriptors. argv: backend port, files that it holds open besides, how many descriptors it is
 * told that there are ('' for not at all). Prints its port, then its events.
 */
import { openSync } from 'node:fs';
import { createDataPlane, defaultClusterConfig, defaultLimits } from '../../src/proxy/index.ts';

const print = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};
const [, , backend, held, told] = process.argv;
for (let file = 0; file < Number(held); file += 1) openSync('/dev/null', 'r');
const plane = createDataPlane<null>({
  descriptorMax: told === '' ? undefined : Number(told),
  now: () => performance.now(),
  random: () => 0,
  sink: (event) => {
    if ('connection' in event) print({ kind: event.kind, state: event.connection.state });
    else print(event);
  },
});
const dial = { host: '127.0.0.1', port: Number(backend) };
const config = {
  ...defaultClusterConfig,
  name: 'outbound|9000||echo',
  endpoints: [{ name: 'echo', dial, healthy: true }],
};
const listener = await plane.openListener({
  id: 'few',
  host: '127.0.0.1',
  port: 0,
  decide: () => ({
    kind: 'forward',
    cluster: plane.cluster('client', config),
    hashKey: undefined,
    route: null,
    ...defaultLimits,
  }),
});
print({ kind: 'listening', port: listener.address.port });
