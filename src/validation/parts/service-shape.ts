/** What the API server asks of a Service, as far as a mesh depends on it (kubernetes pkg/apis/core/validation:ValidateService). */
import {
  isLabelName,
  isSubdomainName,
  type Resource,
  type ServicePort,
} from '../../resource/index.ts';
import { anyOf } from '../../text/index.ts';
import { quote, type Report } from '../report.ts';
import { decodingRules as rules } from '../rules/decoding.ts';
import { isPort } from './bind.ts';

const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];
const transports = ['TCP', 'UDP', 'SCTP'];
const longestPortName = 15;

type Refuse = (
  value: Parameters<Report>[1],
  keys: readonly (string | number)[],
  message: string,
  help?: string,
) => void;

export function checkServiceShape(resource: Resource<'Service'>, report: Report): void {
  const refuse: Refuse = (value, keys, message, help) =>
    report(rules.serviceRefused, value, keys, message, help === undefined ? {} : { help });
  const { spec } = resource;
  const { type = '', externalName = '', clusterIP, ports } = spec;
  if (type !== '' && !types.includes(type))
    refuse(spec, ['type'], `${quote(type)} is no type of a Service`, `Use ${anyOf(types, 4)}.`);
  if (type === 'ExternalName') {
    if (!isSubdomainName(externalName.replace(/\.$/, '')))
      refuse(
        spec,
        spec.externalName === undefined ? [] : ['externalName'],
        externalName === ''
          ? 'a Service of type ExternalName needs an externalName'
          : `the externalName ${quote(externalName)} is no DNS name`,
        'Write the name in lower case, such as db.example.com.',
      );
  } else if ((ports ?? []).length === 0 && clusterIP !== 'None')
    refuse(
      spec,
      ports === undefined ? [] : ['ports'],
      'a Service needs a port, unless it is headless',
    );
  checkPorts(ports ?? [], refuse);
}

function checkPorts(ports: readonly ServicePort[], refuse: Refuse): void {
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const port of ports) {
    const { name = '', port: number = 0, protocol = '', targetPort } = port;
    checkName(port, ports.length, names, refuse);
    if (!isPort(number))
      refuse(
        port,
        port.port === undefined ? [] : ['port'],
        `${number} is no port`,
        'Write a number from 1 to 65535.',
      );
    if (protocol !== '' && !transports.includes(protocol))
      refuse(
        port,
        ['protocol'],
        `${quote(protocol)} is no transport of a Service`,
        `Use ${anyOf(transports)}; what is spoken is said by the name of the port.`,
      );
    const reason = targetDefect(targetPort);
    if (reason !== null)
      refuse(
        port,
        ['targetPort'],
        reason,
        'Write a number, without quotes, or the name of a port of the container.',
      );
    const key = `${protocol || 'TCP'} ${number}`;
    if (numbers.has(key) && isPort(number))
      refuse(
        port,
        ['port'],
        `two ports of the Service have the number ${number}`,
        'Give each a number of its own.',
      );
    numbers.add(key);
    if (name !== '') names.add(name);
  }
}

function checkName(
  port: ServicePort,
  count: number,
  before: ReadonlySet<string>,
  refuse: Refuse,
): void {
  const { name = '' } = port;
  if (name === '') {
    if (count > 1)
      refuse(
        port,
        port.name === undefined ? [] : ['name'],
        'of several ports each needs a name',
        'Name the port <protocol> or <protocol>-<suffix>, for example tcp-db.',
      );
  } else if (!isLabelName(name))
    refuse(
      port,
      ['name'],
      `the port name ${quote(name)} is no DNS label`,
      'Use lower case letters, digits and -, at most 63.',
    );
  else if (before.has(name))
    refuse(
      port,
      ['name'],
      `two ports of the Service are named ${name}`,
      'Give each a name of its own.',
    );
}

/** Unset, or null of text: the port itself. */
function targetDefect(target: ServicePort['targetPort']): string | null {
  if (target === undefined || target === 0 || target === '') return null;
  if (typeof target === 'number') return isPort(target) ? null : `${target} is no port`;
  if (target.length > longestPortName)
    return `the targetPort ${quote(target)} is longer than the ${longestPortName} characters that a name of a port may have`;
  const fine = /^[a-z0-9](?:-?[a-z0-9])*$/.test(target) && /[a-z]/.test(target);
  return fine ? null : `the targetPort ${quote(target)} is neither a number nor a name of a port`;
}
