/** Loads, starts, announces, shows, and ends in good order. */
import {
  type AdminServer,
  faultInWords,
  hostPortText,
  isLoopback,
  PortError,
  RunningMesh,
  type RunningMeshOptions,
  seededRandom,
  startAdmin,
} from '../../control/index.ts';
import type { SocketAddress } from '../../proxy/index.ts';
import { escapeControls } from '../../report/index.ts';
import { count } from '../../text/index.ts';
import { CannotDo, type ExitCode } from '../command.ts';
import type { Input } from '../input/read-input.ts';
import { announceMesh, checkMeshName, forgetStaleMeshes } from '../running-meshes.ts';
import { failed } from '../world.ts';
import { wishedAddress } from './address-options.ts';
import { checkNames, type FoundNames, noNames } from './check-names.ts';
import { Ending } from './ending.ts';
import { LintErrors } from './lint-errors.ts';
import { loadInput } from './load-input.ts';
import { codeFor, makeConnections } from './make-connections.ts';
import { readyLines, summaryLines } from './say-ready.ts';
import { serveApi } from './serve-api.ts';
import { type LoadedInput, nameAfter, type RunInvocation, type Session } from './session.ts';
import { checkShow, lastWordsMs, openShow, type Show } from './show-events.ts';
import { watchInput } from './watch-input.ts';
import { readWishes, type Wishes } from './wishes.ts';

export async function run(invocation: RunInvocation): Promise<ExitCode> {
  const { world, options } = invocation;
  checkShow(invocation);
  const wishes = readWishes(invocation);
  if (options.name !== undefined) await checkMeshName(world, options.name);
  const loaded = await loadInput(invocation);
  const found = { names: noNames };
  const running = await RunningMesh.start({
    ...meshOptions(invocation, loaded, wishes),
    check: (planned) => {
      found.names = checkNames(planned, wishes, options, mayGrow(invocation, loaded));
    },
  }).catch(mendable);
  const { names } = found;
  const opened: { readonly close: () => Promise<void> }[] = [];
  try {
    if (options.strict) refuseStandIns(running);
    for (const { workload, fault } of names.broken) await running.setFault(workload, fault);
    const served =
      options.connections === undefined ? await serveApi(world, options, loaded, running) : null;
    if (served !== null) opened.push(served);
    const admin = wishes.admin === null ? null : await openAdmin(running, wishes.admin);
    if (admin !== null) opened.push(admin);
    const session: Session = {
      invocation,
      loaded,
      running,
      seed: wishes.seed,
      drainTimeoutMs: wishes.drainTimeoutMs,
      follow: served?.follow ?? ((sources) => running.follow(sources)),
      readsFilesAlone: served?.readsFilesAlone ?? (() => true),
      api: served?.announced ?? null,
      admin: admin?.address ?? null,
    };
    return await live(session, names);
  } finally {
    // What is still open keeps the process: also where it did not come to the end in good order.
    for (const { close } of opened.reverse()) await close();
    await running.stop(0);
  }
}

/** May something come later that the files have not now? By an edit, or by the API where somebody wants to write there. */
function mayGrow({ options }: RunInvocation, { sources }: LoadedInput): boolean {
  const byApi = options.api !== undefined && options.api !== 'off';
  return options.watch || byApi || options.state !== undefined || sources.length === 0;
}

function meshOptions(
  { world, options }: RunInvocation,
  { input, sources, defaultNamespace }: LoadedInput,
  wishes: Wishes,
): RunningMeshOptions {
  return {
    sources,
    defaultNamespace,
    // What is applied to an empty mesh is complete, as in a cluster; gateways are stood in for in the store.
    standIns: !options.bare && sources.length > 0,
    clusterDomain: input?.configuration.clusterDomain,
    rootNamespace: input?.configuration.rootNamespace,
    listen: (listener) => wishedAddress(wishes.listen, listener),
    publish: wishes.publish,
    socks: wishes.socks,
    backends: wishes.backends,
    descriptorMax: descriptorMax(world),
    allowPassthrough: options.allowPassthrough,
    now: world.clock.monotonic,
    wallClock: world.clock.now,
    random: seededRandom(wishes.seed),
  };
}

