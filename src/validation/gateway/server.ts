/** A server of a Gateway (validation.go:validateServer, validateServerPort, validateServerBind). */
import type { Server, ServerPort } from '../../resource/index.ts';
import { isHttp, isTls, parseProtocol } from '../names.ts';
import { bindDefect, isPort, isUnix } from '../parts/bind.ts';
import { hostEntryDefect } from '../parts/host-entry.ts';
import { checkProtocol } from '../parts/protocol.ts';
import { checkServerTls } from '../parts/server-tls.ts';
import { quote, type Report } from '../report.ts';
import { gatewayRules as rules } from '../rules/gateway.ts';

export function checkServer(server: Server, report: Report): void {
  const hosts = server.hosts ?? [];
  if (hosts.length === 0) report(rules.hostsMissing, server, ['hosts'], 'this server has no hosts');
  for (const [i, host] of hosts.entries()) {
    const defect = hostEntryDefect(host, 'gateway');
    if (defect !== null) report(rules.host, server, ['hosts', i], defect);
  }
  const { port, tls, bind = '' } = server;
  let portValid = false;
  if (port === undefined) report(rules.portMissing, server, ['port'], 'this server has no port');
  else {
    portValid = checkPort(port, bind, report);
    if (tls?.httpsRedirect === true && !isHttp(parseProtocol(port.protocol ?? '')))
      report(rules.redirect, tls, ['httpsRedirect'], 'httpsRedirect does nothing on this protocol');
  }
  checkBind(server, report);
  if (tls !== undefined) checkServerTls(tls, report);
  if (port !== undefined && portValid) checkTlsFits(server, port, report);
}

/** True where nothing is wrong with the port itself. */
function checkPort(port: ServerPort, bind: string, report: Report): boolean {
  const { protocol = '', number = 0, name = '', targetPort = 0 } = port;
  const defects = [
    isPort(number) || (number === 0 && isUnix(bind))
      ? null
      : {
          rule: rules.portNumber,
          key: 'number',
          message:
            number === 0
              ? 'this port has no number'
              : `${number} is not a port number (1 to 65535)`,
        },
    targetPort > 0
      ? { rule: rules.targetPort, key: 'targetPort', message: 'a Gateway has no targetPort' }
      : null,
    name === '' ? { rule: rules.portName, key: 'name', message: 'this port has no name' } : null,
  ];
  let valid = checkProtocol(rules.protocol, port, protocol, report);
  for (const defect of defects) {
    if (defect === null) continue;
    valid = false;
    report(defect.rule, port, [defect.key], defect.message);
  }
  return valid;
}

function checkBind(server: Server, report: Report): void {
  const { bind = '', port } = server;
  if (bind === '') return;
  const defect = bindDefect(bind);
  if (defect !== null) report(rules.bind, server, ['bind'], `${quote(bind)} ${defect}`);
  if (isUnix(bind) && (port?.number ?? 0) !== 0)
    report(rules.bind, server, ['bind'], 'a unix socket needs port number 0');
}

/** Whether TLS settings belong to the protocol of the port. */
function checkTlsFits(server: Server, port: ServerPort, report: Report): void {
  const { tls } = server;
  const protocol = parseProtocol(port.protocol ?? '');
  if (isTls(protocol)) {
    if (tls === undefined)
      report(rules.tlsMissing, server, ['tls'], `a server for ${port.protocol} needs tls settings`);
  } else if (tls !== undefined && isHttp(protocol)) {
    const mode = tls.mode ?? 'PASSTHROUGH';
    const files =
      (tls.caCertificates ?? '') + (tls.privateKey ?? '') + (tls.serverCertificate ?? '');
    if ((mode !== 'PASSTHROUGH' && mode !== 'AUTO_PASSTHROUGH') || files !== '')
      report(
        rules.tlsOnHttp,
        server,
        ['tls'],
        `a server for ${port.protocol} has TLS settings beyond a redirect`,
      );
  } else if (tls !== undefined) {
    report(
      rules.tlsOnTcp,
      server,
      ['tls'],
      `a server for ${port.protocol} cannot have tls settings`,
    );
  }
}
