/** Loads and starts a mesh, opens what was asked for, and ends all of it in good order. */
import {
  type AdminServer,
  PortError,
  RunningMesh,
  type RunningMeshOptions,
  seededRandom,
  startAdmin,
} from '../../control/index.ts';
import type { SocketAddress } from '../../proxy/index.ts';
import { CannotDo, type ExitCode } from '../command.ts';
import { checkMeshName, freeMeshName } from '../running-meshes.ts';
import { failed } from '../world.ts';
import { wishedAddress } from './address-options.ts';
import { checkNames, noNames } from './check-names.ts';
import { live } from './live.ts';
import { loadInput } from './load-input.ts';
import { serveApi } from './serve-api.ts';
import { type LoadedInput, nameAfter, type RunInvocation, type Session } from './session.ts';
import { checkShow } from './show-events.ts';
import { readWishes, type Wishes } from './wishes.ts';

export async function run(invocation: RunInvocation): Promise<ExitCode> {
  const { world, options } = invocation;
  checkShow(invocation);
  const wishes = readWishes(invocation);
  if (options.name !== undefined) await checkMeshName(world, options.name);
  const loaded = await loadInput(invocation);
  const wanted = options.name ?? nameAfter(loaded.names, world.cwd);
  const name = options.name ?? (await freeMeshName(world, wanted));
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
    for (const { target, fault } of wishes.faults) running.holdFault(target, fault);
    const served =
      options.connections === undefined
        ? await serveApi(world, { ...options, name }, loaded, running)
        : null;
    if (served !== null) opened.push(served);
    const admin = wishes.admin === null ? null : await openAdmin(running, wishes.admin);
    if (admin !== null) opened.push(admin);
    const session: Session = {
      invocation,
      loaded,
      running,
      name,
      renamed: name !== wanted,
      seed: wishes.seed,
      drainTimeoutMs: wishes.drainTimeoutMs,
      longestDelayMs: longestDelay(wishes),
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
    systemNamespace: input?.configuration.rootNamespace,
    everywhereAmbient: input?.configuration.mode === 'ambient',
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

function longestDelay({ faults }: Wishes): number {
  return Math.max(0, ...faults.map(({ fault }) => (fault.kind === 'delay' ? fault.delayMs : 0)));
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
