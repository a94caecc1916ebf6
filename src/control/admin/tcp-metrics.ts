/** Istio's standard TCP metrics, as the proxies of the mesh would report them, in Prometheus' text format. */

import { lacksSidecar } from '../../expectation/index.ts';
import {
  endpointsOf,
  isGatewayWorkload,
  type Mesh,
  type MeshService,
  type Workload,
} from '../../mesh/index.ts';
import { splitAtSlash } from '../../text/index.ts';
import { hostPortText } from '../mesh-address.ts';
import type { ConnectionRecord, MeshEvent } from '../mesh-event.ts';

/** Bytes so far of connections that are open; they count as they flow. */
export type OpenBytes = Iterable<{
  readonly id: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
}>;

type Series = {
  readonly labels: string;
  opened: number;
  closed: number;
  sent: number;
  received: number;
};

/** What counts a connection; each null where nobody does. */
type Counted = { readonly [reporter in Reporter]: Series | null };

/** Label sets beyond this are not begun: a scrape has to stay small. */
const seriesMax = 10_000;

const families = [
  ['istio_tcp_connections_opened_total', 'opened', 'TCP connections opened.'],
  ['istio_tcp_connections_closed_total', 'closed', 'TCP connections closed.'],
  ['istio_tcp_sent_bytes_total', 'sent', 'Bytes sent to clients over TCP connections.'],
  [
    'istio_tcp_received_bytes_total',
    'received',
    'Bytes received from clients over TCP connections.',
  ],
] as const;

/** Connections that Envoy closes before a network filter has them, and with them the one that counts (`istio_stats.cc`). */
const neverFiltered: readonly string[] = ['inspection-failed', 'no-filter-chain'];

/** Whose proxy counts: the one that decided, or the sidecar of the workload that was reached. */
type Reporter = 'source' | 'destination';

export class TcpMetrics {
  readonly #mesh: () => Mesh;
  /** By what makes the labels in one snapshot; null where nobody counts. */
  readonly #series = new Map<string, Series | null>();
  #snapshot: Mesh | undefined;
  /** By the labels themselves: replicas have the same, and a series may stand in a scrape once. */
  readonly #byLabels = new Map<string, Series>();
  /** A connection closes under the labels that it opened with, whatever became of its workloads meanwhile. */
  readonly #open = new Map<number, Counted>();

  /** mesh: the present one, for the labels of workloads. */
  constructor(mesh: () => Mesh) {
    this.#mesh = mesh;
  }

  take(event: MeshEvent): void {
    if (event.event === 'connection') {
      const counted = {
        source: this.#seriesFor('source', event, '-'),
        destination: this.#seriesFor('destination', event, '-'),
      };
      for (const series of Object.values(counted)) if (series !== null) series.opened += 1;
      this.#open.set(event.id, counted);
    } else if (event.event === 'closed') {
      if (neverFiltered.includes(event.reason)) return;
      const opened = this.#open.get(event.id);
      this.#open.delete(event.id);
      const flags = event.flags.join(',') || '-';
      const source =
        opened === undefined
          ? this.#seriesFor('source', event, flags)
          : this.#withFlags(opened.source, flags);
      // A proxy counts what it accepted, also when no upstream could be had.
      if (source !== null && opened === undefined) source.opened += 1;
      for (const one of [source, opened?.destination ?? null]) {
        if (one === null) continue;
        one.closed += 1;
        one.sent += event.bytesSent;
        one.received += event.bytesReceived;
      }
    }
  }

  render(open: OpenBytes): string {
    const flowing = new Map<Series, { sent: number; received: number }>();
    for (const { id, bytesReceived, bytesSent } of open) {
      for (const series of Object.values(this.#open.get(id) ?? {})) {
        if (series === null) continue;
        const sum = flowing.get(series) ?? { sent: 0, received: 0 };
        flowing.set(series, { sent: sum.sent + bytesSent, received: sum.received + bytesReceived });
      }
    }
    const lines: string[] = [];
    for (const [name, field, help] of families) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
      for (const series of this.#byLabels.values()) {
        const more =
          field === 'sent' || field === 'received' ? (flowing.get(series)?.[field] ?? 0) : 0;
        lines.push(`${name}{${series.labels}} ${series[field] + more}`);
      }
    }
    return `${lines.join('\n')}\n`;
  }

