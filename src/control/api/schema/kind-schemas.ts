/** Shapes of the built-in kinds that the API stores, by kind. */
import { conditions, labelSelector, objectMeta } from './metadata-schema.ts';
import { podSpec, podStatus, podTemplate } from './pod-schema.ts';
import {
  any,
  bool,
  fields,
  integer,
  intOrString,
  list,
  mergeList,
  type ObjectSchema,
  object,
  type Schema,
  text,
  textMap,
  texts,
} from './schema.ts';

const kind = (name: string, members: ObjectSchema['fields']): ObjectSchema =>
  object(name, { apiVersion: text, kind: text, metadata: objectMeta, ...members });

const servicePort = object('ServicePort', {
  ...fields(text, 'name', 'protocol', 'appProtocol'),
  ...fields(integer, 'port', 'nodePort'),
  targetPort: intOrString,
});

const service = kind('Service', {
  spec: object('ServiceSpec', {
    ports: mergeList(servicePort, 'port'),
    selector: textMap,
    ...fields(
      text,
      'clusterIP',
      'type',
      'sessionAffinity',
      'loadBalancerIP',
      'externalName',
      'externalTrafficPolicy',
      'internalTrafficPolicy',
      'ipFamilyPolicy',
      'loadBalancerClass',
      'trafficDistribution',
    ),
    ...fields(texts, 'clusterIPs', 'externalIPs', 'loadBalancerSourceRanges', 'ipFamilies'),
    healthCheckNodePort: integer,
    ...fields(bool, 'publishNotReadyAddresses', 'allocateLoadBalancerNodePorts'),
    sessionAffinityConfig: any,
  }),
  status: object('ServiceStatus', {
    loadBalancer: object('LoadBalancerStatus', { ingress: list(any) }),
    conditions,
  }),
});

const counters = (...names: readonly string[]): ObjectSchema['fields'] => fields(integer, ...names);

const deployment = kind('Deployment', {
  spec: object('DeploymentSpec', {
    selector: labelSelector,
    template: podTemplate,
    ...counters('replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'),
    paused: bool,
    strategy: object('DeploymentStrategy', {
      type: text,
      rollingUpdate: object(
        'RollingUpdateDeployment',
        fields(intOrString, 'maxUnavailable', 'maxSurge'),
      ),
    }),
  }),
  status: object('DeploymentStatus', {
    ...counters(
      'observedGeneration',
      'replicas',
      'updatedReplicas',
      'readyReplicas',
      'availableReplicas',
      'unavailableReplicas',
      'terminatingReplicas',
      'collisionCount',
    ),
    conditions,
  }),
});

const replicaSet = kind('ReplicaSet', {
  spec: object('ReplicaSetSpec', {
    selector: labelSelector,
    template: podTemplate,
    ...counters('replicas', 'minReadySeconds'),
  }),
  status: any,
});

const statefulSet = kind('StatefulSet', {
  spec: object('StatefulSetSpec', {
    selector: labelSelector,
    template: podTemplate,
    ...counters('replicas', 'minReadySeconds', 'revisionHistoryLimit'),
    ...fields(text, 'serviceName', 'podManagementPolicy'),
    volumeClaimTemplates: list(any),
    ...fields(any, 'updateStrategy', 'persistentVolumeClaimRetentionPolicy', 'ordinals'),
  }),
  status: any,
});

const daemonSet = kind('DaemonSet', {
  spec: object('DaemonSetSpec', {
    selector: labelSelector,
    template: podTemplate,
    ...counters('minReadySeconds', 'revisionHistoryLimit'),
    updateStrategy: any,
  }),
  status: any,
});

const event = kind('Event', {
  involvedObject: any,
  source: any,
  series: any,
  related: any,
  ...fields(
    text,
    'reason',
    'message',
    'firstTimestamp',
    'lastTimestamp',
    'eventTime',
    'type',
    'action',
    'reportingComponent',
    'reportingInstance',
  ),
  count: integer,
});

const schemas: Readonly<Record<string, ObjectSchema>> = {
  Service: service,
  Deployment: deployment,
  ReplicaSet: replicaSet,
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  Event: event,
  Pod: kind('Pod', { spec: podSpec, status: podStatus }),
  Namespace: kind('Namespace', {
    spec: object('NamespaceSpec', { finalizers: texts }),
    status: object('NamespaceStatus', { phase: text, conditions }),
  }),
  ServiceAccount: kind('ServiceAccount', {
    automountServiceAccountToken: bool,
    secrets: mergeList(any, 'name'),
    imagePullSecrets: mergeList(any, 'name'),
  }),
  ConfigMap: kind('ConfigMap', { ...fields(textMap, 'data', 'binaryData'), immutable: bool }),
  Secret: kind('Secret', { ...fields(textMap, 'data', 'stringData'), immutable: bool, type: text }),
  Endpoints: kind('Endpoints', { subsets: list(any) }),
  EndpointSlice: kind('EndpointSlice', {
    addressType: text,
    ...fields(list(any), 'endpoints', 'ports'),
  }),
};

/** The shape of a built-in kind; undefined for kinds that have none here, whose lists merge as a whole. */
export function schemaOf(kindName: string): ObjectSchema | undefined {
  return Object.hasOwn(schemas, kindName) ? schemas[kindName] : undefined;
}

/** For a field of a shape; open where the shape is. */
export function fieldSchema(schema: Schema | undefined, field: string): Schema | undefined {
  if (schema?.type === 'map') return schema.of;
  if (schema?.type !== 'object') return undefined;
  return Object.hasOwn(schema.fields, field) ? schema.fields[field] : undefined;
}
