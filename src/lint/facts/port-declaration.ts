/** Where the protocol of a service's port is said, and how it would say another. */
import type { MeshPort, MeshService } from '../../mesh/index.ts';
import { type Placed, spanAt } from '../../resource/index.ts';
import type { Span } from '../../text/index.ts';

type Port = Pick<MeshPort, 'name' | 'number'>;

/** The field that decides; the port as a whole where it is absent. */
export function protocolSpan(service: MeshService, port: Port): Span {
  const { written, field } = declarationOf(service, port);
  if (written === undefined) return spanAt(service.resource.spec, 'ports');
  return field === null ? spanAt(written) : spanAt(written, field);
}

/** An imperative clause without a full stop: ``name the port `tcp-web` ``; of a ServiceEntry the name says nothing. */
export function declareAs(
  protocol: 'tcp' | 'tls' | 'http',
  service: MeshService,
  port: Port,
): string {
  if (service.resource.kind === 'ServiceEntry')
    return `give the port \`protocol: ${protocol.toUpperCase()}\``;
  return declarationOf(service, port).field === 'appProtocol'
    ? `give the port \`appProtocol: ${protocol}\``
    : `name the port \`${renamed(protocol, service, port)}\``;
}

type Declaration = {
  readonly written: Placed | undefined;
  readonly field: 'name' | 'appProtocol' | 'protocol' | null;
};

function declarationOf({ resource }: MeshService, { name, number }: Port): Declaration {
  if (resource.kind === 'ServiceEntry') {
    const written = resource.spec.ports?.find((port) => port.number === number);
    return { written, field: written?.protocol === undefined ? null : 'protocol' };
  }
  const written = resource.spec.ports?.find(
    (port) => port.port === number && (port.name ?? '') === name,
  );
  if (written?.appProtocol !== undefined) return { written, field: 'appProtocol' };
  return { written, field: written?.name === undefined ? null : 'name' };
}

/** What says nothing else; `mysql` says what is there as well. */
const general: ReadonlySet<string> = new Set([
  'tcp',
  'tls',
  'http',
  'https',
  'http2',
  'grpc',
  'udp',
]);

/** What the name says beside its protocol is kept, unless another port has that name. */
function renamed(protocol: string, { ports }: MeshService, { name, number }: Port): string {
  const [first = '', ...parts] = name.split('-');
  const rest = general.has(first.toLowerCase()) ? parts.join('-') : name;
  const kept = rest === '' ? protocol : `${protocol}-${rest}`;
  const taken = name === '' || ports.some((other) => other.name === kept);
  return taken ? `${protocol}-${number}` : kept;
}
