/** Port names that miss a protocol by a letter. */
import { closest } from '../../text/index.ts';
import { isSniffed, namedProtocols } from '../facts/port-protocol.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const portNameTypo: LintRule = {
  meta: {
    code: 'TCM1308',
    name: 'port-name-typo',
    severity: 'warning',
    summary: 'The name of a Service port is nearly that of a protocol.',
    why: 'Istio reads the protocol from the part before the first `-`, exactly. `tco-80` and `tcp_80` mean nothing to it, so it guesses from the first bytes.',
    help: 'Write `tcp`, or `tcp-` and a name.',
    istio: nobodyElse,
  },
  reads: ['Service'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('Service'))
      for (const port of service.spec.ports ?? []) {
        const name = port.name ?? '';
        if (port.appProtocol !== undefined || name === '' || !isSniffed(port)) continue;
        const meant = meantBy(name);
        if (meant !== null)
          yield occurrence(
            service,
            port,
            ['name'],
            `port name ${JSON.stringify(name)} is nearly, but not, ${meant}: Istio guesses the protocol from the first bytes`,
            { help: `Write \`name: ${meant}\`.` },
          );
      }
  },
};

/** `tco-80`: a letter; `tcp_80`, `tcp80`, `tcp.echo`: what follows is not set off by a dash. */
function meantBy(name: string): string | null {
  const lower = name.toLowerCase();
  for (const protocol of namedProtocols) {
    const rest = lower.slice(protocol.length);
    if (lower.startsWith(protocol) && /^[_.\d]/.test(rest))
      return `${protocol}-${rest.replace(/^[_.]/, '')}`;
  }
  const [prefix = '', ...rest] = lower.split('-');
  if (prefix.length < 3 || prefix.length > 5) return null;
  const meant = closest(prefix, namedProtocols);
  if (meant === null || Math.abs(meant.length - prefix.length) > 1) return null;
  return [meant, ...rest].join('-');
}
