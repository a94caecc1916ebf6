/** The expressions (x-kubernetes-validations) of Istio's resource definitions, by the names that the field tables give them. */
import type { SchemaRule } from '../../resource/index.ts';
import { below, isNull, type YamlNode } from '../../yaml/index.ts';

/** keys: from the node that has the rule to what breaks it. */
export type BrokenRule = {
  readonly message: string;
  readonly node: YamlNode;
  readonly keys: readonly (string | number)[];
};

/** The rules that `node` breaks. A rule on a value of the wrong type is not run. */
export function brokenRules(names: readonly SchemaRule[], node: YamlNode): BrokenRule[] {
  return names.flatMap((name) => checks[name](node) ?? []);
}

type Check = (node: YamlNode) => BrokenRule | BrokenRule[] | null;

const checks: { readonly [name in SchemaRule]: Check } = {
  'address-or-network': (node) =>
    given(node, 'address') === undefined && given(node, 'network') === undefined
      ? broken(node, ['address'], 'address or network is needed')
      : null,
  'cidr-needs-none-or-static': (node) => {
    const resolution = textOf(given(node, 'resolution')) ?? 'NONE';
    if (resolution === 'NONE' || resolution === 'STATIC') return null;
    return itemsOf(given(node, 'addresses')).flatMap((address, i) =>
      textOf(address)?.includes('/') === true
        ? [
            {
              node: address,
              keys: ['addresses', i],
              message: `a subnet does not go with resolution ${resolution}`,
            },
          ]
        : [],
    );
  },
  'credential-name-or-names': (node) => both(node, 'credentialName', 'credentialNames'),
  'credential-names-or-tls-certificates': (node) =>
    both(node, 'tlsCertificates', 'credentialNames'),
  'no-empty-key': (node) => badKey(node, (key) => key === '', 'a key is empty'),
  'no-wildcard': (node) =>
    textOf(node)?.includes('*') === true
      ? broken(node, [], 'wildcards do not work in selectors')
      : null,
  'no-wildcard-key': (node) =>
    badKey(node, (key) => key.includes('*'), 'wildcards do not work in selectors'),
  'none-without-endpoints': (node) => {
    const endpoints = given(node, 'endpoints');
    const none = (textOf(given(node, 'resolution')) ?? 'NONE') === 'NONE';
    return none && endpoints !== undefined
      ? {
          node: endpoints,
          keys: ['endpoints'],
          message: 'endpoints do not go with resolution NONE',
        }
      : null;
  },
  'not-star': (node) =>
    textOf(node) === '*' ? broken(node, [], 'the host * is not allowed here') : null,
  'port-names': (node) =>
    badKey(
      node,
      (key) => key.length >= 63 || !/^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(key),
      'the name of a port takes letters, digits and -, 62 at most',
    ),
  'port-range': (node) => {
    const value = node.kind === 'scalar' ? node.value : null;
    if (typeof value !== 'number' || (value > 0 && value <= 65_535)) return null;
    return broken(node, [], `${value} is not a port number (1 to 65535)`);
  },
  'round-robin-one-endpoint': (node) => {
    const endpoints = given(node, 'endpoints');
    return textOf(given(node, 'resolution')) === 'DNS_ROUND_ROBIN' && itemsOf(endpoints).length > 1
      ? {
          node: endpoints ?? node,
          keys: ['endpoints'],
          message: 'DNS_ROUND_ROBIN takes one endpoint',
        }
      : null;
  },
  'uds-absolute': (node) => {
    const text = textOf(node) ?? '';
    const relative = text.startsWith('unix://') && !'/@'.includes(text[7] ?? ' ');
    return relative ? broken(node, [], 'the path of a socket must be absolute') : null;
  },
  'uds-not-a-folder': (node) => {
    const text = textOf(node) ?? '';
    return text.startsWith('unix://') && text.endsWith('/')
      ? broken(node, [], 'the path of a socket cannot end in a slash')
      : null;
  },
  'uds-without-ports': (node) => {
    const ports = given(node, 'ports');
    return textOf(given(node, 'address'))?.startsWith('unix://') === true && ports !== undefined
      ? { node: ports, keys: ['ports'], message: 'a unix socket has no ports' }
      : null;
  },
  'unique-port-numbers': (node) => {
    const seen = new Set<unknown>();
    return itemsOf(node).flatMap((item, i) => {
      const number = given(item, 'number');
      const value = number?.kind === 'scalar' ? number.value : null;
      if (number === undefined || value === null) return [];
      if (!seen.has(value)) {
        seen.add(value);
        return [];
      }
      return [{ node: number, keys: [i, 'number'], message: `the port ${value} is given twice` }];
    });
  },
  'workload-selector-or-endpoints': (node) => both(node, 'workloadSelector', 'endpoints'),
};

/** A field with a value; null counts as none. */
function given(node: YamlNode, key: string): YamlNode | undefined {
  const value = below(node, key);
  return value === undefined || isNull(value) ? undefined : value;
}

function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

function broken(node: YamlNode, keys: BrokenRule['keys'], message: string): BrokenRule {
  return { node, keys, message };
}

function both(node: YamlNode, first: string, second: string): BrokenRule | null {
  const later = given(node, second);
  if (given(node, first) === undefined || later === undefined) return null;
  return { node: later, keys: [second], message: `${second} does not go with ${first}` };
}

function badKey(
  node: YamlNode,
  isBad: (key: string) => boolean,
  message: string,
): BrokenRule | null {
  const entry = node.kind === 'map' ? node.entries.find(({ key }) => isBad(key)) : undefined;
  return entry === undefined ? null : { node: entry.keyNode, keys: [entry.key], message };
}
