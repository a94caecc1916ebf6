/** The setting by which sidecars answer DNS themselves (ISTIO_META_DNS_CAPTURE), wherever it is written. */
import { parseOwnYaml, stringsAt } from '../yaml/index.ts';
import type { Foreign } from './resource.ts';

type Variables = { readonly [name: string]: string };

/** Of what a proxy is given: proxyMetadata, or the environmentVariables of a ProxyConfig. */
export function capturesDns(variables: Variables): boolean {
  return variables.ISTIO_META_DNS_CAPTURE === 'true';
}

/** For whichever sidecars. */
export function turnsCaptureOn({ kind, apiVersion, place: { node } }: Foreign): boolean {
  if (kind === 'ProxyConfig' && apiVersion.startsWith('networking.istio.io/'))
    return capturesDns(stringsAt(node, 'spec', 'environmentVariables'));
  if (kind === 'IstioOperator' && apiVersion.startsWith('install.istio.io/'))
    return capturesDns(stringsAt(node, 'spec', 'meshConfig', 'defaultConfig', 'proxyMetadata'));
  return false;
}

/** For the Pod that has the annotation: it holds a ProxyConfig as text. */
export function annotationCapturesDns(annotations: Variables | undefined): boolean {
  const text = annotations?.['proxy.istio.io/config'];
  if (text === undefined) return false;
  const [document] = parseOwnYaml({ name: 'proxy.istio.io/config', text });
  const root = document?.root ?? null;
  return root !== null && capturesDns(stringsAt(root, 'proxyMetadata'));
}
