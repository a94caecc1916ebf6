/** What a person asks of explain, and the calls that it means: what is left open is filled with everything that it may mean. */
import {
  isGatewayWorkload,
  labelsMatch,
  type Mesh,
  type MeshService,
  plainViewpoint,
  type Workload,
} from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import {
  type Call,
  type GatewayServer,
  type Labels,
  mergeServers,
  type Protocol,
  searchPath,
  type Viewpoint,
} from '../routing/index.ts';
import { closest } from '../text/index.ts';

/** namespace null: not said. */
export type Asker =
  | { readonly kind: 'described'; readonly namespace: string; readonly labels: Labels }
  | { readonly kind: 'workload'; readonly namespace: string | null; readonly name: string }
  | { readonly kind: 'gateway'; readonly namespace: string | null; readonly name: string };

export type Question = {
  readonly from: Asker;
  readonly host: string | undefined;
  readonly ip: string | undefined;
  readonly port: number | undefined;
  readonly sni: string | undefined;
  readonly protocol: Protocol | undefined;
};

/** calls: in the mesh's order. supposed: what was filled in, in words. */
export type Meant = { readonly calls: readonly Call[]; readonly supposed: readonly string[] };

/** Why a question means nothing in this mesh, and what to do. */
export type Unanswerable = { readonly message: string; readonly remedy: string };

export function callsMeant(question: Question, mesh: Mesh): Meant | Unanswerable {
  const from = viewpointOf(question.from, mesh);
  if ('message' in from) return from;
  const { host, ip, port, sni } = question;
  const protocol = question.protocol ?? (sni === undefined ? 'tcp' : 'tls');
  const call = (to: Call['to']): Call => ({ from: from.viewpoint, to, sni, protocol });
  const meant = (targets: readonly Call['to'][], supposed: readonly string[]): Meant => ({
    calls: targets.map(call),
    supposed: [...from.supposed, ...supposed],
  });
  if (from.viewpoint.kind === 'gateway') {
    const servers = mergeServers(mesh, from.viewpoint).taken;
    const ports = gatewayPorts(port, servers);
    if (ports.calls.length === 0) return noPort;
    if (ip !== undefined)
      return meant(
        ports.calls.map((to) => ({ ...to, ip })),
        ports.supposed,
      );
    const addresses = withBinds(ports.calls, servers);
    return meant(addresses.calls, [...ports.supposed, ...addresses.supposed]);
  }
  if (host !== undefined) {
    if (port !== undefined) return meant([{ host, ip, port }], []);
    const ports = portsOf(host, from.viewpoint.namespace, mesh);
    if (ports.length === 0) return noPort;
    return meant(
      ports.map((number) => ({ host, ip, port: number })),
      ports.length > 1 ? [`no --port: every port of ${host}`] : [],
    );
  }
  if (port === undefined) return noPort;
  if (ip !== undefined) return meant([{ ip, port }], []);
  const hosts = hostsWith(port, mesh);
  if (hosts.length === 0) return noService(port, mesh);
  return meant(
    hosts.map((name) => ({ host: name, port })),
    [`no --host: every service with port ${port}`],
  );
}

const noPort: Unanswerable = {
  message: 'which port does the connection go to?',
  remedy: 'Add --port (and --host or --dst-ip for one destination alone).',
};

function noService(port: number, mesh: Mesh): Unanswerable {
  const ports = new Set(mesh.services.flatMap(({ ports: all }) => all.map(({ number }) => number)));
  const known = [...ports].sort((a, b) => a - b).slice(0, 10);
  return {
    message: `no service has port ${port}`,
    remedy:
      known.length === 0
        ? 'The input holds no Service and no ServiceEntry; name the files that do, or give --dst-ip.'
        : `Ports in this mesh: ${known.join(', ')}. For an address outside, give --dst-ip.`,
  };
}

function hostsWith(port: number, mesh: Mesh): string[] {
  const has = ({ ports }: MeshService): boolean => ports.some(({ number }) => number === port);
  return [...new Set(mesh.services.filter(has).map(({ host }) => host))];
}

function portsOf(host: string, namespace: string, mesh: Mesh): number[] {
  const names = searchPath(host, namespace, mesh.clusterDomain);
  const services = names.map((name) => mesh.servicesByHost.get(name)).find((found) => found);
  return [...new Set((services ?? []).flatMap(({ ports }) => ports.map(({ number }) => number)))];
}

type Found = { readonly viewpoint: Viewpoint; readonly supposed: readonly string[] };

function viewpointOf(from: Asker, mesh: Mesh): Found | Unanswerable {
  switch (from.kind) {
    case 'described': {
      const { namespace, labels } = from;
      return { viewpoint: { kind: 'sidecar', namespace, labels }, supposed: [] };
    }
    case 'workload': {
      const [workload] = mesh.workloads.filter(
        (w) => isNamed(w, from) || isNamed(w.owner, from, w),
      );
      if (workload === undefined) {
        const viewpoint = plainViewpoint(mesh, from.namespace ?? 'default', from.name);
        return viewpoint === null
          ? unknownName('workload', from, workloadNames(mesh))
          : { viewpoint, supposed: [] };
      }
      const { namespace, labels, ip } = workload;
      return { viewpoint: { kind: 'sidecar', namespace, labels, ip }, supposed: [] };
    }
    case 'gateway':
      return gatewayViewpoint(from, mesh);
  }
}

