/** A running mesh as the view sees it. */
import { parseHostPort, type RunningMesh } from '../../control/index.ts';
import { dialSocks } from '../../proxy/index.ts';
import type { Sample, ViewSource } from '../../ui/index.ts';
import { connectHints, connectTargets } from './say-ready.ts';

const testTimeoutMs = 10_000;
/** An answer is shown as far as it came by then. */
const answerWaitMs = 2_000;

export function viewSource(running: RunningMesh, now: () => number): ViewSource {
  return {
    subscribe: (listener) => running.subscribe(listener),
    sample: () => sampleOf(running, now()),
    hints: () => connectHints(running),
    test: (from, to) => {
      void testConnection(running, from, to);
    },
    toggleKill: (workload) => {
      const fault =
        running.fault(workload)?.kind === 'kill' ? undefined : ({ kind: 'kill' } as const);
      running.setFault(workload, fault).catch((error: Error) => {
        running.notice('error', `workload ${workload}: ${error.message}`);
      });
    },
  };
}

function sampleOf(running: RunningMesh, at: number): Sample {
  const bytes = new Map<number, { received: number; sent: number }>();
  for (const { id, bytesReceived, bytesSent } of running.plane.connections())
    bytes.set(id, { received: bytesReceived, sent: bytesSent });
  const workloads = running.workloads();
  return {
    at,
    shares: running.shares().filter(({ current }) => current),
    bytes,
    clients: [...running.clients().map(({ shortName }) => shortName), 'default/client'],
    targets: connectTargets(running),
    workloads,
    killed: workloads.filter((name) => running.fault(name)?.kind === 'kill'),
  };
}

async function testConnection(running: RunningMesh, from: string, to: string): Promise<void> {
  const target = parseHostPort(to);
  if (target === null) return;
  try {
    const proxy = running.socksAddress;
    const socket = await dialSocks({ proxy, user: from, ...target, timeoutMs: testTimeoutMs });
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer = (answer + text).slice(0, 200);
    });
    socket.setTimeout(answerWaitMs, () => socket.destroy());
    const ended = new Promise<void>((resolve) => {
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
    socket.end('test\n');
    socket.resume();
    await ended;
    running.notice('info', `test ${from} -> ${to}: ${answer.trim() || 'no answer'}`);
  } catch (error) {
    running.notice(
      'warning',
      `test ${from} -> ${to}: ${error instanceof Error ? error.message : error}`,
    );
  }
}
