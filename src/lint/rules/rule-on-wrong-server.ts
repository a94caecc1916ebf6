/** A match for a port of a Gateway whose server has no use for it. */
import { spanAt } from '../../resource/index.ts';
import { listOf, serverText } from '../facts/server-lists.ts';
import { wrongServer } from '../facts/wrong-servers.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const ruleOnWrongServer: LintRule = {
  meta: {
    code: 'TCM1114',
    name: 'rule-on-wrong-server',
    severity: 'warning',
    summary: 'A match is for a port of a Gateway where rules of its list do nothing.',
    why: 'A plain TCP server and one that ends TLS use tcp rules, a server with PASSTHROUGH tls rules, a server for HTTP neither. Rules of the others are never looked at on its port.',
    help: 'Write the rule in the list that the server uses, or change the protocol of the server.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Gateway'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.routes().rules)
      for (const [i, { value }] of rule.matches.entries()) {
        const wrong = wrongServer(rule, i, facts);
        if (wrong === null || facts.routes().reachOfMatch(rule, i).kind !== 'never') continue;
        const { gateway, server } = wrong;
        const used = listOf(server);
        yield occurrence(
          rule.virtualService,
          value,
          ['port'],
          `on port ${serverText(server)} of ${nameOf(gateway)} ${rule.list} rules do nothing${used === 'none' ? '' : `, only ${used} rules`}: no connection meets this match`,
          { related: [{ message: 'the server is here', span: spanAt(server, 'port') }] },
        );
      }
  },
};
