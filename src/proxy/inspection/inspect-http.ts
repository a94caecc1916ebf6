/**
 * Says whether first bytes are HTTP, as Envoy's HTTP inspector does: the preface of h2c, or a request line that ends in HTTP/1.1.
 * (It knows HTTP/1.0 too, but Istio's filter chains do not match that.) As long as it could still be either, more bytes are needed.
 */

export type HttpAnswer = 'more' | 'http' | 'not-http' | 'too-long';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** Envoy closes the connection when the request line is longer. */
const longestRequestLine = 64 * 1024;
const requestLine = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ +[\x21-\xff]+ +HTTP\/1\.1[ \t]*\r?$/;

export function inspectHttp(bytes: Buffer): HttpAnswer {
  const compared = Math.min(bytes.length, preface.length);
  if (preface.compare(bytes, 0, compared, 0, compared) === 0)
    return bytes.length < preface.length ? 'more' : 'http';
  if (bytes[0] === 0x0d || bytes[0] === 0x0a) return 'not-http';
  const lineEnd = bytes.indexOf(0x0a);
  if (lineEnd < 0) return bytes.length >= longestRequestLine ? 'too-long' : 'more';
  return requestLine.test(bytes.toString('latin1', 0, lineEnd)) ? 'http' : 'not-http';
}
