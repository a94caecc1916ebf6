/** Field table: Service. */
import {
  bool,
  type Decoded,
  int32,
  intOrString,
  list,
  map,
  openMessage,
  string,
} from '../field-table.ts';

export const servicePort = openMessage('ServicePort', {
  name: string(),
  protocol: string(),
  appProtocol: string(),
  port: int32(),
  targetPort: intOrString(),
  nodePort: int32(),
});

export const serviceSpec = openMessage('ServiceSpec', {
  type: string(),
  clusterIP: string(),
  clusterIPs: list(string()),
  externalIPs: list(string()),
  externalName: string(),
  internalTrafficPolicy: string(),
  ipFamilies: list(string()),
  ipFamilyPolicy: string(),
  ports: list(servicePort),
  publishNotReadyAddresses: bool(),
  selector: map(string()),
  trafficDistribution: string(),
});

export type ServicePort = Decoded<typeof servicePort>;
export type ServiceSpec = Decoded<typeof serviceSpec>;
