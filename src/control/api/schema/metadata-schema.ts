/** Shapes that every kind shares: metadata, selectors, conditions. */
import {
  any,
  bool,
  fields,
  integer,
  list,
  mergeList,
  object,
  text,
  textMap,
  texts,
} from './schema.ts';

export const objectMeta = object('ObjectMeta', {
  ...fields(
    text,
    'name',
    'generateName',
    'namespace',
    'selfLink',
    'uid',
    'resourceVersion',
    'creationTimestamp',
    'deletionTimestamp',
  ),
  ...fields(integer, 'generation', 'deletionGracePeriodSeconds'),
  ...fields(textMap, 'labels', 'annotations'),
  ownerReferences: mergeList(
    object('OwnerReference', {
      ...fields(text, 'apiVersion', 'kind', 'name', 'uid'),
      ...fields(bool, 'controller', 'blockOwnerDeletion'),
    }),
    'uid',
  ),
  finalizers: mergeList(text, ''),
  managedFields: list(any),
});

export const labelSelector = object('LabelSelector', {
  matchLabels: textMap,
  matchExpressions: list(
    object('LabelSelectorRequirement', { ...fields(text, 'key', 'operator'), values: texts }),
  ),
});

export const conditions = mergeList(
  object('Condition', {
    ...fields(
      text,
      'type',
      'status',
      'reason',
      'message',
      'lastProbeTime',
      'lastTransitionTime',
      'lastUpdateTime',
    ),
    observedGeneration: integer,
  }),
  'type',
);
