/** Changes to what a VirtualService as a whole is for, and to the port that keeps its rules out. */

import { hostsOverlap } from '../mesh/index.ts';
import { at, type Resource, spanAt, type TcpRoute } from '../resource/index.ts';
import type { Call, Step, Verdict } from '../routing/index.ts';
import { splitAtSlash } from '../text/index.ts';
import { type Edit, exportedTo, type Ingredients, placed, readerNamespace } from './edit.ts';

type VirtualService = Resource<'VirtualService'>;

/** What the VirtualService as a whole is for. */
export function* wholeEdits(
  virtualService: VirtualService,
  step: Step,
  call: Call,
  verdict: Verdict,
  { resources }: Ingredients,
): Generator<Edit> {
  const { spec } = virtualService;
  const edit = (what: string, key: string, patch: Partial<VirtualService['spec']>): Edit => ({
    change: { kind: 'config', what, object: virtualService, span: spanAt(spec, key) },
    edited: { ...virtualService, spec: { ...spec, ...patch } },
  });
  switch (step.reason) {
    case 'gateways':
      if (spec.gateways === undefined) return;
      for (const name of gatewaysToAdd(call, verdict))
        yield edit(`add ${name} to its gateways`, 'gateways', {
          gateways: placed([...spec.gateways, name], spec.gateways),
        });
      return;
    case 'exportTo': {
      const { what, exportTo } = exportedTo(spec, readerNamespace(verdict));
      yield edit(what, 'exportTo', { exportTo });
      return;
    }
    case 'host': {
      const { hosts } = spec;
      if (hosts === undefined) return;
      if (call.from.kind === 'gateway') {
        // A VirtualService for other hosts is no near-miss of one that has the server.
        if (verdict.rule !== null) return;
        for (const host of serverHostsOf(virtualService, verdict, resources)) {
          const { what, list } = withHost(hosts, host);
          yield edit(what, 'hosts', { hosts: placed(list, hosts) });
        }
        return;
      }
      const { host } = call.to;
      const near = hosts.some(
        (written) => isNearly(written, host ?? '') || isDialled(written, verdict),
      );
      if (near && host !== undefined)
        yield edit(`write its host as ${host}`, 'hosts', {
          hosts: placed([...hosts, host], hosts),
        });
      return;
    }
    case 'no-tcp-rules': {
      const { http } = spec;
      if (http === undefined) return;
      const rules = http.map(({ route: to, ...rest }) => ({
        [at]: rest[at],
        route: to as TcpRoute['route'],
      }));
      yield edit('write its rules under tcp instead of http', 'http', { tcp: placed(rules, http) });
      return;
    }
    default:
      return;
  }
}

/** Istio refuses two hosts of which one covers the other. */
function withHost(
  hosts: readonly string[],
  host: string,
): { readonly what: string; readonly list: readonly string[] } {
  return hosts.some((one) => hostsOverlap(one, host))
    ? { what: `write ${host} as its only host`, list: [host] }
    : { what: `add ${host} to its hosts`, list: [...hosts, host] };
}

/** `mesh` for a sidecar; for a gateway workload the Gateways that select it. */
function gatewaysToAdd({ from }: Call, { steps }: Pick<Verdict, 'steps'>): string[] {
  if (from.kind !== 'gateway') return ['mesh'];
  const gateways = steps.filter(
    ({ stage, result }) => stage === 'gateway' && result !== 'rejected',
  );
  return [...new Set(gateways.map(({ subject }) => subject))];
}

/** The address instead of the name. */
function isDialled(written: string, { steps }: Verdict): boolean {
  return steps.some(
    ({ stage, subject }) => stage === 'listener' && subject.startsWith(`${written}:`),
  );
}

/** Of the servers that the trace speaks of: hosts that VirtualServices of this namespace may have. */
function serverHostsOf(
  { namespace }: VirtualService,
  { call, steps }: Verdict,
  resources: readonly Resource[],
): string[] {
  const named = new Set(gatewaysToAdd(call, { steps }));
  const servers = resources.flatMap((resource) =>
    resource.kind === 'Gateway' && named.has(`${resource.namespace}/${resource.name}`)
      ? (resource.spec.servers ?? []).map((server) => ({ server, home: resource.namespace }))
      : [],
  );
  return servers.flatMap(({ server, home }) =>
    (server.hosts ?? []).flatMap((written) => {
      const [where = '*', host] = splitAtSlash(written);
      const open = where === '*' || where === namespace || (where === '.' && home === namespace);
      return open ? [host] : [];
    }),
  );
}

/** Host names with a dot are taken as they are, so `a.default`, a capital or a final dot names nothing. */
export function isNearly(written: string, host: string): boolean {
  const name = written.toLowerCase().replace(/\.$/, '');
  return name === host || (name.includes('.') && host.startsWith(`${name}.`));
}

/** A port counts as TCP when its name says so. */
export function* protocolEdits({ to }: Call, { resources }: Ingredients): Generator<Edit> {
  const service = resources.find(
    (resource) =>
      resource.kind === 'Service' && to.host?.startsWith(`${resource.name}.${resource.namespace}.`),
  );
  if (service?.kind !== 'Service' || service.spec.ports === undefined) return;
  const { ports } = service.spec;
  const port = ports.find((one) => one.port === to.port);
  if (port === undefined) return;
  const written = port.name ?? '';
  const bare = written.replace(/^(?:https?|http2|tls|grpc(?:-web)?)-?/, '');
  const name = /^tcp(?:-|$)/.test(written) ? written : `tcp-${bare || to.port}`;
  const renamed = { ...port, name, appProtocol: undefined };
  const rename = name === written ? [] : [`call port ${to.port} ${name}`];
  const drop = port.appProtocol === undefined ? [] : [`drop appProtocol ${port.appProtocol}`];
  const what = `${[...rename, ...drop].join(' and ')}, if port ${to.port} speaks plain TCP`;
  const list = placed(
    ports.map((one) => (one === port ? renamed : one)),
    ports,
  );
  yield {
    change: {
      kind: 'config',
      what,
      object: service,
      span: spanAt(port),
    },
    edited: { ...service, spec: { ...service.spec, ports: list } },
  };
}
