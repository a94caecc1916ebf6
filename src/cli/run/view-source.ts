/** A running mesh as the view sees it. */
import {
  allFaultTargets,
  connectTargets,
  faultName,
  parseHostPort,
  type RunningMesh,
} from '../../control/index.ts';
import { dialSocks, type WorkloadFault } from '../../proxy/index.ts';
import type { FaultKind, Sample, ViewSource } from '../../ui/index.ts';
import { connectHints } from './say-ready.ts';
import { standInEvents } from './stand-in-events.ts';

const testTimeoutMs = 10_000;
/** An answer is shown as far as it came by then. */
const answerWaitMs = 2_000;

export function viewSource(running: RunningMesh, now: () => number): ViewSource {
  return {
    subscribe: (listener) => {
      for (const event of standInEvents(running)) listener(event);
      return running.subscribe(listener);
    },
    sample: () => sampleOf(running, now()),
    hints: () => connectHints(running),
    test: (from, to) => {
      void testConnection(running, from, to);
    },
    toggleFault: (target, kind) => {
      const fault = faultOf(running, target)?.kind === kind ? undefined : faultOfKind(kind);
      running.holdFault(target, fault);
      for (const workload of targetsOf(running).get(target) ?? [])
        running.setFault(workload, fault).catch((error: Error) => {
          running.notice('error', `workload ${workload}: ${error.message}`);
        });
    },
  };
}

/** By a key there is no asking how long. */
const delayMs = 500;

function faultOfKind(kind: FaultKind): WorkloadFault {
  return kind === 'delay' ? { kind, delayMs } : { kind };
}

type Targets = ReadonlyMap<string, readonly string[]>;

const knownTargets = new WeakMap<RunningMesh['snapshot'], Targets>();

/** A frame asks ten times a second; the answer changes with the snapshot alone. */
function targetsOf(running: RunningMesh): Targets {
  const { snapshot } = running;
  const targets = knownTargets.get(snapshot) ?? allFaultTargets(running.planned);
  knownTargets.set(snapshot, targets);
  return targets;
}

/** The fault that all workloads of a target share. */
function faultOf(running: RunningMesh, target: string): WorkloadFault | undefined {
  const faults = (targetsOf(running).get(target) ?? []).map((name) => running.fault(name));
  const [first] = faults;
  return faults.every((fault) => fault?.kind === first?.kind) ? first : undefined;
}

function sampleOf(running: RunningMesh, at: number): Sample {
  const bytes = new Map<number, { received: number; sent: number }>();
  for (const { id, bytesReceived, bytesSent } of running.plane.connections())
    bytes.set(id, { received: bytesReceived, sent: bytesSent });
  const targets = [...targetsOf(running).keys()];
  const faults = targets.flatMap((target): [string, string][] => {
    const fault = faultOf(running, target);
    return fault === undefined ? [] : [[target, faultName(fault)]];
  });
  const workloads = new Set(running.workloads());
  return {
    at,
    shares: running.shares().filter(({ current }) => current),
    bytes,
    clients: [...running.clients().map(({ shortName }) => shortName), 'default/client'],
    targets: connectTargets(running.snapshot.mesh),
    faultTargets: targets,
    faults: new Map(faults),
    broken: faults
      .filter(([target]) => workloads.has(target))
      .map(([workload, fault]) => ({ workload, fault })),
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
