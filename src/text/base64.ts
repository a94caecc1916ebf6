/** Base64 as Go's decoder takes it: padded, line breaks do not count. */

export function isBase64(code: string): boolean {
  const digits = digitsOf(code);
  return digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits);
}

function digitsOf(code: string): string {
  return code.replace(/[\r\n]/g, '');
}

/** The bytes behind it, null where it is not base64. */
export function bytesOfBase64(code: string): Uint8Array | null {
  if (!isBase64(code)) return null;
  const digits = digitsOf(code);
  return Uint8Array.from(atob(digits), (byte) => byte.charCodeAt(0));
}
