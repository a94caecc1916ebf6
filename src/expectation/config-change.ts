/** One thing changed about the configuration, so that a VirtualService that was left out takes the call: verified by asking again. */
import { buildMesh, type MeshOptions } from '../mesh/index.ts';
import { at, type Placed, type Resource, spanAt, type TcpRoute } from '../resource/index.ts';
import { type Call, compile, route, type Step, type Verdict } from '../routing/index.ts';
import type { Span } from '../text/index.ts';
import { type Rule, rulesOf } from './rules-of.ts';

type VirtualService = Resource<'VirtualService'>;

/** what: an order to the one who edits the file; object: of which; span: where. */
export type ConfigChange = {
  readonly kind: 'config';
  readonly what: string;
  readonly object: Resource;
  readonly span: Span;
};

/** With `change`, and nothing else changed, the verdict is `verdict`. */
export type ConfigMiss = { readonly change: ConfigChange; readonly verdict: Verdict };

/** edited stands for change.object; null: it is taken away. */
export type Edit = { readonly change: ConfigChange; readonly edited: Resource | null };

/** What the mesh is made of, to be made again with one object changed. */
export type Ingredients = {
  readonly resources: readonly Resource[];
  readonly options: MeshOptions;
};

/** No more meshes than this are made for one answer. */
const mostTried = 8;

/** Changes that bring the call to a VirtualService of the trace that did not get it; at most one for each. */
export function configMisses(
  call: Call,
  verdict: Verdict,
  virtualServices: readonly VirtualService[],
  ingredients: Ingredients,
): ConfigMiss[] {
  const found: ConfigMiss[] = [];
  let tried = 0;
  for (const virtualService of virtualServices) {
    const { namespace, name } = virtualService;
    if (verdict.rule?.namespace === namespace && verdict.rule.name === name) continue;
    for (const edit of editsFor(virtualService, call, verdict, ingredients)) {
      if (tried++ >= mostTried) return found;
      const other = askEdited(call, edit, ingredients);
      if (other.rule?.namespace !== namespace || other.rule.name !== name) continue;
      found.push({ change: edit.change, verdict: other });
      break;
    }
  }
  return found;
}

export function askEdited(
  call: Call,
  { change, edited }: Edit,
  { resources, options }: Ingredients,
): Verdict {
  const others = resources.flatMap((resource) =>
    resource === change.object ? (edited ?? []) : resource,
  );
  return route(compile(buildMesh(others, options), call.from), call);
}

function* editsFor(
  virtualService: VirtualService,
  call: Call,
  verdict: Verdict,
  ingredients: Ingredients,
): Generator<Edit> {
  const name = `${virtualService.namespace}/${virtualService.name}`;
  for (const step of verdict.steps) {
    if (step.stage === 'virtual-service' && step.subject === name) {
      yield* wholeEdits(virtualService, step, call);
      if (step.reason === 'protocol') yield* protocolEdits(call, ingredients);
    }
    if (step.stage === 'match' && step.subject.startsWith(`${name} `)) {
      const edit = matchEdit(virtualService, step, call);
      if (edit !== null) yield edit;
    }
  }
}