  /** Null for who counts nothing: a workload without a sidecar, and what comes after too many others. */
  #seriesFor(reporter: Reporter, record: ConnectionRecord, flags: string): Series | null {
    const mesh = this.#mesh();
    // In another one the same names may have other labels.
    if (mesh !== this.#snapshot) this.#series.clear();
    this.#snapshot = mesh;
    const { proxy, workload, host, outcome, endpoint } = record;
    // The port tells which of a Pod's services it was that a connection past all rules reached.
    const dialled = outcome === 'passthrough' ? endpoint : null;
    const key = [reporter, proxy, workload, host, outcome, dialled, flags].join('\n');
    let series = this.#series.get(key);
    if (series === undefined) {
      if (this.#series.size >= seriesMax) return null;
      const counts = reporter === 'source' || countsItself(mesh, find(mesh, workload));
      series = counts ? this.#labelled(labelsFor(reporter, mesh, record, flags)) : null;
      this.#series.set(key, series);
    }
    return series;
  }

  #labelled(labels: string): Series | null {
    let series = this.#byLabels.get(labels);
    if (series === undefined) {
      if (this.#byLabels.size >= seriesMax) return null;
      series = { labels, opened: 0, closed: 0, sent: 0, received: 0 };
      this.#byLabels.set(labels, series);
    }
    return series;
  }

  /** opened: a series of connections when they opened, without flags. */
  #withFlags(opened: Series | null, flags: string): Series | null {
    if (opened === null || flags === '-') return opened;
    // A quote in the value of another label is escaped: this is found nowhere else.
    return this.#labelled(opened.labels.replace('response_flags="-"', `response_flags="${flags}"`));
  }
}

/** Gateways relay on their own account, and report as the source of what they send on. */
function countsItself(mesh: Mesh, workload: Workload | null): boolean {
  return workload !== null && !isGatewayWorkload(workload, mesh) && !lacksSidecar(workload, mesh);
}

/**
 * Names and order as Istio's default configuration of the metrics has them; what is not known is `unknown`, as there
 * (`istio_stats.cc:populatePeerInfo`). A client's proxy does not tell the security of a connection; a server's finds none here, where
 * nothing is encrypted.
 */
function labelsFor(
  reporter: Reporter,
  mesh: Mesh,
  record: ConnectionRecord,
  flags: string,
): string {
  const source = find(mesh, record.proxy);
  // Nobody tells a client's proxy who is behind an address that it only passes on to.
  const isBlind = reporter === 'source' && record.outcome === 'passthrough';
  const destination = isBlind ? null : find(mesh, record.workload);
  const service =
    record.host === null
      ? destination && serviceBehind(mesh, record)
      : serviceOf(mesh, record.host, destination);
  const host = record.host ?? service?.host ?? null;
  const labels: readonly (readonly [string, string])[] = [
    ['reporter', reporter],
    ...workloadLabels('source', source),
    ...workloadLabels('destination', destination),
    ['destination_service', host ?? 'unknown'],
    ['destination_service_name', service?.name ?? host ?? builtInCluster(record)],
    ['destination_service_namespace', service?.namespace ?? destination?.namespace ?? 'unknown'],
    ['destination_cluster', destination === null ? 'unknown' : clusterName],
    ['source_cluster', source === null ? 'unknown' : clusterName],
    ['request_protocol', 'tcp'],
    ['response_flags', flags],
    ['connection_security_policy', reporter === 'source' ? 'unknown' : 'none'],
  ];
  return labels.map(([label, value]) => `${label}="${escapeLabel(value)}"`).join(',');
}

/** Of several in different namespaces, that of the workload's own. */
function serviceOf(mesh: Mesh, host: string, workload: Workload | null): MeshService | undefined {
  const records = mesh.servicesByHost.get(host) ?? [];
  return records.find(({ namespace }) => namespace === workload?.namespace) ?? records[0];
}

/** The service of the inbound listener that the dialled port of a Pod has. */
function serviceBehind(mesh: Mesh, { endpoint }: ConnectionRecord): MeshService | undefined {
  return mesh.services.find(({ host, namespace }) =>
    endpointsOf(mesh, host, namespace).some(
      ({ address, port }) => hostPortText({ host: address, port }) === endpoint,
    ),
  );
}

/** What a proxy calls itself a part of where nobody named the cluster. */
const clusterName = 'Kubernetes';

/** Where no service is concerned, the name of the cluster that took it stands in the service's place. */
function builtInCluster({ outcome }: ConnectionRecord): string {
  if (outcome === 'passthrough') return 'PassthroughCluster';
  return outcome === 'blackhole' ? 'BlackHoleCluster' : 'unknown';
}

function workloadLabels(
  side: 'source' | 'destination',
  workload: Workload | null,
): readonly (readonly [string, string])[] {
  const name = workload?.owner?.name ?? workload?.name ?? 'unknown';
  const labels = workload?.labels ?? {};
  return [
    [`${side}_workload`, name],
    [`${side}_workload_namespace`, workload?.namespace ?? 'unknown'],
    [`${side}_principal`, 'unknown'],
    [`${side}_app`, labels.app ?? 'unknown'],
    [`${side}_version`, labels.version ?? 'unknown'],
    [
      `${side}_canonical_service`,
      labels['service.istio.io/canonical-name'] ??
        labels['app.kubernetes.io/name'] ??
        labels.app ??
        name,
    ],
    [
      `${side}_canonical_revision`,
      labels['service.istio.io/canonical-revision'] ??
        labels['app.kubernetes.io/version'] ??
        labels.version ??
        'latest',
    ],
  ];
}

function find(mesh: Mesh, name: string | null): Workload | null {
  const [namespace, short] = splitAtSlash(name ?? '');
  return namespace === undefined ? null : (mesh.workloadIndex.named(namespace, short)[0] ?? null);
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
