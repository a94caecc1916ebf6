/**
 * A mesh that runs: holds the data plane, the workloads, the listeners and the present snapshot together, follows new sources, and
 * tells what happens. Its life: start, follow (any number of times), stop.
 *
 *   sources -> snapshot -> plan -> workloads and listeners
 *   accepted connection -> arrival -> Decider (route) -> cluster -> endpoint
 */

import {
  createDataPlane,
  type DataPlane,
  type DrainResult,
  type Listener,
  type LogLine,
  type SocketAddress,
  type WorkloadFault,
} from '../proxy/index.ts';
import { resolveName } from '../routing/index.ts';
import type { Source } from '../text/index.ts';
import { idleBackends } from './backend.ts';
import { type ConnectionEndListener, endOf } from './connection-end.ts';
import type { ConnectionRoute } from './connection-route.ts';
import { Decider } from './decider.ts';
import { describeChange } from './describe-change.ts';
import { EventTeller } from './event-teller.ts';
import { expectedRules } from './expected-rules.ts';
import { faultInWords } from './fault-in-words.ts';
import { faultTargets } from './fault-target.ts';
import { gatewayMeant } from './gateway-meant.ts';
import { ListenerSet } from './listener-set.ts';
import { clientsOf, findClient, type MeshClient } from './mesh-client.ts';
import type { MeshEvent, MeshEventListener, OpenAddress } from './mesh-event.ts';
import { type MeshSnapshot, takeSnapshot } from './mesh-snapshot.ts';
import { MeshSockets, type PlacedMesh } from './mesh-sockets.ts';
import { noGateway } from './missing-names.ts';
import { OpenConnections } from './open-connections.ts';
import { type Plan, planMesh } from './plan.ts';
import { asker, type PlannedListener } from './plan-gateways.ts';
import { type PlannedMesh, plannedMesh, resolves } from './planned-mesh.ts';
import { RouteTable } from './route-table.ts';
import type { Publication, RunningMeshOptions } from './running-mesh-options.ts';
import { settingsLeftOut } from './settings-left-out.ts';
import { ShareCounter, type ShareReport } from './shares.ts';
import { settingsRefused, standInEvents } from './tell-snapshot.ts';
import { UnconnectedClients } from './unconnected.ts';
import { type ClientDoor, gatewayArrival, openPublication, openSocks } from './ways-in.ts';
import { WorkloadPool } from './workload-pool.ts';

type Present = PlacedMesh & {
  readonly table: RouteTable;
  readonly listeners: ReadonlyMap<string, PlannedListener>;
  decider: Decider;
};

export class RunningMesh {
  readonly #options: RunningMeshOptions;
  readonly #plane: DataPlane<ConnectionRoute>;
  readonly #pool: WorkloadPool;
  readonly #listeners: ListenerSet;
  readonly #sockets: MeshSockets;
  readonly #open: OpenConnections;
  readonly #shares = new ShareCounter();
  readonly #teller: EventTeller;
  readonly #unconnected: UnconnectedClients;
  readonly #endListeners = new Set<ConnectionEndListener>();
  readonly #heldFaults = new Map<string, WorkloadFault>();
  #ways: OpenAddress[] = [];
  #socks: Listener | undefined;
  #present: Present;
  #generation = 0;
  #stopping = false;
  #workloadOfPod: (pod: string) => string = (pod) => pod;
  #following: Promise<unknown> = Promise.resolve();

  /** Rejects with a PortError where an address that a person asked for cannot be had. */
  static async start(options: RunningMeshOptions): Promise<RunningMesh> {
    const mesh = new RunningMesh(options);
    try {
      await mesh.#begin();
    } catch (error) {
      await mesh.stop(0);
      throw error;
    }
    return mesh;
  }

