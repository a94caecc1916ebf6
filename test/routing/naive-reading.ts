/**
 * A second reading of the specification, slow and plain, on the generator's own values: no index, no shared code with src/.
 * Where it and the model part, one of them misreads Istio.
 */
import type {
  SmallCall,
  SmallDestination,
  SmallDestinationRule,
  SmallMatch,
  SmallMesh,
  SmallService,
  SmallVirtualService,
} from './small-mesh.ts';

export type NaiveAnswer = {
  readonly outcome: string;
  readonly rule: string | null;
  readonly destinations: readonly {
    readonly cluster: string;
    readonly share: number;
    readonly problem: string | null;
    readonly endpoints: readonly string[];
  }[];
};

const root = 'istio-system';

function fullName(host: string, namespace: string): string {
  return host === '*' || host.includes('.') ? host : `${host}.${namespace}.svc.cluster.local`;
}

function overlap(pattern: string, host: string): boolean {
  return pattern.startsWith('*') ? host.endsWith(pattern.slice(1)) : pattern === host;
}

const hostOf = ({ name, namespace }: SmallService): string =>
  `${name}.${namespace}.svc.cluster.local`;

function bucket({ exportTo, namespace }: SmallVirtualService, client: string): number | null {
  const names = exportTo ?? ['*'];
  if (names.includes('*')) return 2;
  if (namespace === client) return names.includes('.') || names.includes(client) ? 0 : null;
  return names.includes(client) ? 1 : null;
}

function inOrder(mesh: SmallMesh, client: string): SmallVirtualService[] {
  return mesh.virtualServices
    .filter((one) => (one.gateways ?? ['mesh']).includes('mesh'))
    .filter((one) => bucket(one, client) !== null)
    .sort(
      (a, b) =>
        (bucket(a, client) ?? 0) - (bucket(b, client) ?? 0) ||
        a.created - b.created ||
        (a.name < b.name ? -1 : 1),
    );
}

function applies(match: SmallMatch, call: SmallCall): boolean {
  return (
    (match.port === undefined || match.port === call.port) &&
    (match.sourceNamespace === undefined || match.sourceNamespace === call.namespace) &&
    (match.sourceLabels === undefined || match.sourceLabels.app === call.app) &&
    (match.gateways === undefined || match.gateways.includes('mesh'))
  );
}

