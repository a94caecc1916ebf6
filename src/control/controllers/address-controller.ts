/** Gives Services their cluster address and Pods a node, an address and a status. Addresses are those that a mesh read from files has. */
import { StandInAddresses } from '../../mesh/index.ts';
import { listAt, objectAt, stringsAt, textAt } from '../json.ts';
import type { Controller, Transaction } from '../object-store.ts';
import { keyOf, type StoredObject } from '../stored-object.ts';
import { affected } from './affected.ts';
import type { ControllerEnv } from './controller-env.ts';
import { addressKeyAnnotation } from './pod-maker.ts';
import { nodeName, runningStatus } from './pod-status.ts';
import { recordEvent } from './record-event.ts';

export function addressController(env: ControllerEnv): Controller {
  return {
    name: 'address',
    kinds: ['Service', 'Pod'],
    settle: (transaction, changed) => {
      const services = affected(transaction, changed, { group: '', kind: 'Service' }).filter(
        needsClusterIp,
      );
      const pods = affected(transaction, changed, { group: '', kind: 'Pod' }).filter(needsStatus);
      if (services.length === 0 && pods.length === 0) return;
      const addresses = new StandInAddresses(takenAddresses(transaction));
      for (const service of services) giveClusterIp(transaction, service, addresses);
      for (const pod of pods) giveStatus(transaction, pod, addresses, env);
    },
  };
}

function needsClusterIp(service: StoredObject): boolean {
  return (
    textAt(service, 'spec', 'type') !== 'ExternalName' &&
    textAt(service, 'spec', 'clusterIP') === ''
  );
}

function needsStatus(pod: StoredObject): boolean {
  return textAt(pod, 'status', 'phase') === '';
}

function takenAddresses(transaction: Transaction): readonly string[] {
  return [
    ...transaction.list('', 'Service').map((service) => textAt(service, 'spec', 'clusterIP')),
    ...transaction.list('', 'Pod').map((pod) => textAt(pod, 'status', 'podIP')),
  ];
}

function giveClusterIp(
  transaction: Transaction,
  service: StoredObject,
  addresses: StandInAddresses,
): void {
  const spec = objectAt(service, 'spec');
  const family = listAt(spec, 'ipFamilies')[0] === 'IPv6' ? 'service-v6' : 'service';
  const { namespace, name } = keyOf(service);
  const clusterIP = addresses.take(family, `${namespace}/${name}`);
  transaction.put({ ...service, spec: { ...spec, clusterIP, clusterIPs: [clusterIP] } });
}

function giveStatus(
  transaction: Transaction,
  pod: StoredObject,
  addresses: StandInAddresses,
  env: ControllerEnv,
): void {
  const { namespace, name } = keyOf(pod);
  const key =
    stringsAt(pod.metadata, 'annotations')[addressKeyAnnotation] ?? `${namespace}/${name}`;
  const given = textAt(pod, 'status', 'podIP');
  const spec = objectAt(pod, 'spec');
  transaction.put({
    ...pod,
    spec: { ...spec, nodeName: textAt(spec, 'nodeName') || nodeName },
    status: runningStatus(pod, given === '' ? addresses.take('workload', key) : given, env.now()),
  });
  const told: readonly (readonly [string, string, string])[] = [
    ['default-scheduler', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${nodeName}`],
    ...listAt(spec, 'containers').map(
      (container) =>
        [
          'tcpmesh',
          'Started',
          `Started container ${textAt(container, 'name')}: a server of tcpmesh stands for ${textAt(container, 'image')}`,
        ] as const,
    ),
  ];
  for (const [component, reason, message] of told)
    recordEvent(transaction, env, pod, component, { reason, message });
}
