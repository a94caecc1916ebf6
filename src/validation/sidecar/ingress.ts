/** Ingress listeners of a Sidecar. */
import type { IstioIngressListener } from '../../resource/index.ts';
import { isHttp, isIp, isTls, parseProtocol } from '../names.ts';
import { isPort, isUnix, isUnixPath } from '../parts/bind.ts';
import { checkConnectionPool } from '../parts/connection-pool.ts';
import { checkServerTls } from '../parts/server-tls.ts';
import { quote, type Report } from '../report.ts';
import { sidecarRules as rules } from '../rules/sidecar.ts';
import { checkPortName } from './port.ts';

export function checkIngress(listeners: readonly IstioIngressListener[], report: Report): void {
  const ports = new Set<number>();
  for (const listener of listeners) {
    const { port, bind = '', defaultEndpoint = '', tls, connectionPool } = listener;
    if (port === undefined) {
      report(rules.ingressPort, listener, ['port'], 'this ingress listener has no port');
      continue;
    }
    const number = port.number ?? 0;
    checkPortName(port, report);
    if (!isPort(number))
      report(rules.portNumber, port, ['number'], `${number} is not a port number (1 to 65535)`);
    if (ports.has(number))
      report(rules.portRepeated, port, ['number'], `the port ${number} is given twice`);
    ports.add(number);
    if (bind !== '' && !isIp(bind))
      report(rules.bind, listener, ['bind'], `${quote(bind)} is no IP address`);
    if (defaultEndpoint !== '' && !isLocalEndpoint(defaultEndpoint))
      report(
        rules.defaultEndpoint,
        listener,
        ['defaultEndpoint'],
        `${quote(defaultEndpoint)} is not a local endpoint`,
      );
    if (tls !== undefined) checkTls(listener, tls, report);
    checkConnectionPool(connectionPool, report);
    if (connectionPool?.http !== undefined && !isHttp(parseProtocol(port.protocol ?? '')))
      report(
        rules.httpPool,
        connectionPool,
        ['http'],
        'the http pool is not used on a port that is not HTTP',
      );
  }
}

const localHosts = new Set(['', '127.0.0.1', '0.0.0.0', '::1', '::']);

/** unix:///path, or host:port with a host of this workload. */
function isLocalEndpoint(text: string): boolean {
  if (isUnix(text)) return isUnixPath(text);
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([-+]?\d+)$/.exec(text);
  return match !== null && localHosts.has(match[1] ?? match[2] ?? '') && isPort(Number(match[3]));
}

type Tls = NonNullable<IstioIngressListener['tls']>;

/** What only gateways can do is refused. */
function checkTls(listener: IstioIngressListener, tls: Tls, report: Report): void {
  for (const field of [
    'subjectAltNames',
    'credentialName',
    'credentialNames',
    'tlsCertificates',
  ] as const) {
    if ((tls[field]?.length ?? 0) > 0)
      report(rules.ingressTls, tls, [field], `${field} is for gateways only`);
  }
  if (tls.httpsRedirect === true)
    report(rules.ingressTls, tls, ['httpsRedirect'], 'httpsRedirect is for gateways only');
  if (tls.mode === 'ISTIO_MUTUAL' || tls.mode === 'AUTO_PASSTHROUGH')
    report(rules.ingressTls, tls, ['mode'], `mode ${tls.mode} is for gateways only`);
  const { protocol = '' } = listener.port ?? {};
  if (!isTls(parseProtocol(protocol)))
    report(
      rules.ingressTls,
      listener,
      ['tls'],
      `tls needs protocol TLS or HTTPS, not ${quote(protocol)}`,
    );
  checkServerTls(tls, report);
}
