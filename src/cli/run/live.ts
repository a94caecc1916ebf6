/** A run from ready to its end. */
import { faultInWords, hostPortText, isLoopback, type RunningMesh } from '../../control/index.ts';
import { escapeControls } from '../../report/index.ts';
import { count } from '../../text/index.ts';
import type { ExitCode } from '../command.ts';
import { announceMesh, forgetStaleMeshes } from '../running-meshes.ts';
import { shellWord } from '../shell-word.ts';
import type { FoundNames } from './check-names.ts';
import { Ending } from './ending.ts';
import { InputTeller } from './input-teller.ts';
import { codeFor, makeConnections } from './make-connections.ts';
import { readyLines, summaryLines } from './say-ready.ts';
import type { Session } from './session.ts';
import { lastWordsMs, openShow, type Show } from './show-events.ts';
import { watchInput } from './watch-input.ts';

/** By a signal, the view's quit key, or the last of --connections. */
export async function live(session: Session, names: FoundNames): Promise<ExitCode> {
  const { world, options } = session.invocation;
  const ending = new Ending();
  const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    world.onSignal(signal, () => (signal === 'SIGHUP' ? ending.hangUp() : ending.now())),
  );
  const forget = announce(session);
  if (options.connections === undefined) void forgetStaleMeshes(world);
  try {
    return await shown(session, names, ending);
  } finally {
    forget();
    for (const stop of signals) stop();
  }
}

/** For other commands to find it; the result takes that back. */
function announce({ invocation, loaded, running, name, api, admin }: Session): () => void {
  const { world } = invocation;
  return announceMesh(world, {
    schemaVersion: 1,
    name,
    startedAt: world.clock.now(),
    cwd: world.cwd,
    inputs: loaded.names,
    socks: running.socksAddress,
    api,
    admin,
  });
}

async function shown(
  session: Session,
  { waiting, target }: FoundNames,
  ending: Ending,
): Promise<ExitCode> {
  const { invocation, loaded, running, drainTimeoutMs } = session;
  const { world, options } = invocation;
  let show: Show | undefined;
  let unwatch = (): void => {};
  try {
    // With the view open, its log says it.
    const say = (line: string): void => {
      if (show?.coversTerminal !== true) world.stderr.offer(`${line}\n`);
    };
    const teller = new InputTeller(session, say);
    if (options.watch) unwatch = watchInput(session, say, (input) => teller.tell(input));
    const notes = startNotes(session, waiting);
    sayReady(session, notes);
    show = await openShow(session, ending);
    for (const { level, message } of notes) running.notice(level, message);
    teller.tell(loaded.input);
    const made =
      options.connections === undefined || target === null
        ? null
        : await makeConnections(session, options.connections, target, ending);
    if (made === null) await ending.reached;
    unwatch();
    if (show.coversTerminal) tellDrain(running, drainTimeoutMs);
    void ending.hurried.then(() => running.stop(0));
    await running.stop(drainTimeoutMs);
    await show.end(running.shares(), made);
    world.stderr.offer(`${summaryLines(running.shares(), made).join('\n')}\n`);
    await world.stderr.settle(lastWordsMs(session));
    return made === null ? 0 : codeFor(made, running.shares());
  } finally {
    unwatch();
    await show?.end(running.shares(), null);
  }
}

function sayReady({ invocation: { world }, running, seed }: Session, notes: readonly Note[]): void {
  const lines = [
    ...running.snapshot.standIns.map(({ why }) => `stand-in: ${why}`),
    ...notes.map(({ level, message }) => `${level === 'info' ? '' : `${level}: `}${message}`),
  ].map(escapeControls);
  world.stderr.write(`${[...lines, ...readyLines(running, seed)].join('\n')}\n`);
}

/** Under the view nothing else shows that it is about to end. */
function tellDrain(running: RunningMesh, drainTimeoutMs: number): void {
  const open = [...running.plane.connections()].length;
  if (open === 0 || drainTimeoutMs === 0) return;
  const message = `ending: ${count(open, 'connection')} may go on for ${drainTimeoutMs / 1000} s; q or Ctrl-C again ends now`;
  running.notice('info', message);
}

type Note = { readonly level: 'info' | 'warning'; readonly message: string };

/** What is likely a slip, and what was broken on purpose. */
function startNotes(session: Session, waiting: readonly string[]): readonly Note[] {
  const { running, name, renamed } = session;
  const faults = running.workloads().flatMap((name): Note[] => {
    const fault = running.fault(name);
    return fault === undefined
      ? []
      : [{ level: 'info', message: `workload ${name} ${faultInWords(fault)}` }];
  });
  const open = running
    .addresses()
    .filter(({ host }) => !isLoopback(host))
    .map((at) => `${hostPortText(at)} (${at.name}) can be reached from other computers`);
  const named = `a mesh of that name runs already: this one is ${name}, as in tcpmesh connect --mesh ${shellWord(name)}`;
  return [
    ...(renamed ? [{ level: 'info', message: named } as const] : []),
    ...[...running.warnings(), ...waiting, ...open].map(
      (message): Note => ({ level: 'warning', message }),
    ),
    ...faults,
  ];
}
