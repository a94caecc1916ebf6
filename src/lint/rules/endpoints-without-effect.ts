/** EndpointSlices and Endpoints that bring their Service nothing. */

import type { Occurrence } from '../../diagnostic/index.ts';
import {
  type MeshService,
  managedByLabel,
  podBehind,
  type StatedSlice,
  serviceNameLabel,
  serviceOf,
} from '../../mesh/index.ts';
import type { EndpointPort, Resource } from '../../resource/index.ts';
import { agree, closest, listed } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const endpointsWithoutEffect: LintRule = {
  meta: {
    code: 'TCM1313',
    name: 'endpoints-without-effect',
    severity: 'warning',
    summary: 'An EndpointSlice or Endpoints, or a part of it, is no endpoint of any Service.',
    why: 'Istio finds the Service by the label `kubernetes.io/service-name` (Kubernetes finds that of Endpoints by its name), and its port by the name of the port alone. It reads addresses and no names, and holds an address back while the Pod that its targetRef names is not there.',
    help: 'Give the Service by the label, and its ports the names that the Service gives them.',
    istio: nobodyElse,
  },
  reads: ['EndpointSlice', 'Endpoints', 'Service', 'Pod'],
  kiali: null,
  *check(facts) {
    const { byService, unread } = facts.mesh.statedSlices;
    for (const resource of unread.keys())
      if (resource.kind === 'EndpointSlice') yield* unreadSlice(resource, unread.get(resource));
    if (byService.size === 0) return;
    const services = new Map(
      facts.mesh.services
        .filter(({ resource }) => resource.kind === 'Service')
        .map((service) => [`${service.namespace}/${service.name}`, service]),
    );
    for (const [key, slices] of byService) {
      const service = services.get(key);
      if (service === undefined) yield* withoutService(slices, facts);
      else for (const slice of slices) yield* withoutEffect(slice, service, facts);
    }
  },
};

function* unreadSlice(
  slice: Resource<'EndpointSlice'>,
  reason: string | undefined,
): Iterable<Occurrence> {
  if (reason === 'names')
    yield occurrence(
      slice,
      slice.spec,
      ['addressType'],
      'Istio reads no names: this EndpointSlice brings its Service nothing',
      { help: 'Give IP addresses, or describe the names by a ServiceEntry with resolution DNS.' },
    );
  if (reason === 'no-service-name')
    yield occurrence(slice, slice.metadata, ['name'], 'this EndpointSlice names no Service', {
      help: 'Add the label `kubernetes.io/service-name` with the name of the Service.',
    });
}

/** Each object once, however many parts it has. */
function* withoutService(slices: readonly StatedSlice[], facts: Facts): Iterable<Occurrence> {
  if (!facts.judges('services')) return;
  for (const resource of new Set(slices.map((slice) => slice.resource))) {
    const { labels } = resource.metadata;
    // A dumped slice that a cluster made has its Service there.
    if (labels?.[managedByLabel]?.endsWith('-controller.k8s.io')) continue;
    const message = `there is no Service ${serviceOf(resource)}: these are nobody's endpoints`;
    const names = facts.mesh.services.flatMap(({ namespace, name }) =>
      namespace === resource.namespace ? name : [],
    );
    const meant = closest(serviceOf(resource).split('/').at(-1) ?? '', names);
    const help =
      meant !== null
        ? `Did you mean ${meant}?`
        : resource.kind === 'Endpoints'
          ? 'Name it like its Service.'
          : undefined;
    const more = help === undefined ? {} : { help };
    yield resource.kind === 'EndpointSlice' && labels !== undefined
      ? occurrence(resource, labels, [serviceNameLabel], message, more)
      : occurrence(resource, resource.metadata, ['name'], message, more);
  }
}

function* withoutEffect(
  slice: StatedSlice,
  service: MeshService,
  facts: Facts,
): Iterable<Occurrence> {
  const { resource, ports } = slice;
  if (ports.length === 0 && slice.endpoints.length > 0)
    yield occurrence(
      resource,
      resource.metadata,
      ['name'],
      `${resource.kind === 'Endpoints' ? 'a subset' : 'this EndpointSlice'} has no ports: Istio takes no endpoint from it`,
      { help: `Give the ports the names that ${nameOf(service.resource)} gives them.` },
    );
  for (const port of ports) yield* strangePort(resource, port, service);
  if (facts.objects.of('Pod').length > 0 || facts.options.refs === 'require')
    yield* heldBack(slice, facts);
}

function* strangePort(
  resource: StatedSlice['resource'],
  port: EndpointPort,
  { ports, resource: service }: MeshService,
): Iterable<Occurrence> {
  const { name = '' } = port;
  if (ports.some((one) => one.name === name)) return;
  yield occurrence(
    resource,
    port,
    ['name'],
    name === ''
      ? `${nameOf(service)} has no port without a name: this port is no endpoint's`
      : `${nameOf(service)} has no port named ${name}: this port is no endpoint's`,
    { help: helpFor(ports) },
  );
}

function helpFor(ports: MeshService['ports']): string {
  const names = ports.map(({ name }) => name || 'one without a name');
  return names.length === 0
    ? 'The Service has no ports.'
    : `Its ${agree(names.length, 'port is', 'ports are')} ${listed(names, 6)}.`;
}

function* heldBack({ resource, endpoints }: StatedSlice, facts: Facts): Iterable<Occurrence> {
  for (const endpoint of endpoints) {
    const { targetRef, addresses } = endpoint;
    const [address] = addresses;
    if (targetRef === undefined || address === undefined) continue;
    if (podBehind(facts.mesh, resource.namespace, address, endpoint) !== 'unknown') continue;
    const { namespace = '', name = '' } = targetRef;
    const missing =
      namespace === ''
        ? `targetRef says no namespace, so it is no Pod's`
        : `there is no Pod ${namespace}/${name}`;
    yield occurrence(
      resource,
      targetRef,
      ['name'],
      `${missing}: Istio holds ${listed(addresses)} back until there is one`,
      { help: 'Name a Pod with its namespace, or leave targetRef out.' },
    );
  }
}
