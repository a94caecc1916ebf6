/** What a rule observer heard, kept in order: VirtualServices, their rules, their matches. */
import type { MeshVirtualService } from '../mesh/index.ts';
import type { TcpRoute, TlsRoute } from '../resource/index.ts';
import type { RuleObserver, RuleResult } from './rule-observer.ts';
import type { L4Match, MatchContext } from './static-match.ts';

export type LoggedMatch = {
  readonly match: L4Match;
  readonly context: MatchContext;
  readonly held: boolean;
};

export type LoggedRule = {
  readonly virtualService: MeshVirtualService;
  readonly rule: TcpRoute | TlsRoute;
  readonly result: RuleResult;
  readonly matches: readonly LoggedMatch[];
};

export class RuleLog implements RuleObserver {
  readonly rules: LoggedRule[] = [];
  #matches: LoggedMatch[] = [];

  match(
    _virtualService: MeshVirtualService,
    match: L4Match,
    context: MatchContext,
    held: boolean,
  ): void {
    this.#matches.push({ match, context, held });
  }

  rule(virtualService: MeshVirtualService, rule: TcpRoute | TlsRoute, result: RuleResult): void {
    this.rules.push({ virtualService, rule, result, matches: this.#matches });
    this.#matches = [];
  }
}
