/**
 * A mesh that runs: holds the data plane, the workloads, the listeners and the present snapshot together, follows new sources, and
 * tells what happens. Its life: start, follow (any number of times), stop.
 *
 *   sources -> snapshot -> plan -> workloads and listeners
 *   accepted connection -> arrival -> Decider (route) -> cluster -> endpoint
 */

import { meshConfigRefused } from '../mesh/index.ts';
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
import { isLoopback, sameAddress } from './mesh-address.ts';
import { clientsOf, findClient, isRemoved, type MeshClient } from './mesh-client.ts';
import type { MeshEvent, MeshEventListener, OpenAddress } from './mesh-event.ts';
import { type MeshSnapshot, takeSnapshot } from './mesh-snapshot.ts';
import { type Plan, planMesh } from './plan.ts';
import { asker, listenersMet, type PlannedListener } from './plan-gateways.ts';
import { type PlannedMesh, plannedMesh, resolves } from './planned-mesh.ts';
import { RouteTable } from './route-table.ts';
import type { Publication, RunningMeshOptions } from './running-mesh-options.ts';
import { settingsLeftOut } from './settings-left-out.ts';
import { ShareCounter, type ShareReport } from './shares.ts';
import { UnconnectedClients } from './unconnected.ts';
import { type ClientDoor, gatewayArrival, openPublication, openSocks } from './ways-in.ts';
import { type Reached, WorkloadPool } from './workload-pool.ts';

type Present = {
  readonly snapshot: MeshSnapshot;
  readonly plan: Plan;
  readonly table: RouteTable;
  readonly listeners: ReadonlyMap<string, PlannedListener>;
  /** By the addresses of gateway workloads. */
  readonly gateways: ReadonlyMap<string, string>;
  decider: Decider;
};

