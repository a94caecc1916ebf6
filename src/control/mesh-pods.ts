/** The store's Pods and the mesh's workloads: which is which, how a Pod dials, is reached and what its server has written. */

import { connect, type Socket } from 'node:net';
import { dialSocks, type LogLine } from '../proxy/index.ts';
import { splitAtSlash } from '../text/index.ts';
import type { PodLogs } from './api/pod-logs.ts';
import { DialError, type DialFailure } from './api/programs/program.ts';
import type { PodNetwork } from './api/streams/upgrade.ts';
import { addressKeyAnnotation } from './controllers/pod-maker.ts';
import { stringsAt } from './json.ts';
import type { ObjectStore } from './object-store.ts';
import type { RunningMesh } from './running-mesh.ts';

const dialTimeoutMs = 15_000;
const followEveryMs = 200;

/** The mesh's name for a Pod given as `namespace/name`, or by its name alone for namespace default. */
export function workloadOf(store: ObjectStore, pod: string): string {
  const [namespace = 'default', name] = splitAtSlash(pod);
  const object = store.get({ group: '', kind: 'Pod', namespace, name });
  return stringsAt(object?.metadata, 'annotations')[addressKeyAnnotation] ?? pod;
}

export function podNetwork(running: RunningMesh, store: ObjectStore): PodNetwork {
  return {
    dial: async (from, host, port) => {
      const user = workloadOf(store, from);
      if (running.client(user) === null)
        throw new DialError(
          'failed',
          `${from} is a gateway: connections go through it, none begin there`,
        );
      try {
        return await dialSocks({
          proxy: running.socksAddress,
          user,
          host,
          port,
          timeoutMs: dialTimeoutMs,
        });
      } catch (error) {
        throw asDialError(error);
      }
    },
    reach: async (pod, port) => {
      const address = running.socketOf(workloadOf(store, pod), port);
      if (address === null) throw new Error(`nothing listens on port ${port} of ${pod}`);
      return connected(connect({ ...address, allowHalfOpen: true, noDelay: true }));
    },
  };
}

export function podLogs(running: RunningMesh, store: ObjectStore): PodLogs {
  const lines = (pod: string): readonly LogLine[] => running.log(workloadOf(store, pod));
  return {
    lines,
    follow: (pod, listener) => {
      let last = lines(pod).at(-1);
      const timer = setInterval(() => {
        const now = lines(pod);
        const fresh = last === undefined ? now : now.slice(now.lastIndexOf(last) + 1);
        for (const line of fresh) listener(line);
        last = now.at(-1);
      }, followEveryMs);
      return () => clearInterval(timer);
    },
  };
}

/** By the words of SOCKS. */
const failures: readonly (readonly [RegExp, DialFailure])[] = [
  [/host-unreachable/, 'unknown-host'],
  [/refused/, 'refused'],
  [/no answer|ttl-expired/, 'timed-out'],
];

function asDialError(error: unknown): DialError {
  const message = error instanceof Error ? error.message : String(error);
  const known = failures.find(([words]) => words.test(message));
  return new DialError(known?.[1] ?? 'failed', message);
}

function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
