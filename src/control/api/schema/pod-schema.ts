/** Shape of Pods and Pod templates. Parts that no mesh on one computer looks into are left open. */
import { conditions, objectMeta } from './metadata-schema.ts';
import {
  any,
  bool,
  fields,
  integer,
  intOrString,
  list,
  mergeList,
  object,
  quantities,
  text,
  textMap,
  texts,
} from './schema.ts';

const keyRef = (name: string) => object(name, { ...fields(text, 'name', 'key'), optional: bool });

const envVar = object('EnvVar', {
  ...fields(text, 'name', 'value'),
  valueFrom: object('EnvVarSource', {
    configMapKeyRef: keyRef('ConfigMapKeySelector'),
    secretKeyRef: keyRef('SecretKeySelector'),
    fieldRef: object('ObjectFieldSelector', fields(text, 'apiVersion', 'fieldPath')),
    resourceFieldRef: object('ResourceFieldSelector', {
      ...fields(text, 'containerName', 'resource'),
      divisor: intOrString,
    }),
  }),
});

const handler = {
  exec: object('ExecAction', { command: texts }),
  httpGet: object('HTTPGetAction', {
    ...fields(text, 'path', 'host', 'scheme'),
    port: intOrString,
    httpHeaders: list(object('HTTPHeader', fields(text, 'name', 'value'))),
  }),
  tcpSocket: object('TCPSocketAction', { host: text, port: intOrString }),
};

const probe = object('Probe', {
  ...handler,
  grpc: object('GRPCAction', { port: integer, service: text }),
  ...fields(
    integer,
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
    'terminationGracePeriodSeconds',
  ),
});

const lifecycleHandler = object('LifecycleHandler', {
  ...handler,
  sleep: object('SleepAction', { seconds: integer }),
});

const container = object('Container', {
  ...fields(
    text,
    'name',
    'image',
    'imagePullPolicy',
    'workingDir',
    'terminationMessagePath',
    'terminationMessagePolicy',
    'restartPolicy',
    'targetContainerName',
  ),
  ...fields(texts, 'command', 'args'),
  ...fields(bool, 'stdin', 'stdinOnce', 'tty'),
  ports: mergeList(
    object('ContainerPort', {
      ...fields(text, 'name', 'protocol', 'hostIP'),
      ...fields(integer, 'containerPort', 'hostPort'),
    }),
    'containerPort',
  ),
  env: mergeList(envVar, 'name'),
  envFrom: list(any),
  resources: object('ResourceRequirements', {
    ...fields(quantities, 'limits', 'requests'),
    claims: list(any),
  }),
  resizePolicy: list(any),
  volumeMounts: mergeList(
    object('VolumeMount', {
      ...fields(
        text,
        'name',
        'mountPath',
        'subPath',
        'subPathExpr',
        'mountPropagation',
        'recursiveReadOnly',
      ),
      readOnly: bool,
    }),
    'mountPath',
  ),
  volumeDevices: mergeList(
    object('VolumeDevice', fields(text, 'name', 'devicePath')),
    'devicePath',
  ),
  ...fields(probe, 'livenessProbe', 'readinessProbe', 'startupProbe'),
  lifecycle: object('Lifecycle', fields(lifecycleHandler, 'postStart', 'preStop')),
  securityContext: any,
});

/** A volume's sources are many and none is mounted here. */
const volume = any;

export const podSpec = object('PodSpec', {
  containers: mergeList(container, 'name'),
  initContainers: mergeList(container, 'name'),
  ephemeralContainers: mergeList(container, 'name'),
  volumes: mergeList(volume, 'name'),
  imagePullSecrets: mergeList(object('LocalObjectReference', fields(text, 'name')), 'name'),
  hostAliases: mergeList(object('HostAlias', { ip: text, hostnames: texts }), 'ip'),
  topologySpreadConstraints: mergeList(any, 'topologyKey'),
  tolerations: list(
    object('Toleration', {
      ...fields(text, 'key', 'operator', 'value', 'effect'),
      tolerationSeconds: integer,
    }),
  ),
  readinessGates: list(object('PodReadinessGate', fields(text, 'conditionType'))),
  schedulingGates: mergeList(object('PodSchedulingGate', fields(text, 'name')), 'name'),
  resourceClaims: mergeList(any, 'name'),
  ...fields(
    text,
    'restartPolicy',
    'dnsPolicy',
    'serviceAccountName',
    'serviceAccount',
    'nodeName',
    'hostname',
    'subdomain',
    'schedulerName',
    'priorityClassName',
    'preemptionPolicy',
    'runtimeClassName',
  ),
  ...fields(integer, 'terminationGracePeriodSeconds', 'activeDeadlineSeconds', 'priority'),
  ...fields(
    bool,
    'automountServiceAccountToken',
    'hostNetwork',
    'hostPID',
    'hostIPC',
    'hostUsers',
    'shareProcessNamespace',
    'enableServiceLinks',
    'setHostnameAsFQDN',
  ),
  nodeSelector: textMap,
  overhead: quantities,
  ...fields(any, 'affinity', 'securityContext', 'dnsConfig', 'os', 'resources'),
});

export const podTemplate = object('PodTemplateSpec', { metadata: objectMeta, spec: podSpec });

export const podStatus = object('PodStatus', {
  ...fields(
    text,
    'phase',
    'message',
    'reason',
    'nominatedNodeName',
    'hostIP',
    'podIP',
    'startTime',
    'qosClass',
    'resize',
  ),
  conditions,
  podIPs: mergeList(object('PodIP', fields(text, 'ip')), 'ip'),
  hostIPs: mergeList(object('HostIP', fields(text, 'ip')), 'ip'),
  ...fields(
    list(any),
    'containerStatuses',
    'initContainerStatuses',
    'ephemeralContainerStatuses',
    'resourceClaimStatuses',
  ),
});