export class RunningMesh {
  readonly #options: RunningMeshOptions;
  readonly #plane: DataPlane<ConnectionRoute>;
  readonly #pool: WorkloadPool;
  readonly #listeners: ListenerSet;
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
      await mesh.#open();
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
    this.#teller = new EventTeller((endpoint) => this.#workloadAt(endpoint));
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
    this.#present = this.#presentFor(takeSnapshot([], options));
  }

  async #open(): Promise<void> {
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
        return { at: null, names: this.plan.listeners.map((listener) => listener.name) };
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
      this.#endThoseOf((name) => workloads.has(name));
      for (const name of workloads) if (this.#pool.isReal(name)) this.#endThoseTo(name);
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
    this.#forgetClusters();
    this.#endThoseOfRemoved(before, snapshot);
    await this.#listeners.follow(present.plan.listeners);
    const known = new Set(before.standIns.map(({ why }) => why));
    for (const { object, why } of snapshot.standIns)
      if (!known.has(why))
        this.#teller.emit({
          event: 'stand-in',
          object: `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`,
          why,
        });
    if (!quiet) this.#generation += 1;
    const lines = quiet || this.#generation === 1 ? [] : describeChange(before.mesh, snapshot.mesh);
    if (lines.length > 0)
      this.#teller.emit({ event: 'changed', generation: this.#generation, lines });
    this.#tellOfSettings(before, snapshot);
    // What holds from the start is told by who started it, to whoever listens by then.
    if (this.#generation > 1)
      for (const warning of this.warnings())
        if (!warned.includes(warning)) this.notice('warning', warning);
    return lines;
  }

  /** Settings of the mesh that Istio refuses: it goes on with those that it had. */
  #tellOfSettings(before: MeshSnapshot, { mesh }: MeshSnapshot): void {
    const refused = meshConfigRefused(mesh);
    if (this.#generation < 2 || refused === null || refused === meshConfigRefused(before.mesh))
      return;
    this.notice('error', `${refused}; the last good ones hold on`);
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
      reach: (address, port) => this.#reach(address, port),
      random: this.#options.random,
      allowPassthrough: this.#options.allowPassthrough,
      onRouted: ({ shareKey, expected }, chosen) => this.#shares.count(shareKey, expected, chosen),
    });
  }

  #forgetClusters(): void {
    const inUse = new Set<string>();
    for (const { cluster } of this.#plane.connections())
      if (cluster !== undefined) inUse.add(cluster);
    this.#plane.forgetClusters(({ name }) => inUse.has(name));
  }

  /** With a Pod its connections end, those that it made too. */
  #endThoseOfRemoved(before: MeshSnapshot, now: MeshSnapshot): void {
    const removed = new Map<string, boolean>();
    this.#endThoseOf((name) => {
      const isGone = removed.get(name) ?? isRemoved(name, before, now);
      removed.set(name, isGone);
      return isGone;
    });
  }

  /** By the client that made them, or the gateway that they came through. */
  #endThoseOf(isGone: (workload: string) => boolean): void {
    this.#plane.endThoseOf(({ route }) => isGone(route?.client ?? ''), 'client-removed');
    this.#plane.endThoseOf(
      ({ route }) => route?.client === null && isGone(route.proxy),
      'gateway-removed',
    );
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

  /** Workloads by their address; a gateway workload is where its listener is. */
  #reach(address: string, port: number): Reached | null {
    const gateway = this.#present.gateways.get(address);
    if (gateway !== undefined) return this.#reachGateway(gateway, address, port);
    return this.#pool.reach(address) ?? this.#reachBound(address, port);
  }

  /** An address that only the bind of a server names is the gateway's too. Loopback is each Pod's own. */
  #reachBound(address: string, port: number): Reached | null {
    const found = this.#present.plan.listeners.find(
      ({ bind }) => bind !== null && !isLoopback(bind) && sameAddress(bind, address),
    );
    return found === undefined
      ? null
      : this.#reachGateway(found.owner ?? found.gateway, address, port);
  }

  /** The listener at just this address, else the one for all others. gateway: its workload, or what owns that. */
  #reachGateway(gateway: string, address: string, port: number): Reached | null {
    const own = this.#present.plan.listeners.filter(
      (one) => (one.owner ?? one.gateway) === gateway,
    );
    const [listener] = listenersMet(own, port, [address]);
    const dial = this.#listeners.addressOf(listener?.name ?? '');
    if (dial === null) return null;
    const { host, port: at } = dial;
    return { workload: gateway, dial: { host, port: at }, fault: undefined, listens: () => true };
  }

  /** Where a port of a workload, `namespace/name`, is for who dials localhost in its Pod; null where nothing listens. */
  socketOf(workload: string, port: number): SocketAddress | null {
    const found = this.#present.snapshot.mesh.workloads.find(
      ({ namespace, name }) => `${namespace}/${name}` === workload,
    );
    if (found === undefined) return null;
    const gateway = this.#present.gateways.get(found.ip);
    const reached =
      gateway === undefined
        ? this.#pool.reach(found.ip)
        : this.#reachGateway(gateway, '127.0.0.1', port);
    return reached?.listens(port) === true ? reached.dial : null;
  }

  #workloadAt(endpoint: string): string | null {
    const address = endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[|\]$/g, '');
    return this.#pool.reach(address)?.workload ?? this.#present.gateways.get(address) ?? null;
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
    const open = new Map(
      this.addresses().flatMap((one) => (one.purpose === 'gateway' ? [[one.name, one]] : [])),
    );
    const meant = gatewayMeant(this.plan.listeners, text, ({ name }) => open.get(name) ?? null);
    return meant === null ? null : (open.get(meant.name) ?? null);
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
      this.#endThoseTo(workload);
    this.notice('info', `workload ${workload} ${faultInWords(fault, before)}`);
  }

  /** As an echo server ends its own, when it is broken or gone. */
  #endThoseTo(workload: string): void {
    this.#plane.endThoseOf(
      ({ endpoint }) => endpoint !== undefined && this.#workloadAt(endpoint) === workload,
      'upstream-reset',
    );
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
