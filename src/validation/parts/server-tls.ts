/** TLS at a server of a Gateway or an ingress listener of a Sidecar (validation.go:validateTLSOptions). */
import type { Placed, ServerTlsSettings } from '../../resource/index.ts';
import { alsoAt, quote, type Report } from '../report.ts';
import { gatewayRules as rules } from '../rules/gateway.ts';

export function checkServerTls(tls: ServerTlsSettings, report: Report): void {
  checkVersions(tls, report);
  checkCiphers(tls, report);
  const mode = tls.mode ?? 'PASSTHROUGH';
  if (mode === 'ISTIO_MUTUAL') {
    for (const field of certificateFields) {
      if (isGiven(tls[field]))
        report(rules.istioMutual, tls, [field], `${field} stands beside mode ISTIO_MUTUAL`);
    }
    return;
  }
  const passes = mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH';
  if (passes) {
    const unused = [...certificateFields, 'caCrl' as const].find((field) => isGiven(tls[field]));
    if (unused !== undefined)
      report(rules.passthrough, tls, [unused], `${unused} is not used: TLS is passed through`);
  }
  checkSources(tls, report);
  const terminates = mode === 'SIMPLE' || mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL';
  const credential = isGiven(tls.credentialName) || isGiven(tls.credentialNames);
  if (terminates) {
    if (credential) return;
    checkCertificates(tls, mode !== 'SIMPLE', report);
  }
  if (isGiven(tls.caCrl) && (mode === 'SIMPLE' || isGiven(tls.credentialName))) {
    const what =
      mode === 'SIMPLE'
        ? 'caCrl is of no use: mode SIMPLE does not verify clients'
        : 'caCrl stands beside credentialName';
    report(rules.crl, tls, ['caCrl'], what);
  }
}

const certificateFields = [
  'serverCertificate',
  'privateKey',
  'caCertificates',
  'tlsCertificates',
  'credentialName',
  'credentialNames',
] as const;

function isGiven(value: string | readonly unknown[] | undefined): boolean {
  return value !== undefined && value.length > 0;
}

function checkVersions(tls: ServerTlsSettings, report: Report): void {
  const version = tls.minProtocolVersion;
  if ((version === 'TLSV1_0' || version === 'TLSV1_1') && !isGiven(tls.cipherSuites))
    report(rules.oldTls, tls, ['minProtocolVersion'], `${version} needs cipherSuites`);
}

const cipherSuites = new Set([
  ...['ECDSA', 'RSA'].flatMap((key) =>
    ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305', 'AES128-SHA', 'AES256-SHA'].map(
      (suite) => `ECDHE-${key}-${suite}`,
    ),
  ),
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'DES-CBC3-SHA',
]);

/** Expressions such as `[A|B]` or `-X` are left to Envoy. */
function checkCiphers(tls: ServerTlsSettings, report: Report): void {
  const seen = new Set<string>();
  for (const [i, suite] of (tls.cipherSuites ?? []).entries()) {
    const isName = /^[\p{L}\p{Nd}]/u.test(suite) && suite !== 'ALL';
    if (isName && !cipherSuites.has(suite))
      report(rules.cipher, tls, ['cipherSuites', i], `${quote(suite)} is not a cipher suite`);
    else if (seen.has(suite))
      report(rules.cipherRepeated, tls, ['cipherSuites', i], `${quote(suite)} is listed twice`);
    seen.add(suite);
  }
}

function checkSources(tls: ServerTlsSettings, report: Report): void {
  const sources = [
    ...(isGiven(tls.credentialName) ? ['credentialName'] : []),
    ...(isGiven(tls.credentialNames) ? ['credentialNames'] : []),
    ...(isGiven(tls.serverCertificate) && isGiven(tls.privateKey) ? ['serverCertificate'] : []),
    ...(isGiven(tls.tlsCertificates) ? ['tlsCertificates'] : []),
  ];
  const [first = '', second] = sources;
  if (second !== undefined)
    report(
      rules.certificateSources,
      tls,
      [second],
      `${second} stands beside ${first}`,
      alsoAt(`${first} is here`, tls, first),
    );
}

function checkCertificates(tls: ServerTlsSettings, verifies: boolean, report: Report): void {
  if (verifies && !isGiven(tls.caCertificates))
    report(rules.caMissing, tls, ['caCertificates'], `mode ${tls.mode} needs caCertificates`);
  const certificates: readonly Certificate[] = tls.tlsCertificates ?? [];
  for (const certificate of certificates.length > 0 ? certificates : [tls]) {
    for (const field of ['serverCertificate', 'privateKey'] as const) {
      if (!isGiven(certificate[field]))
        report(rules.certificateMissing, certificate, [field], `mode ${tls.mode} needs ${field}`);
    }
  }
  if (certificates.length > 2)
    report(
      rules.manyCertificates,
      tls,
      ['tlsCertificates'],
      `${certificates.length} certificates are given`,
    );
}

type Certificate = Placed & {
  readonly serverCertificate?: string | undefined;
  readonly privateKey?: string | undefined;
};
