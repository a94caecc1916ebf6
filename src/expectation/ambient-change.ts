/** What keeps a waypoint or its rules out of a connection in ambient mode, and the one change that brings them in: verified by asking again. */
import { hostsOverlap, isForServices, type Mesh, type MeshService } from '../mesh/index.ts';
import { at, type Resource, spanAt } from '../resource/index.ts';
import type { Call, Verdict } from '../routing/index.ts';
import { askEdited, type ConfigMiss, type Edit, type Ingredients, wholeOrder } from './edit.ts';

const useWaypoint = 'istio.io/use-waypoint';
/** The name that `istioctl waypoint apply` gives. */
const usualName = 'waypoint';

export function ambientMisses(
  call: Call,
  verdict: Verdict,
  mesh: Mesh,
  ingredients: Ingredients,
): ConfigMiss[] {
  if (call.from.kind !== 'ambient') return [];
  return [...editsFor(verdict, mesh)].flatMap((edit): ConfigMiss[] => {
    const other = askEdited(call, edit, ingredients);
    const mended =
      other.rule !== null &&
      other.rule.path !== verdict.rule?.path &&
      other.destinations.every(({ problem }) => problem === null);
    return mended ? [{ change: edit.change, verdict: other }] : [];
  });
}

function* editsFor({ steps }: Verdict, mesh: Mesh): Generator<Edit> {
  const host = steps.find(({ reason }) => reason === 'service-address')?.subject ?? '';
  const [service] = mesh.servicesByHost.get(host) ?? [];
  if (service === undefined) return;
  for (const { reason, stage, subject } of steps) {
    if (reason === 'no-waypoint') yield* enrolled(service, mesh);
    if (stage !== 'virtual-service' || reason !== 'waypoint-namespace') continue;
    const found = mesh.virtualServices.all.find(
      ({ namespace, name }) => `${namespace}/${name}` === subject,
    );
    if (found !== undefined) yield moved(found.resource, service.namespace);
  }
}

/** Where rules wait for it. */
function* enrolled({ resource, host, namespace }: MeshService, mesh: Mesh): Generator<Edit> {
  const waits = mesh.virtualServices.all.some(
    (one) =>
      (one.resource.spec.tcp ?? one.resource.spec.tls) !== undefined &&
      one.hosts.some((name) => hostsOverlap(name, host)),
  );
  const { labels } = resource.metadata;
  if (!waits || resource.kind !== 'Service') return;
  const [own] = mesh.kubernetesGateways.filter(
    (one) => one.namespace === namespace && isForServices(one),
  );
  const name = own?.name ?? usualName;
  const place = (labels ?? resource.metadata)[at];
  const metadata = {
    ...resource.metadata,
    labels: Object.assign({ ...labels, [useWaypoint]: name }, { [at]: place }),
  };
  const order = wholeOrder('label', `${useWaypoint}=${name}`);
  const span = spanAt(resource.metadata, 'name');
  yield {
    change: { kind: 'config', ...order, object: resource, span },
    edited: { ...resource, metadata },
  };
}

function moved(object: Resource<'VirtualService'>, namespace: string): Edit {
  const order = wholeOrder('put', `into namespace ${namespace}`);
  const change = { kind: 'config', ...order, object, span: spanAt(object.spec) } as const;
  return { change, edited: { ...object, namespace } };
}
