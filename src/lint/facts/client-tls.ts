/** What a DestinationRule's TLS settings check. */
import type { ClientTlsSettings, Resource } from '../../resource/index.ts';

/** SIMPLE and MUTUAL need certificates to check the server by; a credential brings them where a workloadSelector makes it usable. */
export function opensTlsUnverified(
  tls: ClientTlsSettings,
  rule: Resource<'DestinationRule'>,
): boolean {
  if (tls.mode !== 'SIMPLE' && tls.mode !== 'MUTUAL') return false;
  if ((tls.caCertificates ?? '') !== '') return false;
  return !((tls.credentialName ?? '') !== '' && rule.spec.workloadSelector !== undefined);
}
