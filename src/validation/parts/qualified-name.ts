/** Names that Kubernetes takes for labels, annotations and finalizers. */

import { isSubdomainName } from '../../resource/index.ts';
import { splitAtSlash } from '../../text/index.ts';

const qualified = /^[A-Za-z0-9](?:[-\w.]*[A-Za-z0-9])?$/;
const longestName = 63;

/** A name without a prefix; also what the value of a label is. */
export function isPlainName(text: string): boolean {
  return text.length <= longestName && qualified.test(text);
}

/** `name` or `prefix/name` (apimachinery's IsQualifiedName). */
export function isQualifiedName(key: string): boolean {
  const [prefix, name] = splitAtSlash(key);
  return (prefix === undefined || isSubdomainName(prefix)) && isPlainName(name);
}
