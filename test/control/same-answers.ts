/**
 * Opens real connections through a running mesh and holds what happened against what explain says of the same call: outcome, rule,
 * one of the destinations that have a share, one of its endpoints, the answer of the workload behind it.
 */
import { connect, type Socket } from 'node:net';
import type { MeshEvent, RunningMesh } from '../../src/control/index.ts';
import { dialSocks } from '../../src/proxy/index.ts';
import { type Call, compile, route, type Verdict } from '../../src/routing/index.ts';
import { firstBytes } from './first-bytes.ts';

type Closed = Extract<MeshEvent, { readonly event: 'closed' }>;

/** Where the call comes in: a client by name, or a gateway workload by name. */
export type Way =
  | { readonly kind: 'client'; readonly name: string }
  | { readonly kind: 'gateway'; readonly name: string };

const patienceMs = 10_000;

export class Comparer {
  readonly outcomes = new Map<string, number>();
  readonly #running: RunningMesh;
  #waiting: ((event: Closed) => void) | undefined;
  readonly #unsubscribe: () => void;

  constructor(running: RunningMesh) {
    this.#running = running;
    this.#unsubscribe = running.subscribe((event) => {
      if (event.event !== 'closed') return;
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.(event);
    });
  }

  end(): void {
    this.#unsubscribe();
  }

  /** What differs, a line each. The mesh is compiled anew for it: nothing is shared with what the running mesh remembers. */
  async differences(way: Way, call: Call): Promise<readonly string[]> {
    const { mesh } = this.#running.snapshot;
    const verdict = route(compile(mesh, call.from), call);
    this.outcomes.set(verdict.outcome, (this.outcomes.get(verdict.outcome) ?? 0) + 1);
    for (const { problem } of verdict.destinations)
      if (problem !== null) this.outcomes.set(problem, (this.outcomes.get(problem) ?? 0) + 1);
    const about = `${way.name} -> ${JSON.stringify(call.to)} ${call.protocol} ${call.sni ?? ''}`;
    const seen = await this.#connect(way, call);
    if (typeof seen === 'string')
      return accountsFor(verdict, seen)
        ? []
        : [`${about}: ${seen}, explain says ${verdict.outcome}`];
    return compare(verdict, seen.event, seen.answer).map((line) => `${about}: ${line}`);
  }

  async #connect(way: Way, call: Call): Promise<{ event: Closed; answer: string } | string> {
    let socket: Socket;
    const closed = new Promise<Closed>((resolve) => {
      this.#waiting = resolve;
    });
    try {
      socket = await this.#dial(way, call);
    } catch (error) {
      this.#waiting = undefined;
      return error instanceof Error ? error.message : String(error);
    }
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', () => {});
    const over = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.end(firstBytes(call.protocol, call.sni));
    socket.resume();
    await over;
    return { event: await closed, answer };
  }

  async #dial(way: Way, { to }: Call): Promise<Socket> {
    if (way.kind === 'client')
      return dialSocks({
        proxy: this.#running.socksAddress,
        user: way.name,
        host: to.ip ?? to.host ?? '',
        port: to.port,
        timeoutMs: patienceMs,
      });
    const onPort = this.#running.plan.listeners.filter(
      ({ gateway, owner, port }) => (owner ?? gateway) === way.name && port === to.port,
    );
    // What an address that no server is bound to by itself meets, every other such address meets.
    const listener =
      onPort.find(({ bind }) => bind !== null && bind === to.ip) ??
      onPort.find(({ bind }) => bind === null);
    const address = this.#running
      .addresses()
      .find(({ purpose, name }) => purpose === 'gateway' && name === listener?.name);
    if (address === undefined) throw new Error('no-listener');
    return new Promise((resolve, reject) => {
      const socket = connect({ host: address.host, port: address.port, allowHalfOpen: true });
      socket.once('connect', () => resolve(socket)).once('error', reject);
    });
  }
}

/** Connections that do not come about: a gateway does not listen, a name does not resolve. */
function accountsFor({ outcome, call }: Verdict, seen: string): boolean {
  if (seen === 'no-listener') return outcome === 'no-listener';
  // What DNS does not know is never dialled; explain has then nothing but the port to go by.
  return call.to.ip === undefined && /host-unreachable/.test(seen);
}

function compare(verdict: Verdict, event: Closed, answer: string): readonly string[] {
  const lines: string[] = [];
  const differ = (what: string, seen: unknown, said: unknown): void => {
    if (seen !== said) lines.push(`${what} ${String(seen)}, explain says ${String(said)}`);
  };
  differ('outcome', event.outcome, verdict.outcome);
  const rule =
    verdict.rule === null
      ? null
      : `${verdict.rule.namespace}/${verdict.rule.name} ${verdict.rule.path}`;
  differ('rule', event.rule, rule);
  if (verdict.outcome !== 'routed') return lines;
  const destination = verdict.destinations.find(
    ({ cluster, share }) => cluster === event.destination && share > 0,
  );
  if (destination === undefined) return [...lines, `destination ${event.destination} has no share`];
  if (destination.problem !== null) {
    differ('reason', event.reason, destination.problem);
    return lines;
  }
  if (event.reason === 'passthrough-not-allowed') {
    // Nothing was dialled: only a cluster that goes to the dialled address leads beyond this computer.
    differ('endpoints', 1, destination.endpoints.length);
    differ('workload', null, destination.endpoints[0]?.workload);
    return lines;
  }
  const endpoint = destination.endpoints.find(({ address }) => address === event.endpoint);
  if (endpoint === undefined)
    return [...lines, `endpoint ${event.endpoint} is not among ${destination.endpoints.length}`];
  if (destination.endpoints.some(({ healthy }) => healthy))
    differ('healthy', endpoint.healthy, true);
  const listens = event.reason === 'ended';
  if (listens && endpoint.workload !== null) differ('workload', event.workload, endpoint.workload);
  if (listens && answer === '') lines.push('no answer came');
  return lines;
}
