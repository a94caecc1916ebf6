/** Label and field selectors, as lists and watches take them. */
import { type JsonValue, stringsAt, textAt, valueAt } from '../json.ts';
import type { StoredObject } from '../stored-object.ts';
import { ApiError } from './status.ts';

export type Matches = (object: StoredObject) => boolean;

export const everything: Matches = () => true;

const partsMax = 200;

/** `a=b, a!=b, a in (x,y), a notin (x), a, !a`; all of them must hold. */
export function parseLabelSelector(text: string): Matches {
  const requirements = splitRequirements(text).map(labelRequirement);
  return (object) => {
    const labels = stringsAt(object.metadata, 'labels');
    return requirements.every((holds) => holds(labels));
  };
}

type Labels = Readonly<Record<string, string>>;

function labelRequirement(text: string): (labels: Labels) => boolean {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    checkKey(key, text);
    const values = list.split(',').map((value) => value.trim());
    return operator === 'in'
      ? (labels) => Object.hasOwn(labels, key) && values.includes(labels[key] ?? '')
      : (labels) => !Object.hasOwn(labels, key) || !values.includes(labels[key] ?? '');
  }
  const equality = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(text);
  if (equality !== null) {
    const [, key = '', operator, value = ''] = equality;
    checkKey(key, text);
    return operator === '!='
      ? (labels) => labels[key] !== value
      : (labels) => labels[key] === value;
  }
  const absent = text.startsWith('!');
  const key = absent ? text.slice(1).trim() : text;
  checkKey(key, text);
  return absent ? (labels) => !Object.hasOwn(labels, key) : (labels) => Object.hasOwn(labels, key);
}

function checkKey(key: string, text: string): void {
  if (!/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(key))
    throw new ApiError('BadRequest', `unable to parse requirement: ${JSON.stringify(text)}`);
}

/** At commas outside parentheses. */
function splitRequirements(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= text.length; i += 1) {
    const char = text[i];
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === undefined || (char === ',' && depth === 0)) {
      const part = text.slice(from, i).trim();
      if (part !== '') parts.push(part);
      from = i + 1;
    }
  }
  if (depth !== 0 || parts.length > partsMax)
    throw new ApiError(
      'BadRequest',
      `unable to parse selector ${JSON.stringify(text.slice(0, 200))}`,
    );
  return parts;
}

/** Fields beside metadata.name and metadata.namespace that an API server can select by. */
const fields: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
  ],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Namespace: ['status.phase'],
  ReplicaSet: ['status.replicas'],
  Service: ['spec.clusterIP', 'spec.type'],
  Secret: ['type'],
  Node: ['spec.unschedulable'],
};

/** `metadata.name=x,status.phase!=Running`; all of them must hold. */
export function parseFieldSelector(text: string, kind: string): Matches {
  const requirements = splitRequirements(text).map((part) => {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part);
    if (match === null)
      throw new ApiError(
        'BadRequest',
        `invalid selector: ${JSON.stringify(part)}; can't understand it`,
      );
    const [, field = '', operator, value = ''] = match;
    const known =
      field === 'metadata.name' ||
      field === 'metadata.namespace' ||
      fields[kind]?.includes(field) === true;
    if (!known) throw new ApiError('BadRequest', `field label not supported: ${field}`);
    const path = field === 'source' ? ['source', 'component'] : field.split('.');
    return (object: StoredObject) =>
      (scalarText(valueAt(object, ...path)) === value) === (operator !== '!=');
  });
  return (object) => requirements.every((holds) => holds(object));
}

function scalarText(value: JsonValue | undefined): string {
  return typeof value === 'string'
    ? value
    : value === undefined || value === null
      ? ''
      : String(value);
}

/** A selector of a workload kind: matchLabels and matchExpressions. An absent one matches nothing. */
export function matchesSelector(selector: JsonValue | undefined, labels: Labels): boolean {
  if (selector === undefined || selector === null) return false;
  const wanted = Object.entries(stringsAt(selector, 'matchLabels'));
  if (!wanted.every(([key, value]) => labels[key] === value)) return false;
  const expressions = valueAt(selector, 'matchExpressions');
  if (!Array.isArray(expressions)) return true;
  return expressions.every((expression: JsonValue) => {
    const key = textAt(expression, 'key');
    const values = valueAt(expression, 'values');
    const listed = Array.isArray(values) && values.includes(labels[key] ?? '');
    const present = Object.hasOwn(labels, key);
    switch (textAt(expression, 'operator')) {
      case 'In':
        return present && listed;
      case 'NotIn':
        return !present || !listed;
      case 'Exists':
        return present;
      case 'DoesNotExist':
        return !present;
      default:
        return false;
    }
  });
}