/** Linux says it in a file; elsewhere it is not known beforehand. */
function descriptorMax({ files }: RunInvocation['world']): number | undefined {
  const limits = files.read('/proc/self/limits');
  if (failed(limits)) return undefined;
  const found = /^Max open files\s+(\d+)/m.exec(Buffer.from(limits).toString('latin1'));
  return found === null ? undefined : Number(found[1]);
}

async function openAdmin(running: RunningMesh, at: SocketAddress): Promise<AdminServer> {
  const admin = await startAdmin(running, at).catch(mendable);
  running.opened({ purpose: 'admin', name: 'admin', ...admin.address, instead: null });
  return admin;
}

/** An address that cannot be had is the user's to mend. */
function mendable(error: unknown): never {
  if (error instanceof PortError) throw new CannotDo(error.message, error.remedy);
  throw error;
}

function refuseStandIns(running: RunningMesh): void {
  const { standIns } = running.snapshot;
  if (standIns.length === 0) return;
  throw new CannotDo(
    `the files are not complete: ${standIns.map(({ why }) => why).join('; ')}`,
    'Add what is missing, or run without --strict to have it stood in for.',
  );
}

/** From ready to the end: by a signal, the view's quit key, or the last of --connections. */
async function live(session: Session, { waiting, target }: FoundNames): Promise<ExitCode> {
  const { invocation, loaded, running, seed, drainTimeoutMs } = session;
  const { world, options } = invocation;
  const ending = new Ending();
  const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    world.onSignal(signal, () => (signal === 'SIGHUP' ? ending.hangUp() : ending.now())),
  );
  const forget = announceMesh(world, {
    schemaVersion: 1,
    name: options.name ?? nameAfter(loaded.names),
    startedAt: world.clock.now(),
    cwd: world.cwd,
    inputs: loaded.names,
    socks: running.socksAddress,
    api: session.api,
    admin: session.admin,
  });
  if (options.connections === undefined) void forgetStaleMeshes(world);
  let show: Show | undefined;
  let unwatch = (): void => {};
  try {
    // With the view open, its log says it.
    const say = (line: string): void => {
      if (show?.coversTerminal !== true) world.stderr.offer(`${line}\n`);
    };
    const errors = new LintErrors(world);
    let warned = running.warnings();
    const tellErrors = (input: Input | null): void => {
      const warnings = running.warnings();
      for (const warning of warnings)
        if (!warned.includes(warning)) say(escapeControls(`warning: ${warning}`));
      warned = warnings;
      if (input === null || !session.readsFilesAlone()) return;
      for (const { level, message } of errors.linesFor(input, running.snapshot.standIns)) {
        running.notice(level, message);
        say(escapeControls(level === 'error' ? `error: ${message}` : message));
      }
    };
    if (options.watch) unwatch = watchInput(session, say, tellErrors);
    const { standIns } = running.snapshot;
    const notes = startNotes(running, waiting);
    world.stderr.write(
      `${[
        ...standIns.map(({ why }) => `stand-in: ${why}`),
        ...notes.map(({ level, message }) => `${level === 'info' ? '' : `${level}: `}${message}`),
      ]
        .map(escapeControls)
        .concat(readyLines(running, seed))
        .join('\n')}\n`,
    );
    show = await openShow(session, ending);
    for (const { level, message } of notes) running.notice(level, message);
    tellErrors(loaded.input);
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
    forget();
    for (const stop of signals) stop();
  }
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
function startNotes(running: RunningMesh, waiting: readonly string[]): readonly Note[] {
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
  return [
    ...[...running.warnings(), ...waiting, ...open].map(
      (message): Note => ({ level: 'warning', message }),
    ),
    ...faults,
  ];
}
