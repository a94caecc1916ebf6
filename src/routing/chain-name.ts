/** What a filter chain is called: after the rule, service or cluster that it was made from. */
import { pathAt } from '../resource/index.ts';
import type { FilterChain } from './listener.ts';

export function chainName({ target }: FilterChain): string {
  switch (target.kind) {
    case 'rule': {
      const { virtualService, rule } = target.source;
      return `${virtualService.namespace}/${virtualService.name} ${pathAt(rule)}`;
    }
    case 'service':
      return `outbound|${target.port}||${target.service.host}`;
    case 'cluster':
      return `outbound|${target.port}|${target.subset}|${target.host}`;
    case 'http':
      return 'HTTP connection manager';
  }
}
