/** Where connections go, asked of routing: rules here prove what they say by a connection, and match nothing themselves. */
import { type Rule, rulesOf } from '../../expectation/index.ts';
import type { Mesh, MeshService } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Call, Compiled, RuleRef, Verdict, Viewpoint } from '../../routing/index.ts';
import { AskedProxies } from './asked-proxies.ts';
import { type Bound, boundIn, isForMeshAlone } from './bound.ts';
import { lazyBy, lazyFor } from './lazy.ts';
import type { Reach } from './reach.ts';
import { ReachSearch } from './reach-search.ts';
import type { ReferenceJudge } from './references.ts';

export type Routes = {
  /** The tcp and tls rules of every VirtualService that a cluster would hold and that is for a gateway or a service of the mesh. */
  readonly rules: readonly Rule[];
  readonly rulesOf: (service: Resource<'VirtualService'>) => readonly Rule[];
  readonly boundTo: (service: Resource<'VirtualService'>) => Bound;
  readonly compiled: (viewpoint: Viewpoint) => Compiled;
  readonly ask: (call: Call) => Verdict;
  /** Has the listener that the connection arrives at a filter chain of the rule, whichever is chosen? */
  readonly hasChain: (call: Call, rule: Rule) => boolean;
  /** Has a filter chain of the rule there a prefix that it asks for? One for 0.0.0.0/0 has none. */
  readonly hasPrefix: (call: Call, rule: RuleRef) => boolean;
  readonly reach: (rule: Rule) => Reach;
  /** By connections that fit this match, whichever match of the rule takes them. */
  readonly reachOfMatch: (rule: Rule, match: number) => Reach;
};

/**
 * unfinished: takes the VirtualServices of which more connections would have to be asked about.
 * atWaypoint: does a waypoint route for the service? Then no sidecar of these does, and what the waypoint does is asked apart (waypoint-rules).
 */
export function askRoutes(
  mesh: Mesh,
  judges: ReferenceJudge,
  unfinished: Set<Resource>,
  atWaypoint: (service: MeshService) => boolean = () => false,
): Routes {
  const boundTo = boundIn(mesh);
  const ofService = lazyFor((service: Resource<'VirtualService'>) => rulesOf(service));
  const proxies = new AskedProxies(mesh);
  const searching = new ReachSearch({
    mesh,
    judges,
    unfinished,
    proxies,
    boundTo,
    rulesOf: ofService,
  });
  const byMatch = lazyFor((rule: Rule) =>
    lazyBy(Number, (index: number) => searching.search(rule, rule.matches[index] ?? null)),
  );
  return {
    rules: mesh.virtualServices.all.flatMap(({ resource }) => {
      const to = boundTo(resource);
      // Where no service here is what it is for, none of them is outside a waypoint either: nobody here can dial it.
      const elsewhere = isForMeshAlone(to) && to.services.every(atWaypoint);
      return elsewhere ? [] : ofService(resource);
    }),
    rulesOf: ofService,
    boundTo,
    compiled: (viewpoint) => proxies.compiled(viewpoint),
    ask: (call) => proxies.ask(call),
    hasChain: (call, rule) => proxies.hasChain(call, rule),
    hasPrefix: (call, ref) => proxies.hasPrefix(call, ref),
    reachOfMatch: (rule, index) => byMatch(rule)(index),
    reach: (rule) => reachOf(rule, byMatch(rule)),
  };
}

function reachOf({ matches }: Rule, ofMatch: (index: number) => Reach): Reach {
  if (matches.length === 0) return ofMatch(-1);
  const reaches = matches.map((_, index) => ofMatch(index));
  const best =
    reaches.find(({ kind }) => kind === 'reached') ??
    reaches.find(({ kind }) => kind === 'unknown');
  if (best !== undefined) return best;
  const attempts = reaches.flatMap((reach) => (reach.kind === 'never' ? reach.attempts : []));
  return { kind: 'never', attempts };
}
