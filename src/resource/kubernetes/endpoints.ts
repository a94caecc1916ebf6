/** Field tables: EndpointSlice and the older Endpoints. Their fields stand beside metadata, without a spec. */
import { bool, type Decoded, int32, list, openMessage, string } from '../field-table.ts';

const objectReference = openMessage('ObjectReference', {
  kind: string(),
  namespace: string(),
  name: string(),
});

/** A port of either kind. */
const endpointPort = openMessage('EndpointPort', {
  name: string(),
  port: int32(),
  protocol: string(),
  appProtocol: string(),
});

export const endpointSlice = openMessage('EndpointSlice', {
  addressType: string(),
  endpoints: list(
    openMessage('Endpoint', {
      addresses: list(string()),
      conditions: openMessage('EndpointConditions', {
        ready: bool(),
        serving: bool(),
        terminating: bool(),
      }),
      hostname: string(),
      nodeName: string(),
      targetRef: objectReference,
    }),
  ),
  ports: list(endpointPort),
});

const endpointAddress = openMessage('EndpointAddress', {
  ip: string(),
  hostname: string(),
  nodeName: string(),
  targetRef: objectReference,
});

export const endpoints = openMessage('Endpoints', {
  subsets: list(
    openMessage('EndpointSubset', {
      addresses: list(endpointAddress),
      notReadyAddresses: list(endpointAddress),
      ports: list(endpointPort),
    }),
  ),
});

export type EndpointPort = Decoded<typeof endpointPort>;
export type ObjectReference = Decoded<typeof objectReference>;
