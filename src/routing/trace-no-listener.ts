/** Tells why nothing of a sidecar listens where a client dials. */

import { hostCovers, isWildcard, type MeshService } from '../mesh/index.ts';
import { spanAt } from '../resource/index.ts';
import { listed } from '../text/index.ts';
import type { Call } from './call.ts';
import type { CompiledSidecar } from './compile.ts';
import { capturePort } from './decide.ts';
import { placementsOn } from './placements.ts';
import type { Reason } from './reason.ts';
import type { StepList } from './step-list.ts';
import { spanOf } from './trace-name.ts';
import { whyNotSeen } from './why-not-seen.ts';

export function tellNoListener(
  steps: StepList,
  compiled: CompiledSidecar,
  call: Call,
  ip: string | null,
): void {
  const { port } = call.to;
  const subject = `${ip ?? call.to.host ?? ''}:${port}`;
  steps.rejected(
    'listener',
    subject,
    'no-listener',
    'nothing listens on this address and port',
    null,
  );
  if (ip === null) {
    tellNamed(steps, compiled, call);
    return;
  }
  if (port === capturePort) {
    const message = `port ${capturePort} is where the sidecar itself captures connections`;
    steps.noted('service', subject, 'capture-port', message, null);
    return;
  }
  const owners = compiled.mesh.services.filter(
    ({ address, extraAddresses }) => address === ip || extraAddresses.includes(ip),
  );
  for (const service of owners) {
    const { reason, message } = whyNoListener(compiled, service, port);
    steps.rejected('service', service.host, reason, message, spanOf(service));
  }
  if (owners.length > 0) return;
  const pod = compiled.mesh.workloads.find(({ ips }) => ips.includes(ip));
  if (pod === undefined) {
    if (tellNamed(steps, compiled, call)) return;
    const message = `${ip} is the address of no service`;
    steps.noted('service', ip, 'unknown-address', message, null);
  } else if (compiled.client.ip === ip)
    steps.noted('service', ip, 'own-address', 'a pod has no listener for itself', null);
  else {
    const message = `${ip} is pod ${pod.namespace}/${pod.name}: dialling a pod goes past every rule`;
    steps.noted('service', ip, 'pod-address', message, spanAt(pod.resource.spec));
  }
}

/** Services of the name that was dialled, whatever their address; false where there is none. */
function tellNamed(steps: StepList, compiled: CompiledSidecar, { to }: Call): boolean {
  const { host = '', ip, port } = to;
  if (ip !== undefined || host === '') return false;
  const { services, servicesByHost } = compiled.mesh;
  const named =
    servicesByHost.get(host) ??
    services.filter((service) => isWildcard(service.host) && hostCovers(service.host, host));
  for (const service of named) {
    const { reason, message } =
      service.resolution === 'alias' ? alias(service) : whyNoListener(compiled, service, port);
    steps.rejected('service', service.host, reason, message, spanOf(service));
  }
  return named.length > 0;
}

function alias({ host, externalName }: MeshService): { reason: Reason; message: string } {
  const message = `${host} is only another name for ${externalName}: Istio makes no listener for it`;
  return { reason: 'no-listener', message };
}

function whyNoListener(
  { mesh, scope, client }: CompiledSidecar,
  service: MeshService,
  port: number,
): { readonly reason: Reason; readonly message: string } {
  const { host } = service;
  const unseen = whyNotSeen(service, client.namespace);
  if (unseen !== null) return { reason: 'not-exported', message: unseen };
  const numbers = service.ports.map(({ number }) => number);
  const found = service.ports.find(({ number }) => number === port);
  if (found === undefined)
    return {
      reason: 'no-such-port',
      message: `${host} has no port ${port}, only ${listed(numbers.map(String), 10)}`,
    };
  if (found.protocol === 'udp')
    return { reason: 'udp-port', message: `port ${port} of ${host} counts as UDP: no listener` };
  const name =
    scope.sidecar === null
      ? 'another record of the name'
      : `Sidecar ${scope.sidecar.namespace}/${scope.sidecar.name}`;
  const binds = scope.egress.flatMap((egress) =>
    [...placementsOn(mesh, egress, client.family, port).values()].flatMap((placed) =>
      placed.flatMap((one) => (one.service.host === host ? one.bind : [])),
    ),
  );
  if (binds.length > 0)
    return {
      reason: 'no-listener',
      message: `${name} has ${host} listen at ${listed([...new Set(binds)])} alone`,
    };
  return { reason: 'not-imported', message: `${name} leaves ${host} out` };
}
