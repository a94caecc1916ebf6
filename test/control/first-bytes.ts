/** What a client says first: a line, an HTTP request, a TLS client hello with or without a server name. */
import { clientHello } from '../../src/proxy/index.ts';

export function firstBytes(protocol: 'tcp' | 'http' | 'tls', sni: string | undefined): Buffer {
  switch (protocol) {
    case 'tcp':
      return Buffer.from('test\n');
    case 'http':
      return Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    case 'tls':
      return clientHello(sni);
  }
}
