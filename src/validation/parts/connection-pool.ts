/** Connection limits and timeouts (validation.go:validateConnectionPool). */
import {
  type ConnectionPoolSettings,
  type HttpSettings,
  httpLimits,
  type TcpSettings,
} from '../../resource/index.ts';
import type { Report } from '../report.ts';
import { destinationRuleRules as rules } from '../rules/destination-rule.ts';
import { checkDuration } from './duration.ts';

export function checkConnectionPool(
  pool: ConnectionPoolSettings | undefined,
  report: Report,
): void {
  if (pool === undefined) return;
  if (pool.tcp === undefined && pool.http === undefined)
    report(rules.emptyPool, pool, [], 'this connection pool has neither tcp nor http');
  if (pool.tcp !== undefined) checkTcp(pool.tcp, report);
  if (pool.http !== undefined) checkHttp(pool.http, report);
}

function checkTcp(tcp: TcpSettings, report: Report): void {
  if ((tcp.maxConnections ?? 0) < 0)
    report(rules.negativeLimit, tcp, ['maxConnections'], `maxConnections is ${tcp.maxConnections}`);
  checkDuration(tcp, 'connectTimeout', tcp.connectTimeout, report);
  checkDuration(tcp, 'maxConnectionDuration', tcp.maxConnectionDuration, report);
  // Less than 1ms switches the timeout off.
  if (Math.abs(tcp.idleTimeout ?? 0) >= 1)
    checkDuration(tcp, 'idleTimeout', tcp.idleTimeout, report);
  const { tcpKeepalive } = tcp;
  if (tcpKeepalive === undefined) return;
  checkDuration(tcpKeepalive, 'time', tcpKeepalive.time, report);
  checkDuration(tcpKeepalive, 'interval', tcpKeepalive.interval, report);
}

function checkHttp(http: HttpSettings, report: Report): void {
  for (const limit of httpLimits) {
    if ((http[limit] ?? 0) < 0)
      report(rules.negativeLimit, http, [limit], `${limit} is ${http[limit]}`);
  }
  checkDuration(http, 'idleTimeout', http.idleTimeout, report);
  if (http.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol === true)
    report(
      rules.upgradeConflict,
      http,
      ['useClientProtocol'],
      'useClientProtocol stands beside UPGRADE',
    );
  const keepAlive = http.http2KeepAlive;
  if (keepAlive === undefined) return;
  for (const field of ['interval', 'timeout'] as const) {
    if (keepAlive[field] === undefined)
      report(rules.keepAlive, keepAlive, [field], `http2KeepAlive has no ${field}`);
    checkDuration(keepAlive, field, keepAlive[field], report);
  }
}
