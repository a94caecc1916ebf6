/**
 * The metadata that a cluster writes and that people copy along with an object: the API server takes values of the right shape only
 * (`objectmeta.GetObjectMeta`, `apimachinery validation.ValidateObjectMeta`).
 */
import { isSubdomainName } from '../../resource/index.ts';
import { entryOf, isNull, type MapNode, type YamlNode } from '../../yaml/index.ts';
import { quote } from '../report.ts';
import { isQualifiedName } from './qualified-name.ts';

/** What is wrong with the value, null where nothing is. */
type Check = (value: YamlNode) => string | null;

const textOf = (node: YamlNode): string | null =>
  node.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;

const text: Check = (value) =>
  isNull(value) || textOf(value) !== null ? null : 'this takes a text: quote it';

const integer: Check = (value) =>
  isNull(value) || (value.kind === 'scalar' && Number.isInteger(value.value))
    ? null
    : 'this takes a whole number';

const generation: Check = (value) =>
  value.kind === 'scalar' && typeof value.value === 'number' && value.value < 0
    ? 'this cannot be below 0'
    : integer(value);

/** A name goes on behind it: of a dash at its end apimachinery's maskTrailingDash takes away one character more. */
const generateName: Check = (value) => {
  const written = textOf(value) ?? '';
  // A value of another type is told by the decoder.
  const dashed = written.length > 1 && written.endsWith('-');
  const name = dashed ? `${written.slice(0, -2)}a` : written;
  if (name === '' || isSubdomainName(name)) return null;
  return `${quote(written)} is not the beginning of a name that Kubernetes takes`;
};

const list: Check = (value) =>
  isNull(value) || value.kind === 'list' ? null : 'this takes a list';

const time: Check = (value) => {
  const written = textOf(value);
  // A value of another type is told by the decoder.
  if (written === null || isTime(written)) return null;
  return `${quote(written)} is not a time such as 2024-05-01T12:00:00Z`;
};

const timeShape =
  /^\d{4}-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** RFC 3339. */
function isTime(written: string): boolean {
  if (!timeShape.test(written)) return false;
  const day = written.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

const finalizers: Check = (value) => {
  if (value.kind !== 'list') return list(value);
  const names = value.items.map(textOf);
  const odd = names.find((name) => name === null || !isQualifiedName(name));
  if (odd !== undefined) return `${odd === null ? 'one of these' : quote(odd)} is not a finalizer`;
  return names.includes('orphan') && names.includes('foregroundDeletion')
    ? 'orphan and foregroundDeletion exclude each other'
    : null;
};

const owners: Check = (value) => {
  if (value.kind !== 'list') return list(value);
  let controllers = 0;
  for (const item of value.items) {
    if (item.kind !== 'map') return 'an owner is a map of fields';
    const wrong = ownerProblem(item);
    if (wrong !== null) return wrong;
    if (fieldOf(item, 'controller') === true) controllers++;
  }
  return controllers > 1 ? 'only one owner can be the controller' : null;
};

const needed = ['apiVersion', 'kind', 'name', 'uid'];

function ownerProblem(owner: MapNode): string | null {
  for (const { key, value } of owner.entries) {
    if (
      needed.includes(key) ? textOf(value) === null && !isNull(value) : !isOwnerSwitch(key, value)
    )
      return `${quote(key)} of an owner has the wrong type, or is no field of it`;
  }
  const missing = needed.find((key) => (fieldOf(owner, key) ?? '') === '');
  if (missing !== undefined) return `an owner lacks ${missing}`;
  const [apiVersion, kind] = [fieldOf(owner, 'apiVersion'), fieldOf(owner, 'kind')];
  return apiVersion === 'v1' && kind === 'Event' ? 'an Event cannot be an owner' : null;
}

const isOwnerSwitch = (key: string, value: YamlNode): boolean =>
  (key === 'controller' || key === 'blockOwnerDeletion') &&
  value.kind === 'scalar' &&
  (value.value === null || typeof value.value === 'boolean');

function fieldOf(map: MapNode, key: string): string | number | boolean | null {
  const value = entryOf(map, key)?.value;
  return value?.kind === 'scalar' ? value.value : null;
}

export const systemMetadata: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['uid', text],
  ['resourceVersion', text],
  ['selfLink', text],
  ['generateName', generateName],
  ['generation', generation],
  ['deletionGracePeriodSeconds', integer],
  ['creationTimestamp', time],
  ['deletionTimestamp', time],
  ['finalizers', finalizers],
  ['ownerReferences', owners],
  ['managedFields', list],
]);
