/** A change to a call as half a sentence: "if the client were in namespace foo". */
import type { CallChange, ConfigChange } from '../expectation/index.ts';

export function changeInWords(change: CallChange): string {
  switch (change.kind) {
    case 'namespace':
      return `if the client were in namespace ${change.namespace}`;
    case 'labels':
      return `if the client had ${labelsInWords(change.labels)}`;
    case 'port':
      return `if it dialled port ${change.port}`;
    case 'address':
      return change.ip === change.subnet
        ? `if it dialled ${change.ip}`
        : `if it dialled an address in ${change.subnet}, say ${change.ip}`;
    case 'sni':
      return `if it asked by TLS for the server name ${change.sni}`;
    case 'protocol':
      return change.protocol === 'tcp'
        ? 'if its first bytes were neither HTTP nor TLS'
        : 'if it opened with a TLS hello';
  }
}

/** An order: "in Gateway a/b …", "put DestinationRule a/b into namespace c". */
export function configChangeInWords({ object, what, order }: ConfigChange): string {
  const name = `${object.kind} ${object.namespace}/${object.name}`;
  return order === undefined ? `in ${name} ${what}` : `${order.verb} ${name} ${order.rest}`;
}

/** `label app=x` or `labels app=x, tier=web`. */
export function labelsInWords(labels: { readonly [key: string]: string }): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return `${pairs.length === 1 ? 'label' : 'labels'} ${pairs.join(', ')}`;
}
