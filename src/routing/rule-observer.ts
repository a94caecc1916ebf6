/** Who wants to know how the rules were gone through; the trace does. Everyone else passes null. */
import type { MeshVirtualService } from '../mesh/index.ts';
import type { TcpRoute, TlsRoute } from '../resource/index.ts';
import type { L4Match, MatchContext } from './static-match.ts';

/**
 * match: a match was held against the client. rule: what became of a rule: an empty route is left out; a chain for every
 * address ends the search; a chain for some addresses (or names) does not; none of its matches held.
 */
export type RuleObserver = {
  readonly match: (
    virtualService: MeshVirtualService,
    match: L4Match,
    context: MatchContext,
    held: boolean,
  ) => void;
  readonly rule: (
    virtualService: MeshVirtualService,
    rule: TcpRoute | TlsRoute,
    result: RuleResult,
  ) => void;
};

export type RuleResult = 'no-route' | 'terminal' | 'some' | 'no-match' | 'duplicate-sni';
