/** Field table: TLS as a server terminates or passes it. */

import type { Decoded } from '../field-table.ts';
import { bool, list, message, nullable, oneOfNames, string } from '../field-table.ts';

export const tlsCertificate = message('TlsCertificate', {
  caCertificates: string(),
  privateKey: string(),
  serverCertificate: string(),
});

export const serverTlsSettings = message(
  'ServerTlsSettings',
  {
    caCertCredentialName: string(),
    caCertificates: string(),
    caCrl: string(),
    cipherSuites: list(string()),
    credentialName: string(),
    credentialNames: list(string(), { minItems: 1, maxItems: 2 }),
    ecdhCurves: list(string()),
    httpsRedirect: bool(),
    insecureSkipVerify: nullable(bool()),
    maxProtocolVersion: oneOfNames('TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3'),
    minProtocolVersion: oneOfNames('TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3'),
    mode: oneOfNames(
      'PASSTHROUGH',
      'SIMPLE',
      'MUTUAL',
      'AUTO_PASSTHROUGH',
      'ISTIO_MUTUAL',
      'OPTIONAL_MUTUAL',
    ),
    privateKey: string(),
    serverCertificate: string(),
    subjectAltNames: list(string()),
    tlsCertificates: list(tlsCertificate, { minItems: 1, maxItems: 2 }),
    verifyCertificateHash: list(string()),
    verifyCertificateSpki: list(string()),
  },
  {
    rules: ['credential-names-or-tls-certificates', 'credential-name-or-names'],
  },
);

export type TlsCertificate = Decoded<typeof tlsCertificate>;
export type ServerTlsSettings = Decoded<typeof serverTlsSettings>;
