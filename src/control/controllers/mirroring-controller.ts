/** EndpointSlices of Services without a selector: what somebody wrote as Endpoints, as a cluster mirrors it. */
import { parseAddress } from '../../address/index.ts';
import {
  areKeptUnmirrored,
  managedByLabel,
  mirrorController,
  serviceNameLabel,
} from '../../mesh/index.ts';
import { type JsonObject, type JsonValue, listAt, stringsAt, textAt, valueAt } from '../json.ts';
import type { Controller, Transaction } from '../object-store.ts';
import { keyOf, keyText, type NewObject, type StoredObject } from '../stored-object.ts';
import { servicesMeant, slicesOf } from './endpoint-slices.ts';
import { ownerReference } from './owner.ts';

export const mirroringController: Controller = {
  name: 'endpoint-slice-mirroring',
  kinds: ['Service', 'Endpoints', 'EndpointSlice'],
  settle: (transaction, changed) => {
    const services = servicesMeant(changed);
    for (const service of transaction.list('', 'Service'))
      if (services.has(keyText(keyOf(service)))) settle(transaction, service);
  },
};

/** Mirrors without their Endpoints stay: a dumped cluster may come without these. */
function settle(transaction: Transaction, service: StoredObject): void {
  const endpoints = transaction.get({ ...keyOf(service), kind: 'Endpoints' });
  if (endpoints === undefined) return;
  const wanted = isMirrored(endpoints, service) ? mirrorsOf(endpoints) : [];
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  for (const slice of slicesOf(transaction, service, mirrorController))
    if (!names.has(slice.metadata.name)) transaction.remove(keyOf(slice));
  for (const slice of wanted) transaction.put(slice);
}

function isMirrored(endpoints: StoredObject, service: StoredObject): boolean {
  const { metadata } = endpoints;
  return (
    Object.keys(stringsAt(service, 'spec', 'selector')).length === 0 &&
    !areKeptUnmirrored(stringsAt(metadata, 'labels'), stringsAt(metadata, 'annotations'))
  );
}

/** One for each subset and family that it has addresses of. */
function mirrorsOf(endpoints: StoredObject): readonly NewObject[] {
  const { namespace, name } = keyOf(endpoints);
  const parts = listAt(endpoints, 'subsets').flatMap((subset) =>
    ([4, 6] as const).flatMap((family) => {
      const listed = [
        ...mirrored(listAt(subset, 'addresses'), family, true),
        ...mirrored(listAt(subset, 'notReadyAddresses'), family, false),
      ];
      return listed.length === 0 ? [] : [{ family, listed, ports: listAt(subset, 'ports') }];
    }),
  );
  return parts.map(({ family, listed, ports }, i) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${endpoints.metadata.uid.slice(0, 5)}${i === 0 ? '' : `-${i}`}`,
      namespace,
      labels: {
        ...stringsAt(endpoints.metadata, 'labels'),
        [serviceNameLabel]: name,
        [managedByLabel]: mirrorController,
      },
      ownerReferences: [ownerReference(endpoints)],
    },
    addressType: `IPv${family}`,
    endpoints: listed,
    ports: [...ports],
  }));
}

function mirrored(
  addresses: readonly JsonValue[],
  family: 4 | 6,
  ready: boolean,
): readonly JsonObject[] {
  return addresses
    .filter((address) => parseAddress(textAt(address, 'ip'))?.family === family)
    .map((address) => ({
      addresses: [textAt(address, 'ip')],
      conditions: { ready },
      ...kept(address, 'hostname'),
      ...kept(address, 'nodeName'),
      ...kept(address, 'targetRef'),
    }));
}

function kept(address: JsonValue, field: string): JsonObject {
  const value = valueAt(address, field);
  return value === undefined ? {} : { [field]: value };
}
