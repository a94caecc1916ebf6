/** Field tables: RequestAuthentication and PeerAuthentication, as far as they bear on where connections go. */

import { type Decoded, map, oneOfNames, openMessage } from '../field-table.ts';
import { labelSelector } from '../kubernetes/pod.ts';

/** Without a selector it is for every workload of its namespace, in the root namespace for those of all. */
export const requestAuthenticationSpec = openMessage('RequestAuthenticationSpec', {
  selector: labelSelector,
});

export const mutualTls = openMessage('MutualTLS', {
  mode: oneOfNames('UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'),
});

/** portLevelMtls: by the port of the workload, not by that of the Service. */
export const peerAuthenticationSpec = openMessage('PeerAuthenticationSpec', {
  selector: labelSelector,
  mtls: mutualTls,
  portLevelMtls: map(mutualTls),
});

export type MutualTls = Decoded<typeof mutualTls>;
