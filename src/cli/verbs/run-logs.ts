/** Prints a Pod's log, and goes on with it when asked. */
import { escapeControls } from '../../report/index.ts';
import { connectApi } from '../api-client/api-client.ts';
import type { ExitCode, Invocation } from '../command.ts';
import type { logsOptions } from '../options/logs.ts';
import { findPod, pathOfPod, sayPodRefusal } from './find-pod.ts';

export async function run({
  world,
  options,
  operands,
}: Invocation<typeof logsOptions>): Promise<ExitCode> {
  const client = await connectApi(world, options.mesh);
  const namespace = options.namespace ?? client.namespace;
  const pod = await findPod(world, client, namespace, operands[0]);
  if (pod === null) return 1;
  const query = new URLSearchParams();
  if (options.container !== undefined) query.set('container', options.container);
  if (options.tail !== undefined) query.set('tailLines', String(options.tail));
  if (options.follow) query.set('follow', 'true');
  const path = `${pathOfPod(namespace, pod, 'log')}?${query}`;
  const ended = new AbortController();
  const stop = world.onSignal('SIGINT', () => ended.abort());
  const answer = await client.stream(
    path,
    '*/*',
    (line) => {
      world.stdout.write(`${escapeControls(line)}\n`);
      if (world.stdout.closed) ended.abort();
    },
    ended.signal,
  );
  stop();
  return sayPodRefusal(world, answer) ? 1 : 0;
}
