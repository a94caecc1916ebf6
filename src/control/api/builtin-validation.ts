/** What an API server refuses in names and in the built-in kinds, as far as a mesh depends on it. */
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  numberAt,
  objectAt,
  sameJson,
  stringsAt,
  textAt,
  valueAt,
} from '../json.ts';
import { matchesSelector } from './selector.ts';
import type { Cause } from './status.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const serviceLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const labelKey =
  /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

const selecting: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
]);

/** before: the stored object that this one replaces. */
export function validateObject(
  kind: string,
  object: JsonObject,
  before: JsonObject | undefined,
): readonly Cause[] {
  const causes = [...validateMetadata(kind, object)];
  const spec = objectAt(object, 'spec');
  if (kind === 'Service') causes.push(...validateService(spec, objectAt(before, 'spec')));
  if (kind === 'Pod') causes.push(...validatePodSpec(spec, 'spec'));
  if (selecting.has(kind)) causes.push(...validateTemplated(spec, before));
  return causes;
}

const required = (field: string): Cause => ({
  reason: 'FieldValueRequired',
  message: 'Required value',
  field,
});

const invalidValue = (field: string, value: JsonValue | undefined, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value ?? null)}: ${why}`,
  field,
});

function validateMetadata(kind: string, object: JsonObject): readonly Cause[] {
  const causes: Cause[] = [];
  const name = textAt(object, 'metadata', 'name');
  const [pattern, max] =
    kind === 'Service' ? [serviceLabel, 63] : kind === 'Namespace' ? [label, 63] : [subdomain, 253];
  if (name === '')
    causes.push({
      ...required('metadata.name'),
      message: 'Required value: name or generateName is required',
    });
  else if (!pattern.test(name) || name.length > max)
    causes.push(
      invalidValue(
        'metadata.name',
        name,
        pattern === subdomain
          ? `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', start and end with an alphanumeric character, and be no longer than ${max}`
          : `a lowercase label must consist of lower case alphanumeric characters or '-', start ${pattern === serviceLabel ? 'with a letter' : 'with an alphanumeric character'}, end with an alphanumeric character, and be no longer than ${max}`,
      ),
    );
  for (const [key, value] of Object.entries(objectAt(object, 'metadata', 'labels'))) {
    if (!labelKey.test(key))
      causes.push(invalidValue('metadata.labels', key, 'this is not a label key'));
    if (typeof value !== 'string' || value.length > 63 || !labelValue.test(value))
      causes.push(
        invalidValue(
          'metadata.labels',
          value,
          "a valid label must be an empty string or consist of at most 63 alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        ),
      );
  }
  return causes;
}

function validateService(spec: JsonObject, before: JsonObject): readonly Cause[] {
  const causes: Cause[] = [];
  const type = textAt(spec, 'type');
  if (!['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'].includes(type))
    causes.push(
      invalidValue(
        'spec.type',
        type,
        'supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ),
    );
  if (type === 'ExternalName') {
    if (textAt(spec, 'externalName') === '') causes.push(required('spec.externalName'));
    return causes;
  }
  const ports = listAt(spec, 'ports');
  const clusterIp = textAt(spec, 'clusterIP');
  if (ports.length === 0 && clusterIp !== 'None') causes.push(required('spec.ports'));
  const seen = new Set<string>();
  ports.forEach((port, i) => {
    const at = `spec.ports[${i}]`;
    const name = textAt(port, 'name');
    if (ports.length > 1 && name === '') causes.push(required(`${at}.name`));
    if (name !== '' && !label.test(name))
      causes.push(invalidValue(`${at}.name`, name, 'a port name is a lower-case label'));
    causes.push(...validatePort(valueAt(port, 'port'), `${at}.port`));
    const targetPort = valueAt(port, 'targetPort');
    if (typeof targetPort === 'number')
      causes.push(...validatePort(targetPort, `${at}.targetPort`));
    for (const key of [`name ${name}`, `${textAt(port, 'protocol')} ${numberAt(port, 'port')}`]) {
      if (seen.has(key) && key !== 'name ')
        causes.push({
          reason: 'FieldValueDuplicate',
          message: `Duplicate value: ${JSON.stringify(port)}`,
          field: at,
        });
      seen.add(key);
    }
  });
  const old = textAt(before, 'clusterIP');
  if (old !== '' && clusterIp !== old && textAt(before, 'type') !== 'ExternalName')
    causes.push(invalidValue('spec.clusterIPs[0]', clusterIp, 'may not change once set'));
  return causes;
}

function validatePort(port: JsonValue | undefined, field: string): readonly Cause[] {
  const fine = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535;
  return fine ? [] : [invalidValue(field, port, 'must be between 1 and 65535, inclusive')];
}

function validateTemplated(spec: JsonObject, before: JsonObject | undefined): readonly Cause[] {
  const causes: Cause[] = [];
  const selector = spec.selector;
  const labels = stringsAt(spec, 'template', 'metadata', 'labels');
  if (!isJsonObject(selector) || Object.keys(selector).length === 0)
    causes.push(required('spec.selector'));
  else if (!matchesSelector(selector, labels))
    causes.push(
      invalidValue(
        'spec.template.metadata.labels',
        labels,
        '`selector` does not match template `labels`',
      ),
    );
  if (before !== undefined && !sameJson(valueAt(before, 'spec', 'selector'), selector))
    causes.push(invalidValue('spec.selector', selector, 'field is immutable'));
  const replicas = spec.replicas;
  if (replicas !== undefined && !(typeof replicas === 'number' && replicas >= 0))
    causes.push(invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'));
  else if (typeof replicas === 'number' && replicas > replicasMax)
    causes.push(
      invalidValue('spec.replicas', replicas, `this computer runs at most ${replicasMax} of them`),
    );
  return [...causes, ...validatePodSpec(objectAt(spec, 'template', 'spec'), 'spec.template.spec')];
}

/** Each replica is a real server with real ports. */
const replicasMax = 100;

function validatePodSpec(spec: JsonObject, at: string): readonly Cause[] {
  const causes: Cause[] = [];
  const containers = listAt(spec, 'containers');
  if (containers.length === 0) causes.push(required(`${at}.containers`));
  const seen = new Set<string>();
  containers.forEach((container, i) => {
    const name = textAt(container, 'name');
    const field = `${at}.containers[${i}]`;
    if (name === '') causes.push(required(`${field}.name`));
    else if (!label.test(name))
      causes.push(invalidValue(`${field}.name`, name, 'a container name is a lower-case label'));
    if (seen.has(name))
      causes.push({
        reason: 'FieldValueDuplicate',
        message: `Duplicate value: ${JSON.stringify(name)}`,
        field: `${field}.name`,
      });
    seen.add(name);
    if (textAt(container, 'image') === '') causes.push(required(`${field}.image`));
  });
  return causes;
}
