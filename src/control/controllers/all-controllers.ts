/** The controllers of a mesh, in the order in which each finds what it needs in what those before it made. */
import type { Controller } from '../object-store.ts';
import { addressController } from './address-controller.ts';
import { collectionController, type NamespacedKind } from './collection-controller.ts';
import type { ControllerEnv } from './controller-env.ts';
import { daemonSetController } from './daemon-set-controller.ts';
import { deploymentController } from './deployment-controller.ts';
import { endpointsController } from './endpoints-controller.ts';
import { gatewayController } from './gateway-controller.ts';
import { mirroringController } from './mirroring-controller.ts';
import { namespaceController } from './namespace-controller.ts';
import { eventController } from './record-event.ts';
import { replicaSetController } from './replica-set-controller.ts';
import { statefulSetController } from './stateful-set-controller.ts';

export function allControllers(
  env: ControllerEnv,
  namespaced: readonly NamespacedKind[],
): readonly Controller[] {
  return [
    namespaceController,
    collectionController(namespaced),
    gatewayController,
    deploymentController(env),
    replicaSetController(env),
    statefulSetController,
    daemonSetController(env),
    addressController(env),
    endpointsController,
    mirroringController,
    eventController,
  ];
}
