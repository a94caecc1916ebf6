/** Loads, starts, announces, shows, and ends in good order. */
import {
  type AdminServer,
  faultTargets,
  PortError,
  RunningMesh,
  type RunningMeshOptions,
  seededRandom,
  startAdmin,
} from '../../control/index.ts';
import type { SocketAddress, WorkloadFault } from '../../proxy/index.ts';
import { CannotDo, type ExitCode } from '../command.ts';
import { durationOption } from '../duration-option.ts';
import { loadMesh } from '../input/load-mesh.ts';
import { NothingToRead } from '../input/read-input.ts';
import { announceMesh } from '../running-meshes.ts';
import { failed } from '../world.ts';
import { backendOption, listenOption, localAddress, publishOption } from './address-options.ts';
import { Ending } from './ending.ts';
import { codeFor, makeConnections } from './make-connections.ts';
import { readyLines, summaryLines } from './say-ready.ts';
import { serveApi } from './serve-api.ts';
import { type LoadedInput, nameAfter, type RunInvocation, type Session } from './session.ts';
import { lastWordsMs, openShow, type Show } from './show-events.ts';
import { watchInput } from './watch-input.ts';

const drainTimeoutDefault = '5s';

export async function run(invocation: RunInvocation): Promise<ExitCode> {
  const { world, options } = invocation;
  const drainTimeoutMs = durationOption(
    '--drain-timeout',
    options.drainTimeout ?? drainTimeoutDefault,
  );
  const adminAt = options.admin === undefined ? null : localAddress('--admin', options.admin);
  const loaded = await load(invocation);
  const seed = options.seed ?? Math.floor(world.random() * 2 ** 32);
  const running = await RunningMesh.start(meshOptions(invocation, loaded, seed)).catch(mendable);
  const opened: { readonly close: () => Promise<void> }[] = [];
  try {
    if (options.strict) refuseStandIns(running);
    await setFaults(running, options);
    const served =
      options.connections === undefined ? await serveApi(world, options, loaded, running) : null;
    if (served !== null) opened.push(served);
    const admin = adminAt === null ? null : await openAdmin(running, adminAt);
    if (admin !== null) opened.push(admin);
    return await live({
      invocation,
      loaded,
      running,
      seed,
      drainTimeoutMs,
      follow: served?.follow ?? ((sources) => running.follow(sources)),
      api: served?.announced ?? null,
      admin: admin?.address ?? null,
    });
  } finally {
    // What is still open keeps the process: also where it did not come to the end in good order.
    for (const { close } of opened.reverse()) await close();
    await running.stop(0);
  }
}

async function load({ world, options, operands }: RunInvocation): Promise<LoadedInput> {
  const names = [...operands, ...options.filename];
  if (options.empty && names.length === 0)
    return { sources: [], defaultNamespace: options.namespace ?? 'default', paths: [], names };
  const read = await loadMesh(world, options, operands).catch((error: unknown) => {
    // With nothing at all there is still the API to apply things to.
    if (error instanceof NothingToRead && options.api !== 'off') return null;
    throw error;
  });
  if (read === null)
    return { sources: [], defaultNamespace: options.namespace ?? 'default', paths: [], names };
  const { input, admission } = read;
  if (admission.admitted.length === 0)
    throw new CannotDo(
      `there is nothing to run: ${input.sources.length === 1 ? input.sources[0]?.name : 'the input'} holds no resources that a cluster would take`,
      'Name files with VirtualServices, Services and Gateways; --empty starts without any.',
    );
  const [refused] = admission.refused;
  if (options.strict && refused !== undefined)
    throw new CannotDo(
      `${refused.resource.kind} ${refused.resource.name} would be refused by a cluster`,
      'Mend it (tcpmesh validate shows what is wrong), or run without --strict.',
    );
  return {
    sources: input.sources,
    defaultNamespace: input.defaultNamespace,
    paths: [...input.paths.values()],
    names: names.length > 0 ? names : input.sources.map(({ name }) => name),
  };
}

function meshOptions(
  { world, options }: RunInvocation,
  { sources, defaultNamespace }: LoadedInput,
  seed: number,
): RunningMeshOptions {
  return {
    sources,
    defaultNamespace,
    // What is applied to an empty mesh is complete, as in a cluster; gateways are stood in for in the store.
    standIns: !options.bare && sources.length > 0,
    listen: listenOption(options.listen),
    publish: options.publish.map(publishOption),
    socks: options.socks === undefined ? null : localAddress('--socks', options.socks),
    backends: new Map(options.backend.map(backendOption)),
    descriptorMax: descriptorMax(world),
    allowPassthrough: options.allowPassthrough,
    now: world.clock.monotonic,
    wallClock: world.clock.now,
    random: seededRandom(seed),
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

async function setFaults(running: RunningMesh, options: RunInvocation['options']): Promise<void> {
  const faults: (readonly [string, string, WorkloadFault])[] = [
    ...options.kill.map((target) => ['--kill', target, { kind: 'kill' }] as const),
    ...options.reset.map((target) => ['--reset', target, { kind: 'reset' }] as const),
    ...options.delay.map((value) => {
      const equals = value.indexOf('=');
      if (equals < 1)
        throw new CannotDo(`--delay: ${value} does not say how long`, 'Write TARGET=200ms.');
      const delayMs = durationOption('--delay', value.slice(equals + 1));
      return ['--delay', value.slice(0, equals), { kind: 'delay', delayMs }] as const;
    }),
  ];
  for (const [option, target, fault] of faults) {
    const workloads = faultTargets(running, target);
    if (workloads.length === 0)
      throw new CannotDo(
        `${option}: no workload is called ${target}`,
        `Workloads are ${running.workloads().join(', ') || 'none'}; SERVICE:SUBSET names those of a subset.`,
      );
    for (const workload of workloads) await running.setFault(workload, fault);
  }
}

/** From ready to the end: by a signal, the view's quit key, or the last of --connections. */
async function live(session: Session): Promise<ExitCode> {
  const { invocation, loaded, running, seed, drainTimeoutMs } = session;
  const { world, options } = invocation;
  const ending = new Ending();
  const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    world.onSignal(signal, () => ending.now()),
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
  let show: Show | undefined;
  let unwatch = (): void => {};
  try {
    // With the view open, its log says it.
    const say = (line: string): void => {
      if (show?.coversTerminal !== true) world.stderr.offer(`${line}\n`);
    };
    if (options.watch) unwatch = watchInput(session, say);
    world.stderr.write(`${[...notes(running), ...readyLines(running, seed)].join('\n')}\n`);
    show = await openShow(session, () => ending.now());
    const made =
      options.connections === undefined
        ? null
        : await makeConnections(session, options.connections, ending);
    if (made === null) await ending.reached;
    unwatch();
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

function notes(running: RunningMesh): readonly string[] {
  return [
    ...running.snapshot.standIns.map(({ why }) => `stand-in: ${why}`),
    ...running.warnings().map((warning) => `warning: ${warning}`),
  ];
}
