/** A kubeconfig of its own for one mesh; the caller writes it where only this user reads it. */

export type KubeconfigOptions = {
  /** Of the API, `https://127.0.0.1:40123`. */
  readonly url: string;
  /** PEM. */
  readonly certificate: string;
  readonly token: string;
  /** Names cluster, context and user: `tcpmesh`, or `tcpmesh-2`. */
  readonly context: string;
  readonly namespace: string;
};

/** JSON is YAML, and needs no quoting rules of its own. */
export function renderKubeconfig(options: KubeconfigOptions): string {
  const { url, certificate, token, context, namespace } = options;
  const authority = Buffer.from(certificate).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: context, cluster: { server: url, 'certificate-authority-data': authority } },
    ],
    contexts: [{ name: context, context: { cluster: context, user: context, namespace } }],
    'current-context': context,
    users: [{ name: context, user: { token } }],
    preferences: {},
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
