/** The values of a Service port's appProtocol that Kubernetes itself has defined, as Istio reads them (`kube/conversion.go:ConvertProtocol`). */
export const kubernetesAppProtocols: ReadonlyMap<string, 'http' | 'http2' | 'https'> = new Map([
  ['kubernetes.io/h2c', 'http2'],
  ['kubernetes.io/ws', 'http'],
  ['kubernetes.io/wss', 'https'],
]);
