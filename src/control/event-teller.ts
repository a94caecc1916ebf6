/** Turns what the data plane tells into mesh events, and hands events to whoever listens. */
import type { ConnectionView, ProxyEvent } from '../proxy/index.ts';
import { count } from '../text/index.ts';
import type { ConnectionRoute } from './connection-route.ts';
import { hostPortText } from './mesh-address.ts';
import type { ConnectionRecord, MeshEvent, MeshEventListener } from './mesh-event.ts';

export class EventTeller {
  readonly #workloadOf: (endpoint: string) => string | null;
  readonly #listeners = new Set<MeshEventListener>();
  /** Of open connections that were told, by id: when they close, what they reached may be gone, or its address another's. */
  readonly #reached = new Map<number, string | null>();

  constructor(workloadOf: (endpoint: string) => string | null) {
    this.#workloadOf = workloadOf;
  }

  subscribe(listener: MeshEventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: MeshEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  tell(event: ProxyEvent<ConnectionRoute>): void {
    // Nobody listens: nothing is made.
    if (this.#listeners.size > 0) {
      const told = this.#translate(event);
      if (told !== null) this.emit(told);
    }
    if (event.kind === 'closed') this.#reached.delete(event.connection.id);
  }

  #translate(event: ProxyEvent<ConnectionRoute>): MeshEvent | null {
    switch (event.kind) {
      case 'opened': {
        const record = this.#record(event.connection);
        this.#reached.set(record.id, record.workload);
        return { event: 'connection', ...record };
      }
      case 'closed': {
        const { connection, reason, flags, durationMs, detail } = event;
        const withheld = connection.route?.withheld === true;
        return {
          event: 'closed',
          ...this.#record(connection),
          reason: withheld ? 'passthrough-not-allowed' : reason,
          flags,
          bytesReceived: connection.bytesReceived,
          bytesSent: connection.bytesSent,
          durationMs: Math.round(durationMs * 1000) / 1000,
          detail: detail ?? null,
        };
      }
      case 'ejected':
        return {
          event: 'notice',
          level: 'warning',
          message: `${event.scope} ejects ${event.endpoint} of ${event.cluster} for ${event.forMs / 1000} s after ${count(event.failures, 'failure')}`,
        };
      case 'spared':
        return {
          event: 'notice',
          level: 'warning',
          message: `${event.scope} keeps ${event.endpoint} of ${event.cluster} after ${count(event.failures, 'failure')}: maxEjectionPercent ${event.maxEjectionPercent} lets ${mayGo(event)} of ${count(event.endpoints, 'endpoint')} go`,
        };
      case 'returned':
        return {
          event: 'notice',
          level: 'info',
          message: `${event.scope} takes ${event.endpoint} of ${event.cluster} back`,
        };
      case 'overloaded':
        return { event: 'notice', level: 'error', message: `${event.listener}: ${event.message}` };
      case 'recovered':
        return {
          event: 'notice',
          level: 'info',
          message: `connections are accepted again; ${event.refused} were closed at once meanwhile`,
        };
      case 'socks-refused':
        return {
          event: 'notice',
          level: 'warning',
          message: `${event.listener}: ${event.message}`,
        };
      case 'listener-error':
        return { event: 'notice', level: 'error', message: `${event.listener}: ${event.message}` };
    }
  }

  #record(connection: ConnectionView<ConnectionRoute>): ConnectionRecord {
    const { id, remote, route, cluster, endpoint, listener } = connection;
    const destination = route?.prepared?.verdict.destinations[route.chosen];
    return {
      id,
      proxy: route?.proxy ?? null,
      from: route?.client ?? hostPortText(remote),
      to: route?.to ?? listener,
      listener: route?.listener ?? listener,
      outcome: route?.outcome ?? 'no-filter-chain',
      rule: route?.prepared?.rule ?? null,
      destination: destination?.cluster ?? cluster ?? null,
      host: destination?.host ?? null,
      subset: destination?.subset ?? null,
      port: destination?.port ?? null,
      endpoint: endpoint ?? null,
      workload: endpoint === undefined ? null : this.#workloadBehind(id, endpoint),
    };
  }

  #workloadBehind(id: number, endpoint: string): string | null {
    const reached = this.#reached.get(id);
    return reached === undefined ? this.#workloadOf(endpoint) : reached;
  }
}

function mayGo({
  endpoints,
  maxEjectionPercent,
}: Extract<ProxyEvent<ConnectionRoute>, { readonly kind: 'spared' }>): string {
  const most = Math.floor((endpoints * Math.min(100, maxEjectionPercent)) / 100);
  return most === 0 ? 'none' : `no more than ${most}`;
}
