/** TLS towards a destination (agent/validation.go:ValidateTLS). */
import type { ClientTlsSettings } from '../../resource/index.ts';
import { alsoAt, quote, type Report } from '../report.ts';
import { destinationRuleRules as rules } from '../rules/destination-rule.ts';

/** In the modes DISABLE and ISTIO_MUTUAL the other fields are not looked at. */
export function checkClientTls(tls: ClientTlsSettings, namespace: string, report: Report): void {
  const { mode, credentialName = '', clientCertificate = '', privateKey = '' } = tls;
  const { caCertificates = '', caCrl = '' } = tls;
  if (credentialName.startsWith('configmap://')) {
    // What follows a second slash is not looked at (credentials/resource.go:ParseResourceName).
    const [home, name] = credentialName.slice('configmap://'.length).split('/');
    if (!home || !name || home !== namespace)
      report(
        rules.configMap,
        tls,
        ['credentialName'],
        `${quote(credentialName)} is no ConfigMap of the namespace ${namespace}`,
      );
  }
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return;
  checkSkipVerify(tls, report);
  if (credentialName !== '') {
    const files = { clientCertificate, caCertificates, privateKey, caCrl };
    const given = Object.entries(files).find(([, file]) => file !== '');
    if (given !== undefined)
      report(
        rules.credentialAndFiles,
        tls,
        [given[0]],
        `${given[0]} stands beside credentialName`,
        alsoAt('credentialName is here', tls, 'credentialName'),
      );
    return;
  }
  if (mode === 'SIMPLE') return;
  if (clientCertificate === '')
    report(rules.clientCertificate, tls, ['clientCertificate'], 'MUTUAL needs clientCertificate');
  if (privateKey === '')
    report(rules.clientCertificate, tls, ['privateKey'], 'MUTUAL needs privateKey');
}

function checkSkipVerify(tls: ClientTlsSettings, report: Report): void {
  if (tls.insecureSkipVerify !== true) return;
  const { mode, caCertificates = '', credentialName = '', subjectAltNames = [] } = tls;
  const contradicts =
    caCertificates !== ''
      ? 'caCertificates'
      : subjectAltNames.length > 0
        ? 'subjectAltNames'
        : mode === 'SIMPLE' && credentialName !== ''
          ? 'credentialName'
          : null;
  if (contradicts !== null)
    report(
      rules.skipVerify,
      tls,
      ['insecureSkipVerify'],
      `insecureSkipVerify stands beside ${contradicts}`,
      alsoAt(`${contradicts} is here`, tls, contradicts),
    );
}
