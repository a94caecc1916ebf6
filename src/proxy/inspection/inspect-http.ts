/**
 * Says whether first bytes are HTTP, as Envoy's HTTP inspector does: the preface of h2c, or a request line that ends in HTTP/1.1.
 * (It knows HTTP/1.0 too, but Istio's filter chains do not match that.) As long as it could still be either, more bytes are needed.
 * What counts as a method, a URL and white space was compared with Envoy 1.40, byte by byte.
 */

export type HttpAnswer = 'more' | 'http' | 'not-http' | 'too-long';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** Envoy closes the connection when the request line is longer. */
const longestRequestLine = 64 * 1024;

/** A method of any name, then white space. What breaks this is no HTTP at once, so binary protocols need not send a newline. */
const beginning = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:[\t\v\f\r ]|$)/;
/** Between its three parts a request line may have anything up to the space. */
const parts = /^([^\t\v\f\r ]+)[\t\v\f\r ][^!-\xff]*([!-\xff]+)[^!-\xff]+HTTP\/1\.1[^!-\xff]*$/;
const path = /^[/*][!-~]*$/;
const absolute = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[!$-;=?-[\]_a-z~]*(?:[/?][!-~]*)?$/;
const authority = /^[!$-;=?-[\]_a-z~]+(?:[/?][!-~]*)?$/;

export function inspectHttp(bytes: Buffer): HttpAnswer {
  const compared = Math.min(bytes.length, preface.length);
  if (preface.compare(bytes, 0, compared, 0, compared) === 0)
    return bytes.length < preface.length ? 'more' : 'http';
  const lineEnd = bytes.indexOf(0x0a);
  const line = bytes.toString('latin1', 0, lineEnd < 0 ? bytes.length : lineEnd);
  if (!beginning.test(line)) return 'not-http';
  if (lineEnd < 0) return bytes.length >= longestRequestLine ? 'too-long' : 'more';
  const [, method = '', url = ''] = parts.exec(line) ?? [];
  const isUrl = path.test(url) || (method === 'CONNECT' ? authority : absolute).test(url);
  return isUrl ? 'http' : 'not-http';
}
