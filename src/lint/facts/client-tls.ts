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

/** What holds of such settings beside what the rule says of all: whoever skips the check cannot say whose certificates to check by, too. */
export function skippedCheck({
  insecureSkipVerify,
}: ClientTlsSettings): { readonly why: string; readonly help: string } | undefined {
  if (insecureSkipVerify !== true) return undefined;
  return {
    why: 'With insecureSkipVerify the proxy takes any certificate, so whoever answers is trusted.',
    help: 'Replace insecureSkipVerify by caCertificates, for public servers `system`.',
  };
}
