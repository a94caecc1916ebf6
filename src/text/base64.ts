/** Base64 as Go's decoder takes it: padded, line breaks do not count. */

/** The bytes behind it, null where it is not base64. */
export function bytesOfBase64(code: string): Uint8Array | null {
  const digits = code.replace(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return null;
  return Uint8Array.from(atob(digits), (byte) => byte.charCodeAt(0));
}
