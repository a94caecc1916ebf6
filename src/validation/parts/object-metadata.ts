/** The rest of an object's metadata as the API server takes it; Istio's own validation does not look at it. */
import { at, isLabelName, type Placed, type Resource } from '../../resource/index.ts';
import { closest } from '../../text/index.ts';
import { quote, type Report } from '../report.ts';
import { decodingRules as rules } from '../rules/decoding.ts';
import { isPlainName, isQualifiedName } from './qualified-name.ts';
import { systemMetadata } from './system-metadata.ts';

const fields = new Set([
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
]);

const mostAnnotations = 256 * 1024;

/** True where the API server takes namespace, labels, annotations and the names of the fields. */
export function checkObjectMetadata({ metadata }: Resource, report: Report): boolean {
  let fine = true;
  const refuse: Report = (...args) => {
    fine = false;
    report(...args);
  };
  checkFields(metadata, refuse);
  const { namespace = '', labels, annotations } = metadata;
  if (namespace !== '' && !isLabelName(namespace))
    refuse(
      rules.objectMetadata,
      metadata,
      ['namespace'],
      `${quote(namespace)} is not a name for a namespace`,
      {
        help: 'Use small letters, digits and -, starting and ending with a letter or digit, 63 at most.',
      },
    );
  if (labels !== undefined) checkLabels(labels, refuse);
  if (annotations !== undefined) checkAnnotationKeys(metadata, annotations, refuse);
  return fine;
}

/** Their names, for kubectl asks for strict fields, and what the cluster's own ones hold. */
function checkFields(metadata: Placed, refuse: Report): void {
  const { node } = metadata[at];
  if (node.kind !== 'map') return;
  for (const { key, value } of node.entries) {
    if (fields.has(key)) {
      const wrong = systemMetadata.get(key)?.(value) ?? null;
      if (wrong !== null) refuse(rules.objectMetadata, metadata, [key], wrong);
      continue;
    }
    const absent = [...fields].filter((name) => !node.entries.some((entry) => entry.key === name));
    const meant = closest(key, absent);
    refuse(rules.objectMetadata, metadata, [key], `metadata has no field ${quote(key)}`, {
      onKey: true,
      ...(meant === null ? {} : { help: `Did you mean ${meant}?` }),
    });
  }
}

type TextMap = { readonly [key: string]: string } & Placed;

function checkLabels(labels: TextMap, refuse: Report): void {
  for (const [key, value] of Object.entries(labels)) {
    if (!isQualifiedName(key))
      refuse(rules.objectMetadata, labels, [key], `${quote(key)} is not a label key`, {
        onKey: true,
      });
    if (value !== '' && !isPlainName(value))
      refuse(rules.objectMetadata, labels, [key], `${quote(value)} is not a label value`);
  }
}

function checkAnnotationKeys(metadata: Placed, annotations: TextMap, refuse: Report): void {
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    size += key.length + value.length;
    if (!isQualifiedName(key.toLowerCase()))
      refuse(rules.objectMetadata, annotations, [key], `${quote(key)} is not an annotation key`, {
        onKey: true,
      });
  }
  if (size > mostAnnotations)
    refuse(
      rules.objectMetadata,
      metadata,
      ['annotations'],
      `the annotations have ${size} characters, ${mostAnnotations} are allowed`,
    );
}
