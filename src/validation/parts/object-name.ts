/** metadata.name as the API server takes it; Istio's own validation looks at a Gateway's only. */
import { isSubdomainName, type Resource } from '../../resource/index.ts';
import { quote, type Report } from '../report.ts';
import { decodingRules as rules } from '../rules/decoding.ts';

/** True where the API server takes the name. */
export function checkObjectName({ name, metadata, problems }: Resource, report: Report): boolean {
  const generated = (metadata.generateName ?? '') !== '';
  if (name === '' ? generated : isSubdomainName(name)) return true;
  // A name of another type is told by the decoder.
  if (name === '' && problems.some(({ path }) => path === 'metadata.name')) return false;
  const what =
    name === ''
      ? 'this object has no name'
      : name.length > 253
        ? `the name has ${name.length} characters, 253 are allowed`
        : `${quote(name)} is not a name that Kubernetes takes`;
  report(rules.objectName, metadata, ['name'], what);
  return false;
}
