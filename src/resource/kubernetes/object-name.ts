/** Names of objects as the API server takes them: RFC 1123, in small letters. */

const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** Of a namespace, or of one part of a host. */
export function isLabelName(text: string): boolean {
  return text.length <= 63 && label.test(text);
}

/** Of most objects: labels of any length, joined by dots. */
export function isSubdomainName(text: string): boolean {
  return text.length <= 253 && subdomain.test(text);
}