function bits(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** [first address, length] after masking; null for what Istio drops. */
function masked(subnet: string): readonly [number, number] | null {
  const [ip = '', length = '32'] = subnet.split('/');
  if (ip === '0.0.0.0') return null;
  const size = 2 ** (32 - Number(length));
  return [Math.floor(bits(ip) / size) * size, Number(length)];
}

type Chain = {
  readonly subnets: readonly string[];
  readonly by: SmallVirtualService;
  readonly index: number;
};

type Chains = {
  readonly conditional: readonly Chain[];
  readonly terminal: Chain | null;
};

function chainsFor(mesh: SmallMesh, service: SmallService, call: SmallCall): Chains {
  const conditional: Chain[] = [];
  for (const by of inOrder(mesh, call.namespace)) {
    if (!by.hosts.some((host) => overlap(fullName(host, by.namespace), hostOf(service)))) continue;
    for (const [index, rule] of by.tcp.entries()) {
      const matches = rule.match ?? [];
      const holding = matches.filter((match) => applies(match, call));
      const everything =
        matches.length === 0 || holding.some((m) => m.destinationSubnets === undefined);
      if (everything) return { conditional, terminal: { subnets: [], by, index } };
      const subnets = holding.flatMap((match) => match.destinationSubnets ?? []);
      if (subnets.length > 0) conditional.push({ subnets, by, index });
    }
  }
  return { conditional, terminal: null };
}

/** Every prefix of every chain once, a chain without any as the empty prefix; twice the same and Envoy refuses. */
function keysOf({ conditional }: Chains): string[] {
  return conditional.flatMap(({ subnets }) => {
    const kept = subnets.map(masked).filter((one) => one !== null);
    return kept.length === 0 ? ['none'] : kept.map(([first, length]) => `${first}/${length}`);
  });
}

function longest({ subnets }: Chain, ip: number): number {
  const kept = subnets.map(masked).filter((one) => one !== null);
  if (kept.length === 0) return 0;
  const holding = kept.filter(([first, length]) => ip >= first && ip < first + 2 ** (32 - length));
  return Math.max(-1, ...holding.map(([, length]) => length));
}

function chosen(chains: Chains, call: SmallCall, sniffed: boolean): Chain | null {
  const ranked = chains.conditional
    .map((chain) => ({ chain, length: longest(chain, bits(call.ip)) }))
    .filter(({ length }) => length >= 0)
    .sort((a, b) => b.length - a.length);
  const best = ranked[0];
  if (best === undefined) return chains.terminal;
  // On a sniffed port a chain without prefixes lies behind the HTTP chain's transport branch and is never reached.
  if (
    sniffed &&
    best.length === 0 &&
    keysOf({ conditional: [best.chain], terminal: null })[0] === 'none'
  )
    return chains.terminal;
  return best.chain;
}

export function naiveAnswer(mesh: SmallMesh, call: SmallCall): NaiveAnswer {
  const nothing = { rule: null, destinations: [] };
  const service = mesh.services.find(({ ip }) => ip === call.ip);
  const port = service?.ports.find(({ number }) => number === call.port);
  if (service === undefined || port === undefined || port.name.startsWith('http'))
    return { outcome: 'passthrough', ...nothing };
  const chains = chainsFor(mesh, service, call);
  const keys = keysOf(chains);
  if (new Set(keys).size < keys.length) return { outcome: 'listener-rejected', ...nothing };
  const chain = chosen(chains, call, port.name.startsWith('echo'));
  if (chain === null) {
    const own = { host: hostOf(service), port: call.port };
    return { outcome: 'routed', rule: null, destinations: [target(mesh, call, own, 'x', 1)] };
  }
  const { by, index } = chain;
  const routes = by.tcp[index]?.route ?? [];
  const sum = routes.reduce((total, { weight }) => total + (weight ?? 0), 0);
  return {
    outcome: 'routed',
    rule: `${by.namespace}/${by.name} spec.tcp[${index}]`,
    destinations: routes.map(({ destination, weight }) =>
      target(mesh, call, destination, by.namespace, routes.length === 1 ? 1 : (weight ?? 0) / sum),
    ),
  };
}

function target(
  mesh: SmallMesh,
  call: SmallCall,
  { host, port, subset = '' }: SmallDestination,
  namespace: string,
  share: number,
): NaiveAnswer['destinations'][number] {
  const name = fullName(host, namespace);
  const service = mesh.services.find((one) => hostOf(one) === name);
  const only = service?.ports.length === 1 ? service.ports[0]?.number : undefined;
  const number = port ?? only ?? call.port;
  const cluster = `outbound|${number}|${subset}|${name}`;
  const missing = { cluster, share, problem: 'no-such-cluster', endpoints: [] };
  if (service === undefined || !service.ports.some((one) => one.number === number)) return missing;
  const version = subset === '' ? null : versionOf(mesh, service, call.namespace, subset);
  if (version === undefined) return missing;
  const endpoints = service.versions
    .map((own, i) => ({ own, address: `10.244.${service.name.charCodeAt(0)}.${i + 1}:${number}` }))
    .filter(({ own }) => version === null || own === version)
    .map(({ address }) => address);
  return { cluster, share, problem: endpoints.length === 0 ? 'no-endpoints' : null, endpoints };
}

/** The version that a subset means for a client; undefined where the rule that counts has no such subset. */
function versionOf(
  mesh: SmallMesh,
  service: SmallService,
  client: string,
  subset: string,
): string | undefined {
  const places = client === root ? [service.namespace, root] : [client, service.namespace, root];
  for (const place of places) {
    const rules = mesh.destinationRules.filter(
      (one) => one.namespace === place && overlap(fullName(one.host, place), hostOf(service)),
    );
    if (rules.length === 0) continue;
    return mostSpecific(rules)
      .flatMap(({ subsets }) => subsets)
      .find(({ name }) => name === subset)?.version;
  }
  return undefined;
}

function mostSpecific(rules: readonly SmallDestinationRule[]): SmallDestinationRule[] {
  const named = rules.map((rule) => ({ rule, host: fullName(rule.host, rule.namespace) }));
  const rank = (host: string): number => (host.startsWith('*') ? host.length : 1000);
  const best = Math.max(...named.map(({ host }) => rank(host)));
  return named
    .filter(({ host }) => rank(host) === best)
    .map(({ rule }) => rule)
    .sort((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1));
}
