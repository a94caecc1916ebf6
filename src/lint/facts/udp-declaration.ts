/** Where it is said that a port is one of UDP, and how it would be one for rules of a list. */
import { classOf, type MeshPort, type MeshService } from '../../mesh/index.ts';
import { type ServicePort, spanAt } from '../../resource/index.ts';
import type { Span } from '../../text/index.ts';
import { isUsedBy, type List } from './misplaced-rules.ts';
import { declareAs, protocolSpan } from './port-declaration.ts';
import { protocolOf } from './port-protocol.ts';

/** remedy: an imperative clause without a full stop. */
export type UdpDeclaration = { readonly span: Span; readonly remedy: string };

/** What makes it UDP: the transport of a Service's port, or else what its name, appProtocol or protocol says. */
export function udpDeclaration(list: List, service: MeshService, port: MeshPort): UdpDeclaration {
  const declaring = declareAs(list, service, port);
  const written = writtenAsUdp(service, port);
  if (written === undefined) return { span: protocolSpan(service, port), remedy: declaring };
  // Then the name or the appProtocol decides, and these may say another again.
  const left = classOf(protocolOf({ ...written, protocol: 'TCP' }));
  return {
    span: spanAt(written, 'protocol'),
    remedy: `give the port \`protocol: TCP\`${isUsedBy(list, left) ? '' : ` and ${declaring}`}`,
  };
}

function writtenAsUdp({ resource }: MeshService, { number }: MeshPort): ServicePort | undefined {
  if (resource.kind !== 'Service') return undefined;
  return resource.spec.ports?.find((one) => one.port === number && one.protocol === 'UDP');
}