function gatewayViewpoint(
  from: { readonly namespace: string | null; readonly name: string },
  mesh: Mesh,
): Found | Unanswerable {
  const gateway = mesh.gateways.find((candidate) => isNamed(candidate, from));
  const pod = mesh.workloads.find((w) => isNamed(w, from) || isNamed(w.owner, from, w));
  if (gateway === undefined && pod !== undefined) {
    const { namespace, labels } = pod;
    return { viewpoint: { kind: 'gateway', namespace, labels }, supposed: [] };
  }
  if (gateway === undefined)
    return unknownName(
      'gateway',
      from,
      mesh.gateways.map(({ namespace, name }) => `${namespace}/${name}`),
    );
  return workloadOf(gateway, mesh);
}

function workloadOf(gateway: Resource<'Gateway'>, mesh: Mesh): Found {
  const selector: Labels = gateway.spec.selector ?? {};
  const name = `${gateway.namespace}/${gateway.name}`;
  const named = Object.keys(selector).length > 0;
  const pod = named
    ? mesh.workloads.find(({ labels }) => labelsMatch(selector, labels))
    : anyGateway(gateway.namespace, mesh);
  if (pod !== undefined) {
    const { namespace, labels } = pod;
    const supposed = [`${namespace}/${pod.name} is taken as the workload of Gateway ${name}`];
    return { viewpoint: { kind: 'gateway', namespace, labels }, supposed };
  }
  const namespace = mesh.systemNamespace;
  return {
    viewpoint: { kind: 'gateway', namespace, labels: selector },
    supposed: [
      named
        ? `no workload of the input fits the selector of Gateway ${name}: one in ${namespace} is supposed`
        : `Gateway ${name} is for every gateway, and no workload of the input is one: one in ${namespace} is supposed`,
    ],
  };
}

/** For a Gateway without a selector: one beside it, else any. */
function anyGateway(namespace: string, mesh: Mesh): Workload | undefined {
  const gateways = mesh.workloads.filter((one) => isGatewayWorkload(one, mesh));
  return gateways.find((one) => one.namespace === namespace) ?? gateways[0];
}

type Named = { readonly namespace: string | null; readonly name: string };

function isNamed(
  thing: { readonly name: string; readonly namespace?: string } | null,
  wanted: Named,
  home: { readonly namespace: string } | null = null,
): boolean {
  if (thing === null || thing.name !== wanted.name) return false;
  const namespace = thing.namespace ?? home?.namespace ?? '';
  return wanted.namespace === null || wanted.namespace === namespace;
}

function workloadNames(mesh: Mesh): string[] {
  return [
    ...new Set(
      mesh.workloads.map((w) => `${w.namespace}/${w.owner === null ? w.name : w.owner.name}`),
    ),
  ];
}

function unknownName(
  noun: string,
  { namespace, name }: Named,
  known: readonly string[],
): Unanswerable {
  const asked = namespace === null ? name : `${namespace}/${name}`;
  const near = closest(asked, [...known, ...known.map((full) => full.split('/')[1] ?? '')]);
  const shown = known.slice(0, 8).join(', ');
  return {
    message: `the mesh has no ${noun} ${asked}`,
    remedy:
      near !== null
        ? `Did you mean ${near}?`
        : known.length === 0
          ? `The input holds none. Describe the client by --src-ns and --src-labels, or name more files.`
          : `There are ${shown}${known.length > 8 ? ` and ${known.length - 8} more` : ''}.`,
  };
}

/** A gateway's Pods listen on the targetPort of their Service; who says the server's port means that one. */
function gatewayPorts(
  port: number | undefined,
  servers: readonly GatewayServer[],
): { readonly calls: readonly Call['to'][]; readonly supposed: readonly string[] } {
  const asked = servers.filter(({ server }) => port === undefined || server.port?.number === port);
  const ports = [...new Set(asked.map((server) => server.port))];
  const moved = asked.flatMap(({ server, port: own }) =>
    server.port?.number === own
      ? []
      : [`port ${server.port?.number} of the gateway's Service is ${own} of its Pods`],
  );
  if (port === undefined) {
    const all = 'no --port: every port of the servers of this gateway';
    return { calls: ports.map((own) => ({ port: own })), supposed: [all, ...moved] };
  }
  return {
    calls: (ports.length === 0 ? [port] : ports).map((own) => ({ port: own })),
    supposed: moved,
  };
}

/** Servers with a bind of their own take what arrives at that address: one call for each, beside any other address. */
function withBinds(
  calls: readonly Call['to'][],
  servers: readonly GatewayServer[],
): { readonly calls: readonly Call['to'][]; readonly supposed: readonly string[] } {
  const bound: Call['to'][] = [];
  for (const { port, bind } of servers) {
    const known = bound.some((to) => to.port === port && to.ip === bind);
    if (bind === '0.0.0.0' || bind === '::' || known) continue;
    if (calls.some((to) => to.port === port)) bound.push({ ip: bind, port });
  }
  if (bound.length === 0) return { calls, supposed: [] };
  const supposed = ['no --dst-ip: every address that a server of the port is bound to'];
  return { calls: [...calls, ...bound], supposed };
}