/** A port counts as TCP when its name says so. */
function* protocolEdits({ to }: Call, { resources }: Ingredients): Generator<Edit> {
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

/** What the VirtualService as a whole is for. */
function* wholeEdits(virtualService: VirtualService, step: Step, call: Call): Generator<Edit> {
  const { spec } = virtualService;
  const edit = (what: string, key: string, patch: Partial<VirtualService['spec']>): Edit => ({
    change: { kind: 'config', what, object: virtualService, span: spanAt(spec, key) },
    edited: { ...virtualService, spec: { ...spec, ...patch } },
  });
  switch (step.reason) {
    case 'gateways':
      if (call.from.kind === 'sidecar' && spec.gateways !== undefined)
        yield edit('add mesh to its gateways', 'gateways', {
          gateways: placed([...spec.gateways, 'mesh'], spec.gateways),
        });
      return;
    case 'exportTo':
      if (spec.exportTo !== undefined)
        yield edit(`add ${call.from.namespace} to its exportTo`, 'exportTo', {
          exportTo: placed([...spec.exportTo, call.from.namespace], spec.exportTo),
        });
      return;
    case 'host': {
      const { host } = call.to;
      const near = (spec.hosts ?? []).some((written) => isNearly(written, host ?? ''));
      if (near && host !== undefined && spec.hosts !== undefined)
        yield edit(`write its host as ${host}`, 'hosts', {
          hosts: placed([...spec.hosts, host], spec.hosts),
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

/** Host names with a dot are taken as they are, so `a.default`, a capital or a final dot names nothing. */
export function isNearly(written: string, host: string): boolean {
  const name = written.toLowerCase().replace(/\.$/, '');
  return name === host || (name.includes('.') && host.startsWith(`${name}.`));
}

/** A match with one condition that fails gets what the call has. */
function matchEdit(virtualService: VirtualService, step: Step, { from }: Call): Edit | null {
  const failing = (step.conditions ?? []).filter(({ held }) => held === false);
  const [condition] = failing;
  const place = matchAt(virtualService, step.subject);
  if (condition === undefined || failing.length > 1 || place === null) return null;
  const { match } = place;
  switch (condition.name) {
    case 'destinationSubnets': {
      const subnets = match.destinationSubnets;
      if (subnets === undefined || !/^[\d.:a-f]+$/i.test(condition.actual)) return null;
      const own = condition.actual;
      const what = `let its destinationSubnets hold ${own}, the address that is dialled`;
      return edited(virtualService, place, what, 'destinationSubnets', {
        destinationSubnets: placed([...subnets, own], subnets),
      });
    }
    case 'gateways': {
      const { gateways } = match;
      if (gateways === undefined) return null;
      return edited(virtualService, place, 'add mesh to the gateways of its match', 'gateways', {
        gateways: placed([...gateways, 'mesh'], gateways),
      });
    }
    case 'port': {
      // A sidecar's client could dial the port that is asked for; a gateway has the ports that its servers have.
      if (from.kind === 'sidecar') return null;
      const what = `let its match ask for port ${condition.actual}, the server's`;
      return edited(virtualService, place, what, 'port', { port: Number(condition.actual) });
    }
    case 'sourceNamespace':
    case 'sourceLabels':
    case 'sniHosts':
    case 'sourceSubnet':
      // These are as well had by another call, and near-misses of the call say so.
      return null;
  }
}

type Match = Rule['matches'][number]['value'];
type MatchPlace = { readonly rule: Rule; readonly match: Match; readonly index: number };

function matchAt(virtualService: VirtualService, subject: string): MatchPlace | null {
  const path = subject.slice(subject.indexOf(' ') + 1);
  for (const rule of rulesOf(virtualService))
    for (const [index, match] of rule.matches.entries())
      if (match.path === path) return { rule, match: match.value, index };
  return null;
}

function edited(
  virtualService: VirtualService,
  { rule, match, index }: MatchPlace,
  what: string,
  key: keyof Match & string,
  patch: {
    readonly destinationSubnets?: Match['destinationSubnets'];
    readonly gateways?: Match['gateways'];
    readonly port?: number;
  },
): Edit | null {
  const { spec } = virtualService;
  const changed = { ...match, ...patch };
  const change = {
    kind: 'config' as const,
    what,
    object: virtualService,
    span: spanAt(match, key),
  };
  const { tcp } = spec;
  if (rule.list !== 'tcp' || tcp === undefined) return null;
  const rules = tcp.map((own, i) => {
    if (i + 1 !== rule.number || own.match === undefined) return own;
    const matches = own.match.map((one, j) => (j === index ? changed : one));
    return { ...own, match: placed(matches, own.match) };
  });
  return {
    change,
    edited: { ...virtualService, spec: { ...spec, tcp: placed(rules, tcp) } },
  };
}

/** A list with the place of the one that it stands for. */
export function placed<T>(list: readonly T[], original: Placed): readonly T[] & Placed {
  return Object.assign([...list], { [at]: original[at] });
}
