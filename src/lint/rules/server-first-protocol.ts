/** Protocols in which the server speaks first, on ports where Istio waits for the client. */
import { declarationMeant } from '../facts/port-name-meant.ts';
import { protocolOf } from '../facts/port-protocol.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

const byNumber: ReadonlyMap<number, string> = new Map([
  [21, 'FTP'],
  [22, 'SSH'],
  [23, 'telnet'],
  [110, 'POP3'],
  [119, 'NNTP'],
  [143, 'IMAP'],
  [587, 'SMTP'],
  [3307, 'MySQL'],
  [4222, 'NATS'],
  [5900, 'VNC'],
]);
const byName = /(?:^|[^a-z])(smtp|ftp|ssh|telnet|pop3|imap|nats|vnc|mysql|mariadb|percona)/i;

export const serverFirstProtocol: LintRule = {
  meta: {
    code: 'TCM1310',
    name: 'server-first-protocol',
    severity: 'warning',
    summary:
      'A protocol in which the server speaks first is on a port whose protocol Istio guesses.',
    why: 'To guess, the proxy waits for the first bytes of the client, while the client waits for the greeting of the server: the connection hangs.',
    help: 'Name the port `tcp-…`, so that nothing is waited for.',
    istio: nobodyElse,
  },
  reads: ['Service'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('Service'))
      for (const port of service.spec.ports ?? []) {
        const protocol = protocolOf(port);
        if (protocol !== 'auto') continue;
        const named = byName.exec(port.name ?? '')?.[1] ?? byName.exec(port.appProtocol ?? '')?.[1];
        const greeting = named ?? byNumber.get(port.port ?? 0);
        if (greeting === undefined) continue;
        const field = port.appProtocol === undefined ? 'name' : 'appProtocol';
        yield occurrence(
          service,
          port,
          [port[field] === undefined ? 'port' : field],
          `with ${greeting} the server speaks first, but the protocol of port ${port.port ?? 0} is guessed from what the client says first: both wait`,
          { help: `Write \`${declarationMeant(port, service.spec.ports)}\`.` },
        );
      }
  },
};
