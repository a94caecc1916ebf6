/** Tells what the name that was dialled is in the mesh. */
import type { MeshService } from '../mesh/index.ts';
import { spanAt } from '../resource/index.ts';
import type { Span } from '../text/index.ts';
import type { Call } from './call.ts';
import type { CompiledAmbient, CompiledSidecar } from './compile.ts';
import { resolveName } from './name-resolution.ts';
import type { StepList } from './step-list.ts';

export function tellName(
  steps: StepList,
  compiled: CompiledSidecar | CompiledAmbient,
  { to }: Call,
  ip: string | null,
): void {
  if (to.host === undefined || to.host === '') return;
  if (to.ip !== undefined && to.ip !== '') {
    steps.noted('name', to.host, 'resolved', `${to.host} was dialled as ${to.ip}`, null);
    return;
  }
  const found = resolveName(compiled, to.host);
  if (found === null) {
    const message = `nothing in the mesh is called ${to.host}`;
    steps.rejected('name', to.host, 'unknown-name', message, null);
    return;
  }
  const span = found.service === null ? null : spanOf(found.service);
  const reason = found.supposed ? 'stand-in-address' : 'resolved';
  const written = found.service?.address ?? '';
  const note = !found.supposed
    ? ''
    : written.includes('/')
      ? `, one of ${written}`
      : written === ip && found.service?.host !== found.host
        ? `, the address of ${found.service?.host}`
        : ', an address of tcpmesh: the files give none';
  steps.taken('name', to.host, reason, `${found.host} is ${ip ?? 'nowhere'}${note}`, span);
}

export function spanOf({ resource }: MeshService): Span {
  return spanAt(resource.spec);
}
