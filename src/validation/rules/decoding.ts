/** Rules about decoding, the API server's schema, and what all kinds share: TCM0101 to TCM0199. */
import type { RuleMeta } from '../../diagnostic/index.ts';
import { caution, own, refusal } from './define.ts';

export const decodingRules = {
  unknownField: own('TCM0101', 'unknown-field', 'error', true, {
    summary: 'A field is not one of the resource.',
    why: '`istioctl validate` and a strict kubectl refuse it; without strictness it is dropped silently and what it should do does not happen.',
    help: 'Correct the name, or move the field to where it belongs.',
  }),
  snakeCase: own('TCM0102', 'snake-case-field', 'error', false, {
    summary: 'A field is written with underscores.',
    why: '`istioctl validate` takes it, but the API server does not know it: `kubectl apply` refuses the object or drops the field.',
    help: 'Write it in camelCase.',
  }),
  wrongType: own('TCM0103', 'wrong-type', 'error', true, {
    summary: 'A value has the wrong type.',
    why: 'Istio cannot decode the resource, and the API server refuses it.',
    help: 'Give a value of the type that the field takes.',
  }),
  unknownValue: own('TCM0104', 'unknown-value', 'error', true, {
    summary: 'A value is none of the names that a field knows.',
    why: 'Istio cannot decode the resource, and the API server refuses it.',
    help: 'Use one of the known names.',
  }),
  outOfRange: own('TCM0105', 'number-out-of-range', 'error', true, {
    summary: 'A number does not fit into its field.',
    why: 'Istio cannot decode the resource, and the API server refuses it.',
    help: 'Give a number that fits.',
  }),
  notADuration: own('TCM0106', 'not-a-duration', 'error', true, {
    summary: 'A value is not a duration.',
    why: 'Istio cannot decode the resource.',
    help: 'Write a number with its unit: 10s, 1m30s, 250ms.',
  }),
  notBase64: own('TCM0107', 'not-base64', 'error', true, {
    summary: 'Bytes are not written in base64.',
    why: 'Istio cannot decode the resource.',
    help: 'Encode the bytes in base64, or use the text field.',
  }),
  topLevelField: own('TCM0108', 'top-level-field', 'error', true, {
    summary: 'A field stands beside `apiVersion`, kind, metadata, spec and status.',
    why: '`istioctl validate` refuses it and looks no further; usually something slipped out of spec by its indentation.',
    help: 'Indent it under spec if it belongs there, or remove it.',
  }),
  tooMany: own('TCM0109', 'too-many-problems', 'error', true, {
    summary: 'A resource has so many problems that the rest is left out.',
    why: 'A report that nobody can read helps nobody. It is as grave as the gravest that is left out, and graver ones are shown first.',
    help: 'Mend the first ones and run again.',
  }),
  objectName: own('TCM0120', 'object-name', 'error', false, {
    summary: '`metadata.name` is missing or not a name that Kubernetes takes.',
    why: 'The API server refuses the object; `istioctl validate` does not look at it.',
    help: 'Use small letters, digits, - and ., starting and ending with a letter or digit, 253 at most.',
  }),
  apiServerType: own('TCM0121', 'api-server-type', 'error', false, {
    summary: 'A value is of a type that only istioctl takes.',
    why: 'Istio decodes texts as numbers and numbers as names of an enumeration; the API server does not, so `kubectl apply` fails.',
    help: 'Write the value in the type of its field.',
  }),
  apiServerRequired: own('TCM0122', 'required-field', 'error', false, {
    summary: 'A field that the API server requires is missing.',
    why: '`kubectl apply` refuses the object.',
    help: 'Add the field.',
  }),
  apiServerLimit: own('TCM0123', 'schema-limit', 'error', false, {
    summary:
      'A value is beyond what the schema in the cluster allows: too small, too large, too long, too many.',
    why: '`istioctl validate` passes it, `kubectl apply` refuses it.',
    help: 'Stay within the limit.',
  }),
  apiServerOneOf: own('TCM0124', 'one-of', 'error', false, {
    summary: 'Fields that exclude each other are given together.',
    why: 'The API server refuses the object; Istio itself would silently use the last of them.',
    help: 'Keep one of them.',
  }),
  apiServerUnique: own('TCM0125', 'list-key-repeated', 'error', false, {
    summary: 'Two elements of a list have the same key.',
    why: 'The API server refuses the object.',
    help: 'Give each element a key of its own.',
  }),
  apiServerRule: own('TCM0126', 'schema-rule', 'error', false, {
    summary: 'A validation expression of the resource definition fails.',
    why: '`kubectl apply` refuses the object.',
    help: 'Change the value as the message says.',
  }),
  meaninglessNull: own('TCM0127', 'meaningless-null', 'warning', false, {
    summary: 'A field is given without a value (null).',
    why: 'A live API server drops it silently, a strict check of the schema refuses the object, Istio takes it as not given (in a map as an empty text). tcpmesh counts the object as refused.',
    help: 'Give a value, or remove the field.',
  }),
  nullInList: own('TCM0128', 'null-in-list', 'error', false, {
    summary: 'An element of a list is empty (null).',
    why: 'The API server refuses the object; Istio takes the element as one without fields.',
    help: 'Remove the `-`, or give the element its fields.',
  }),
  nativeType: own('TCM0129', 'native-type', 'error', false, {
    summary: 'A value of a Kubernetes object has the wrong type.',
    why: 'The API server refuses the object.',
    help: 'Give a value of the type that the field takes.',
  }),
  objectMetadata: own('TCM0130', 'object-metadata', 'error', false, {
    summary: 'A field, label, annotation or namespace in `metadata` is none that Kubernetes takes.',
    why: '`kubectl apply` refuses the object; `istioctl validate` does not look at it.',
    help: 'Labels and annotations: letters, digits, -, _ and ., starting and ending with a letter or digit, 63 at most; a key may have a DNS prefix before one slash.',
  }),
  forbiddenAnnotation: own('TCM0150', 'forbidden-annotation', 'error', true, {
    summary: 'An annotation that only Istio itself may set, or one that this kind does not take.',
    why: 'The webhook refuses the object for it and looks no further.',
    help: 'Remove the annotation.',
  }),
  labels: refusal('TCM0151', 'label-syntax', 'labels/instance.go:Validate', {
    summary: 'A label key or value is malformed.',
    why: 'No pod can carry such a label, so Istio refuses the resource.',
    help: 'Use letters, digits, -, _ and ., starting and ending with a letter or digit; a key may have a DNS prefix before one slash.',
  }),
  exportTo: refusal('TCM0152', 'export-to', 'validation.go:validateExportTo', {
    summary:
      '`exportTo` names something that is not a namespace, the same twice, or everything beside something.',
    why: 'Istio refuses the resource.',
    help: 'Use "." for the own namespace, "*" alone for all, or names of namespaces.',
  }),
  duration: refusal('TCM0153', 'duration-range', 'validation.go:ValidateDuration', {
    summary: 'A duration is below 1ms or not in whole milliseconds.',
    why: 'Istio refuses the resource.',
    help: 'Give at least 1ms, in whole milliseconds.',
  }),
  emptySelector: caution(
    'TCM0154',
    'selector-without-labels',
    'validation.go:validateWorkloadSelector',
    {
      summary: 'A workload selector has no labels.',
      why: 'It selects every workload of the namespace, as if it were not there.',
      help: 'Give it labels, or remove it.',
    },
  ),
  selectorLabels: refusal('TCM0155', 'selector-labels', 'validation.go:validateWorkloadSelector', {
    summary: 'A workload selector has an empty key or a wildcard.',
    why: 'Labels of selectors are compared by equality, so Istio refuses it.',
    help: 'Name the label and its value in full.',
  }),
  serviceShape: own('TCM0161', 'service-shape', 'error', true, {
    summary: 'A Service has no spec, or its ports have another shape than they must.',
    why: '`istioctl validate` crashes on it, and the API server refuses the object.',
    help: 'Write spec.ports as a list of maps whose names and protocols are texts.',
  }),
  endpointsShape: own('TCM0162', 'endpoints-shape', 'error', false, {
    summary: 'An EndpointSlice or Endpoints says what Kubernetes does not take.',
    why: 'The API server refuses the object, so its Service gets no endpoint from it.',
    help: 'Change the value as the message says.',
  }),
  serviceRefused: own('TCM0163', 'service-refused', 'error', false, {
    summary: 'A Service says what Kubernetes does not take.',
    why: 'The API server refuses the object, so there is no such Service in a cluster.',
    help: 'Change the value as the message says.',
  }),
  servicePortName: {
    code: 'TCM0160',
    name: 'service-port-protocol',
    severity: 'warning',
    summary: 'A Service port does not say its protocol in its name or `appProtocol`.',
    why: '`istioctl validate` refuses the file for it (exit 1). A cluster stores the Service, and Istio then finds out the protocol from the first bytes, or treats the port as TCP.',
    help: 'Name the port <protocol> or <protocol>-<suffix>, for example tcp-echo, or set `appProtocol`.',
    istio: { rejects: true, code: null, source: 'istioctl/pkg/validate/validate.go' },
  },
} as const satisfies { readonly [name: string]: RuleMeta };
