/**
 * The processes behind endpoints: an echo server for each planned workload, or a real local one that stands for it. Finds the socket
 * that an address of the mesh is on this computer.
 */
import {
  EchoWorkload,
  type LogLine,
  type SocketAddress,
  type WorkloadFault,
} from '../proxy/index.ts';
import { type Backends, backendFor } from './backend.ts';
import { PortError } from './open-port.ts';
import type { PlannedWorkload } from './plan.ts';

export type WorkloadPoolOptions = {
  /** Milliseconds since 1970, for the logs of the echo servers. */
  readonly wallClock: () => number;
  readonly backends: Backends;
};

type Member = {
  readonly planned: PlannedWorkload;
  readonly backend: SocketAddress | null;
  /** Null where a real process stands for it. */
  readonly echo: EchoWorkload | null;
  fault: WorkloadFault | undefined;
};

/** What an address of the mesh is here. fault: for what only the proxy can do, on a workload that is a real process. */
export type Reached = {
  readonly workload: string;
  readonly dial: SocketAddress;
  readonly fault: WorkloadFault | undefined;
  readonly listens: (port: number) => boolean;
};

export class WorkloadPool {
  readonly #options: WorkloadPoolOptions;
  readonly #members = new Map<string, Member>();
  #byAddress = new Map<string, Member>();

  constructor(options: WorkloadPoolOptions) {
    this.#options = options;
  }

  /**
   * Starts what is new, whose names it gives, and ends what is gone; what stays keeps its socket, its log and its fault. renewed: names of
   * what is another now.
   */
  async follow(
    planned: readonly PlannedWorkload[],
    renewed: ReadonlySet<string> = new Set(),
  ): Promise<ReadonlySet<string>> {
    const wanted = new Map(planned.map((workload) => [workload.name, workload]));
    const gone = [...this.#members].filter(
      ([name, { planned: before }]) => renewed.has(name) || isAnother(before, wanted.get(name)),
    );
    const kept = new Map([...this.#members]);
    for (const [name] of gone) kept.delete(name);
    const started = await this.#startMissing([...wanted.values()], kept);
    this.#members.clear();
    for (const [name, member] of started) this.#members.set(name, member);
    this.#byAddress = new Map(
      started.flatMap(([, member]) => member.planned.addresses.map((address) => [address, member])),
    );
    await Promise.all(gone.map(([, { echo }]) => echo?.close()));
    return new Set(started.flatMap(([name]) => (kept.has(name) ? [] : [name])));
  }

  /** All of them or, where the computer has no more sockets, none. */
  async #startMissing(
    planned: readonly PlannedWorkload[],
    kept: ReadonlyMap<string, Member>,
  ): Promise<readonly (readonly [string, Member])[]> {
    const starts = await Promise.allSettled(
      planned.map(async (workload): Promise<readonly [string, Member]> => {
        const member = kept.get(workload.name);
        if (member !== undefined) return [workload.name, { ...member, planned: workload }];
        return [workload.name, await this.#start(workload)];
      }),
    );
    const started = starts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = starts.find((one) => one.status === 'rejected');
    if (failed === undefined) return started;
    await Promise.all(started.map(([name, { echo }]) => (kept.has(name) ? null : echo?.close())));
    const { reason } = failed;
    throw new PortError(
      `${planned.length} workloads and addresses want a socket each, and this computer has not so many: ${reason instanceof Error ? reason.message : String(reason)}`,
      'EMFILE',
      'Run fewer of them, or raise the limit of open files (ulimit -n).',
    );
  }

  async #start(planned: PlannedWorkload): Promise<Member> {
    const { backends, wallClock } = this.#options;
    const backend = backendFor(backends, planned);
    const echo =
      backend !== null
        ? null
        : await EchoWorkload.open({
            host: '127.0.0.1',
            port: 0,
            prefix: planned.prefix,
            wallClock,
          });
    return { planned, backend, echo, fault: undefined };
  }

  /** The socket behind an address (without port) of the mesh; null for an address that nothing here stands for. */
  reach(address: string): Reached | null {
    const member = this.#byAddress.get(address);
    if (member === undefined) return null;
    const dial = member.backend ?? member.echo?.address;
    if (dial === undefined) return null;
    return {
      workload: member.planned.name,
      dial,
      fault: member.echo === null ? member.fault : undefined,
      listens: (port) => member.planned.ports.includes(port),
    };
  }

  /** Does a process that is not ours stand for it? */
  isReal(name: string): boolean {
    const member = this.#members.get(name);
    return member !== undefined && member.echo === null;
  }

  names(): readonly string[] {
    return [...this.#members.keys()];
  }

  fault(name: string): WorkloadFault | undefined {
    return this.#members.get(name)?.fault;
  }

  async setFault(name: string, fault: WorkloadFault | undefined): Promise<void> {
    const member = this.#members.get(name);
    if (member === undefined) return;
    member.fault = fault;
    await member.echo?.setFault(fault);
  }

  log(name: string): readonly LogLine[] {
    return this.#members.get(name)?.echo?.log() ?? [];
  }

  async close(): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ echo }) => echo?.close()));
    this.#members.clear();
    this.#byAddress.clear();
  }
}

/** What is let go by a Deployment or taken over by one goes on running, and answers as it did. */
function isAnother(before: PlannedWorkload, now: PlannedWorkload | undefined): boolean {
  return now === undefined || (now.prefix !== before.prefix && now.owner === before.owner);
}
