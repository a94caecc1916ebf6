/** Names that Kubernetes takes for labels, annotations and finalizers. */
import { isSubdomainName } from '../../resource/index.ts';

const qualified = /^[A-Za-z0-9](?:[-\w.]*[A-Za-z0-9])?$/;
const longestName = 63;

/** A name without a prefix; also what the value of a label is. */
export function isPlainName(text: string): boolean {
  return text.length <= longestName && qualified.test(text);
}

/** `name` or `prefix/name` (apimachinery's IsQualifiedName). */
export function isQualifiedName(key: string): boolean {
  const slash = key.indexOf('/');
  if (slash === -1) return isPlainName(key);
  const prefix = key.slice(0, slash);
  return isSubdomainName(prefix) && isPlainName(key.slice(slash + 1));
}
