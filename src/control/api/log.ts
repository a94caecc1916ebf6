/** pods/log: what a workload's server has written, and what it goes on writing. */
import { keyOf } from '../stored-object.ts';
import type { ApiContext } from './context.ts';
import type { PodLogLine, PodLogs } from './pod-logs.ts';
import { countOf } from './read.ts';
import { type ApiRequest, flag, type Reply, type Target } from './request.ts';
import { podTarget } from './streams/pod-target.ts';

export function readLog(
  context: ApiContext,
  logs: PodLogs,
  target: Target,
  request: ApiRequest,
): Reply {
  const { query } = request;
  const { pod } = podTarget(context, target, query);
  const { namespace, name } = keyOf(pod);
  const workload = `${namespace}/${name}`;
  const show = (line: PodLogLine): string =>
    `${flag(query, 'timestamps') ? `${new Date(line.at).toISOString()} ` : ''}${line.text}\n`;
  const since = sinceOf(query, context.now());
  const all = logs.lines(workload).filter(({ at }) => at >= since);
  const tail = query.has('tailLines') ? countOf(query, 'tailLines') : all.length;
  const text = (tail === 0 ? [] : all.slice(-tail)).map(show).join('');
  const limit = query.has('limitBytes') ? countOf(query, 'limitBytes') : text.length;
  if (!flag(query, 'follow')) return { type: 'text', code: 200, text: text.slice(0, limit) };
  return {
    type: 'stream',
    contentType: 'text/plain; charset=utf-8',
    start: (out) => {
      if (text !== '') out.write(text);
      const stop = logs.follow(workload, (line) => out.write(show(line)));
      const unsubscribe = context.store.subscribe((events) => {
        // The log of a Pod that has gone is at its end.
        if (
          events.some(
            ({ type, object }) => type === 'DELETED' && object.metadata.uid === pod.metadata.uid,
          )
        )
          out.close();
      });
      return () => {
        stop();
        unsubscribe();
      };
    },
  };
}

function sinceOf(query: URLSearchParams, now: number): number {
  const time = Date.parse(query.get('sinceTime') ?? '');
  if (!Number.isNaN(time)) return time;
  const seconds = countOf(query, 'sinceSeconds');
  return seconds === 0 ? 0 : now - seconds * 1000;
}