  private constructor(options: RunningMeshOptions) {
    this.#options = options;
    this.#unconnected = new UnconnectedClients(
      options.now,
      (proxy, { from, to }) =>
        to.ip ??
        resolveName(this.#present.table.compiled(proxy, from), to.host ?? '')?.addresses[0] ??
        null,
    );
    this.#teller = new EventTeller((endpoint) => this.#sockets.workloadAt(endpoint));
    this.#plane = createDataPlane<ConnectionRoute>({
      now: options.now,
      random: options.random,
      descriptorMax: options.descriptorMax,
      sink: (event) => {
        this.#unconnected.take(event);
        this.#teller.tell(event);
        if (event.kind !== 'closed' || this.#endListeners.size === 0) return;
        const account = this.#unconnected.accountOf(event.connection.remote)?.message ?? null;
        for (const listener of this.#endListeners) listener(endOf(event, account));
      },
    });
    this.#pool = new WorkloadPool(options);
    this.#listeners = new ListenerSet({
      plane: this.#plane,
      decide: (name) => (facts) =>
        this.#present.decider.decide(
          gatewayArrival(name, this.#present.listeners.get(name)),
          facts,
        ),
      wanted: (planned) => options.listen(planned),
      alreadyOpen: () => this.addresses(),
      onOpen: (address) => this.#teller.emit({ event: 'listening', address }),
      onClose: (address) => this.#teller.emit({ event: 'stopped-listening', address }),
      onFailure: (planned, error) => this.#listenerFailed(planned, error),
    });
    this.#sockets = new MeshSockets({
      pool: this.#pool,
      listeners: this.#listeners,
      present: () => this.#present,
    });
    this.#open = new OpenConnections({
      plane: this.#plane,
      workloadAt: (endpoint) => this.#sockets.workloadAt(endpoint),
    });
    this.#present = this.#presentFor(takeSnapshot([], options));
  }

  async #begin(): Promise<void> {
    const { check, socks, publish, sources } = this.#options;
    const first = this.#presentFor(takeSnapshot(sources, this.#options));
    check?.(plannedMesh(first));
    const { listener, address } = await openSocks(this.#clientDoor(), socks);
    this.#socks = listener;
    this.#opened(address);
    await this.#inTurn(() => this.#take(first, false));
    for (const publication of publish)
      this.#opened(await openPublication(this.#clientDoor(), publication));
  }

  /** What is likely a slip in the options, or not as in a cluster, a sentence each. */
  warnings(): readonly string[] {
    return [
      ...new Set(
        this.#present.plan.gateways.flatMap(({ unopened, unterminated }) => [
          ...unopened,
          ...unterminated,
        ]),
      ),
      ...settingsLeftOut(this.#present.snapshot.mesh),
      ...idleBackends(plannedMesh(this.#present), this.#options.backends).map(
        ({ why }) => `${why}, so its backend stands for nobody`,
      ),
    ];
  }

  #clientDoor(): ClientDoor {
    return {
      plane: this.#plane,
      client: (name) => this.client(name),
      resolves: (client, host) => this.resolves(client, host),
      decide: (arrival, facts) => this.#present.decider.decide(arrival, facts),
      account: (client) => this.#unconnected.accountOf(client),
      gateway: (name) => {
        const open = this.gatewayAt(name);
        if (open !== null) return { at: { host: open.host, port: open.port } };
        return { at: null, missing: noGateway([...this.#openGateways().keys()], name) };
      },
      addresses: () => this.addresses(),
    };
  }

  /**
   * New connections follow the new sources as soon as this resolves; open ones end as they began. quiet: they are another form of the
   * present ones, so nobody is told of a change. A mesh that is stopping opens nothing any more: it stays as it is.
   */
  follow(
    sources: readonly Source[],
    { quiet = false }: { readonly quiet?: boolean } = {},
  ): Promise<readonly string[]> {
    if (this.#stopping) return Promise.resolve([]);
    return this.#inTurn(() =>
      this.#take(
        this.#presentFor(
          takeSnapshot(sources, this.#options, this.#present.snapshot),
          this.#present.plan,
        ),
        quiet,
      ),
    );
  }

  /** These workloads are others now under their old names: what is connected to them, or by them, ends. */
  renew(workloads: ReadonlySet<string>): Promise<readonly string[]> {
    if (this.#stopping) return Promise.resolve([]);
    return this.#inTurn(async () => {
      const started = await this.#pool.follow(this.#present.plan.workloads, workloads);
      this.#present.decider = this.#deciderFor(this.#present.table);
      await this.#breakNew(started);
      this.#open.endThoseBy(workloads);
      for (const name of workloads) if (this.#pool.isReal(name)) this.#open.endThoseTo(name);
      return [];
    });
  }

  #inTurn(work: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const next = this.#following.then(work);
    this.#following = next.catch(() => {});
    return next;
  }

  async #take(present: Present, quiet: boolean): Promise<readonly string[]> {
    const before = this.#present.snapshot;
    const warned = this.warnings();
    const { snapshot } = present;
    const started = await this.#pool.follow(present.plan.workloads);
    this.#present = present;
    await this.#breakNew(started);
    this.#unconnected.forgetOld();
    this.#shares.follow(expectedRules(present.table, present.plan));
    this.#open.forgetClusters();
    this.#open.endThoseOfRemoved(before, snapshot);
    await this.#listeners.follow(present.plan.listeners);
    for (const event of standInEvents(before, snapshot)) this.#teller.emit(event);
    if (!quiet) this.#generation += 1;
    const lines = quiet || this.#generation === 1 ? [] : describeChange(before.mesh, snapshot.mesh);
    if (lines.length > 0)
      this.#teller.emit({ event: 'changed', generation: this.#generation, lines });
    const refused = settingsRefused(before, snapshot);
    if (this.#generation > 1 && refused !== null) this.notice('error', refused);
    // What holds from the start is told by who started it, to whoever listens by then.
    if (this.#generation > 1)
      for (const warning of this.warnings())
        if (!warned.includes(warning)) this.notice('warning', warning);
    return lines;
  }

  #presentFor(snapshot: MeshSnapshot, before?: Plan): Present {
    const plan = planMesh(snapshot.mesh, before);
    const table = new RouteTable(snapshot);
    return {
      snapshot,
      plan,
      table,
      listeners: new Map(plan.listeners.map((listener) => [listener.name, listener])),
      gateways: new Map(plan.gatewayAddresses),
      decider: this.#deciderFor(table),
    };
  }

  #deciderFor(table: RouteTable): Decider {
    return new Decider({
      table,
      plane: this.#plane,
      reach: (address, port) => this.#sockets.reach(address, port),
      random: this.#options.random,
      allowPassthrough: this.#options.allowPassthrough,
      onRouted: ({ shareKey, expected }, chosen) => this.#shares.count(shareKey, expected, chosen),
    });
  }

  /** An address that was opened beside the gateways': also for those that open it elsewhere (admin, API). */
  opened(address: OpenAddress): void {
    this.#opened(address);
  }

  #opened(address: OpenAddress): void {
    this.#ways.push(address);
    this.#teller.emit({ event: 'listening', address });
  }

  #listenerFailed(planned: PlannedListener, error: Error): void {
    if (this.#generation === 0) throw error;
    this.notice('error', `${asker(planned.objects)}: ${error.message}; it has no listener`);
  }

  socketOf(workload: string, port: number): SocketAddress | null {
    return this.#sockets.socketOf(workload, port);
  }

  get socksAddress(): SocketAddress {
    if (this.#socks === undefined) throw new Error('the mesh has not started');
    return this.#socks.address;
  }

  get snapshot(): MeshSnapshot {
    return this.#present.snapshot;
  }

  get plan(): Plan {
    return this.#present.plan;
  }

  get planned(): PlannedMesh {
    return plannedMesh(this.#present);
  }

  get table(): RouteTable {
    return this.#present.table;
  }

  get plane(): DataPlane<ConnectionRoute> {
    return this.#plane;
  }

  addresses(): readonly OpenAddress[] {
    return [...this.#listeners.addresses(), ...this.#ways];
  }

  /** Where the listener of a gateway is open that people mean by this; null where there is none. */
  gatewayAt(text: string): OpenAddress | null {
    const open = this.#openGateways();
    const listeners = this.plan.listeners.filter(({ name }) => open.has(name));
    const meant = gatewayMeant(listeners, text, ({ name }) => open.get(name) ?? null);
    return meant === null ? null : (open.get(meant.name) ?? null);
  }

  /** By name. One that is planned may have found its port taken. */
  #openGateways(): ReadonlyMap<string, OpenAddress> {
    return new Map(
      this.addresses().flatMap((one) => (one.purpose === 'gateway' ? [[one.name, one]] : [])),
    );
  }

  get publications(): readonly Publication[] {
    return this.#options.publish;
  }

  clients(): readonly MeshClient[] {
    return clientsOf(this.#present.snapshot);
  }

  client(name: string): MeshClient | null {
    const { snapshot } = this.#present;
    return findClient(snapshot, name) ?? findClient(snapshot, this.#workloadOfPod(name));
  }

  /** From now on clients may be called as their Pods are, which others may name otherwise than the mesh does. */
  namePods(workloadOf: (pod: string) => string): void {
    this.#workloadOfPod = workloadOf;
  }

  shares(): readonly ShareReport[] {
    return this.#shares.report();
  }

  workloads(): readonly string[] {
    return this.#pool.names();
  }

  log(workload: string): readonly LogLine[] {
    return this.#pool.log(workload);
  }

  fault(workload: string): WorkloadFault | undefined {
    return this.#pool.fault(workload);
  }

  /** For the workloads that come to the target later too; undefined: no more. */
  holdFault(target: string, fault: WorkloadFault | undefined): void {
    if (fault === undefined) this.#heldFaults.delete(target);
    else this.#heldFaults.set(target, fault);
  }

  /** New members of what is broken are broken too: that is what was asked for. */
  async #breakNew(started: ReadonlySet<string>): Promise<void> {
    for (const [target, fault] of this.#heldFaults)
      for (const workload of faultTargets(this.planned, target))
        if (started.has(workload) && this.fault(workload) === undefined)
          await this.setFault(workload, fault);
  }

  /** On one workload by its full name; undefined takes the fault away. */
  async setFault(workload: string, fault: WorkloadFault | undefined): Promise<void> {
    const before = this.fault(workload);
    await this.#pool.setFault(workload, fault);
    // Clusters carry the faults of real backends and the new address of an echo server that listens again.
    this.#present.decider = this.#deciderFor(this.#present.table);
    // An echo server ends its connections itself; a real process knows nothing of its fault.
    if (fault !== undefined && fault.kind !== 'delay' && this.#pool.isReal(workload))
      this.#open.endThoseTo(workload);
    this.notice('info', `workload ${workload} ${faultInWords(fault, before)}`);
  }

  subscribe(listener: MeshEventListener): () => void {
    return this.#teller.subscribe(listener);
  }

  /** Calls back at the end of every connection until the returned function is called. */
  onConnectionEnd(listener: ConnectionEndListener): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  /** Does a name mean anything to this client? */
  resolves(client: MeshClient, host: string): boolean {
    return resolves(this.#present.table, client, host);
  }

  notice(level: 'info' | 'warning' | 'error', message: string): void {
    this.#teller.emit({ event: 'notice', level, message });
  }

  emit(event: MeshEvent): void {
    this.#teller.emit(event);
  }

  /** Stops accepting, waits for open connections at most so long, then ends them. A second call changes nothing. */
  async stop(drainTimeoutMs: number): Promise<DrainResult> {
    this.#stopping = true;
    await this.#following;
    const result = await this.#plane.drain(drainTimeoutMs);
    await this.#pool.close();
    return result;
  }
}
