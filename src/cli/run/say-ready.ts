/** What `run` says on stderr: that it is ready and how to connect, and at the end what came of the shares. */
import {
  connectTargets,
  hostPortText,
  type MadeConnections,
  neededServerName,
  type OpenAddress,
  type RunningMesh,
  type ShareReport,
  verdictError,
} from '../../control/index.ts';
import { escapeControls } from '../../report/index.ts';
import { afterSlash, count } from '../../text/index.ts';
import type { ConnectHint } from '../../ui/index.ts';

/** One line with `ready`, then a line for each address. */
export function readyLines(running: RunningMesh, seed: number): readonly string[] {
  const addresses = running.addresses();
  const width = Math.max(...addresses.map((address) => hostPortText(address).length));
  return [
    `tcpmesh: ready (seed ${seed}, Ctrl-C ends it)`,
    ...addresses.map((address) => {
      const instead = address.instead === null ? '' : ` (${address.instead})`;
      return `  ${hostPortText(address).padEnd(width)}  ${purposeText(address)}${instead}: ${hintFor(running, address)}`;
    }),
  ].map(escapeControls);
}

/** The same for a narrow place: what it is, and one command. */
export function connectHints(running: RunningMesh): readonly ConnectHint[] {
  return running.addresses().map((address) => ({
    what: shortPurpose(address),
    command: shortCommand(running, address),
    single: address.purpose !== 'gateway' && address.purpose !== 'publish',
    ...(address.purpose === 'socks' ? { note: `SOCKS ${hostPortText(address)}` } : {}),
  }));
}

function shortPurpose({ purpose, name }: OpenAddress): string {
  if (purpose === 'gateway') return `gateway ${afterSlash(name)}`;
  if (purpose === 'publish') return `publish ${name}`;
  return purpose === 'socks' ? 'clients' : purpose === 'api' ? 'kubectl' : purpose;
}

function shortCommand(running: RunningMesh, address: OpenAddress): string {
  const { purpose, host, port } = address;
  if (purpose === 'gateway' || purpose === 'publish')
    return tlsCommand(running, address) ?? `nc ${host} ${port}`;
  return hintFor(running, address).replace(/^date \| /, '');
}

function purposeText({ purpose, name, bind }: OpenAddress): string {
  switch (purpose) {
    case 'gateway':
      return bind === undefined ? `gateway ${name}` : `gateway ${name}, for its address ${bind}`;
    case 'publish':
      return `published ${name}`;
    case 'socks':
      return 'clients, by SOCKS5 with the workload as user';
    case 'admin':
      return 'admin';
    case 'api':
      return 'Kubernetes-style API';
  }
}

/** Null where bytes without TLS are taken too. Echo servers say back what they get, which a real TLS client takes for no answer. */
function tlsCommand(running: RunningMesh, address: OpenAddress): string | null {
  const serverName = neededServerName(running, address);
  return serverName === null
    ? null
    : `tcpmesh connect --sni ${serverName} ${hostPortText(address)}`;
}

function hintFor(running: RunningMesh, address: OpenAddress): string {
  const { purpose, host, port, name } = address;
  switch (purpose) {
    case 'gateway':
    case 'publish': {
      const tls = tlsCommand(running, address);
      if (tls !== null) return `date | ${tls} (a TLS client needs a --backend with TLS)`;
      return `(date; sleep 1) | nc -w 1 ${host} ${port}, or date | tcpmesh connect ${hostPortText({ host, port })}`;
    }
    case 'socks':
      return `date | tcpmesh connect --from ${clientExample(running)} ${targetExample(running)}`;
    case 'admin':
      return `curl http://${hostPortText({ host, port })}/stats`;
    case 'api':
      return name;
  }
}

function clientExample(running: RunningMesh): string {
  const served = new Set(running.workloads());
  const clients = running.clients();
  return clients.find(({ name }) => !served.has(name))?.shortName ?? 'default/client';
}

function targetExample(running: RunningMesh): string {
  const { mesh } = running.snapshot;
  const [first = 'HOST:PORT'] = connectTargets(mesh);
  return first.replace(`.svc.${mesh.clusterDomain}:`, ':');
}

export function summaryLines(
  shares: readonly ShareReport[],
  made: MadeConnections | null,
): readonly string[] {
  const used = shares.filter(({ connections }) => connections > 0);
  const failures = made === null ? [] : failureLines(made);
  // What is not listed may hold still: shares are over for certain where the rule has others.
  const present = new Set(shares.filter(({ current }) => current).map(({ rule }) => rule));
  const past = made?.passthrough ?? 0;
  const routed = [
    ...used.flatMap((report) => {
      const over = !report.current && present.has(report.rule);
      return shareLines(report, over, failures.length > 0);
    }),
    ...(past === 0
      ? []
      : [`passthrough: ${count(past, 'connection')} to the very address that was dialled`]),
  ];
  return [...(routed.length === 0 ? ['no connection was routed'] : routed), ...failures].map(
    escapeControls,
  );
}

/** over: the rule has other shares now. someFailed: shares are of what the rule chose, whatever became of the connections. */
function shareLines(
  { rule, connections, destinations, verdict }: ShareReport,
  over: boolean,
  someFailed: boolean,
): readonly string[] {
  const good = `, shares as expected${someFailed ? ' in what the rule chose' : ''}`;
  return [
    `${rule}${over ? ' (until the change)' : ''}: ${count(connections, 'connection')}${
      verdict === 'within' ? good : verdict === 'off' ? ', shares are OFF' : ''
    }`,
    ...destinations.map(({ label, observed, expected, bounds }) => {
      const seen = connections === 0 ? '-' : `${percent(observed / connections)} (${observed})`;
      const range =
        destinations.length < 2 || connections === 0
          ? ''
          : `; chance gives ${bounds.low} to ${bounds.high} but once in ${Math.round(1 / verdictError)} runs`;
      return `  ${label}: ${seen} of ${percent(expected)}${range}`;
    }),
  ];
}

/** Reasons that the summary shows. */
const reasonsMax = 5;

function failureLines({ connections, failed, failures }: MadeConnections): readonly string[] {
  if (failed === 0) return [];
  const shown = failures.slice(0, reasonsMax);
  const more = failed - shown.reduce((sum, one) => sum + one.connections, 0);
  return [
    `${failed} of ${connections} connection${connections === 1 ? '' : 's'} FAILED`,
    ...shown.map(({ connections: count, why }) => `  ${count}: ${why}`),
    ...(more > 0 ? [`  ${more}: for other reasons`] : []),
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
