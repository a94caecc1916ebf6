/** A Gateway as a whole (validation.go:ValidateGateway). */
import { type Resource, spanAt } from '../../resource/index.ts';
import { isDnsLabel } from '../names.ts';
import { quote, type Report } from '../report.ts';
import { gatewayRules as rules } from '../rules/gateway.ts';
import { checkServer } from './server.ts';

/** The selector is not checked, nor whether hosts of servers overlap. */
export function checkGateway(resource: Resource<'Gateway'>, report: Report): void {
  const { spec, name, metadata } = resource;
  if (!isDnsLabel(name)) {
    const what =
      name === '' ? 'this Gateway has no name' : `${quote(name)} is not a name for a Gateway`;
    const help = name.includes('.')
      ? { help: `Write it without dots: ${name.replaceAll('.', '-')}.` }
      : {};
    report(rules.name, metadata, ['name'], what, help);
  }
  const servers = spec.servers ?? [];
  if (servers.length === 0) report(rules.servers, spec, ['servers'], 'this Gateway has no servers');
  const portNames = new Map<string, number>();
  for (const [i, server] of servers.entries()) {
    checkServer(server, report);
    const { port } = server;
    const portName = port?.name ?? '';
    if (port === undefined || portName === '') continue;
    const first = portNames.get(portName);
    if (first === undefined) portNames.set(portName, i);
    else if (spec.servers !== undefined)
      report(
        rules.portNameRepeated,
        port,
        ['name'],
        `the port name ${quote(portName)} is given twice`,
        {
          related: [
            { message: 'the first one', span: spanAt(spec.servers, first, 'port', 'name') },
          ],
        },
      );
  }
}
