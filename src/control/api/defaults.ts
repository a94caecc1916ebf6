/** What an API server fills in where a built-in object says nothing, so that what is read back looks as in a cluster. */
import { parseAddress } from '../../address/index.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  textAt,
} from '../json.ts';

export function withDefaults(kind: string, object: JsonObject): JsonObject {
  switch (kind) {
    case 'Service':
      return { ...object, spec: serviceSpec(objectAt(object, 'spec')) };
    case 'Pod':
      return { ...object, spec: podSpec(objectAt(object, 'spec')) };
    case 'Deployment':
      return { ...object, spec: deploymentSpec(objectAt(object, 'spec')) };
    case 'ReplicaSet':
      return { ...object, spec: templated({ replicas: 1 }, objectAt(object, 'spec')) };
    case 'StatefulSet':
      return {
        ...object,
        spec: templated(
          {
            replicas: 1,
            podManagementPolicy: 'OrderedReady',
            revisionHistoryLimit: 10,
            updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
          },
          objectAt(object, 'spec'),
        ),
      };
    case 'DaemonSet':
      return {
        ...object,
        spec: templated(
          {
            revisionHistoryLimit: 10,
            updateStrategy: {
              type: 'RollingUpdate',
              rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
            },
          },
          objectAt(object, 'spec'),
        ),
      };
    case 'Namespace':
      return {
        ...object,
        metadata: namespaceMetadata(objectAt(object, 'metadata')),
        spec: { finalizers: ['kubernetes'], ...objectAt(object, 'spec') },
        status: { phase: 'Active', ...objectAt(object, 'status') },
      };
    case 'Secret':
      return secret(object);
    case 'EndpointSlice':
      return withPorts(object, { name: '', protocol: 'TCP' });
    case 'Endpoints':
      return isJsonArray(object.subsets)
        ? {
            ...object,
            subsets: object.subsets.map((subset) =>
              isJsonObject(subset) ? withPorts(subset, { protocol: 'TCP' }) : subset,
            ),
          }
        : object;
    default:
      return object;
  }
}

function withPorts(holder: JsonObject, defaults: JsonObject): JsonObject {
  if (!isJsonArray(holder.ports)) return holder;
  const ports = holder.ports.map((port) => (isJsonObject(port) ? { ...defaults, ...port } : port));
  return { ...holder, ports };
}

/** Every Namespace carries its name as a label, whatever was sent. */
function namespaceMetadata(metadata: JsonObject): JsonObject {
  const labels = objectAt(metadata, 'labels');
  const name = textAt(metadata, 'name');
  return { ...metadata, labels: { ...labels, 'kubernetes.io/metadata.name': name } };
}

function serviceSpec(spec: JsonObject): JsonObject {
  const type = textAt(spec, 'type') || 'ClusterIP';
  return {
    type,
    sessionAffinity: 'None',
    ...(type === 'ExternalName'
      ? {}
      : { internalTrafficPolicy: 'Cluster', ...serviceFamilies(spec) }),
    ...(type === 'LoadBalancer' || type === 'NodePort' ? { externalTrafficPolicy: 'Cluster' } : {}),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
    ...spec,
    ports: listAt(spec, 'ports').map((port) => {
      if (!isJsonObject(port)) return port;
      const number: JsonValue = port.port ?? 0;
      return { protocol: 'TCP', targetPort: number, ...port };
    }),
  };
}

/** Those of its addresses where it names some; else this cluster's. */
function serviceFamilies(spec: JsonObject): JsonObject {
  const listed = [textAt(spec, 'clusterIP'), ...listAt(spec, 'clusterIPs')].flatMap((address) => {
    const found = typeof address === 'string' ? parseAddress(address) : null;
    return found === null ? [] : `IPv${found.family}`;
  });
  const families = [...new Set(listed.length === 0 ? ['IPv4'] : listed)];
  const count = isJsonArray(spec.ipFamilies) ? spec.ipFamilies.length : families.length;
  return {
    ipFamilies: families,
    ipFamilyPolicy: count > 1 ? 'RequireDualStack' : 'SingleStack',
  };
}

function deploymentSpec(spec: JsonObject): JsonObject {
  const strategy = objectAt(spec, 'strategy');
  const type = textAt(strategy, 'type') || 'RollingUpdate';
  const filled = templated(
    { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
    spec,
  );
  return {
    ...filled,
    strategy:
      type === 'RollingUpdate'
        ? {
            type,
            rollingUpdate: {
              maxSurge: '25%',
              maxUnavailable: '25%',
              ...objectAt(strategy, 'rollingUpdate'),
            },
          }
        : { type },
  };
}

function templated(defaults: JsonObject, spec: JsonObject): JsonObject {
  const template = objectAt(spec, 'template');
  return {
    ...defaults,
    ...spec,
    template: {
      ...template,
      metadata: { creationTimestamp: null, ...objectAt(template, 'metadata') },
      spec: podSpec(objectAt(template, 'spec')),
    },
  };
}

function podSpec(spec: JsonObject): JsonObject {
  const account = textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount');
  const filled: JsonObject = {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...spec,
    ...(account === '' ? {} : { serviceAccount: account, serviceAccountName: account }),
    containers: listAt(spec, 'containers').map(container),
  };
  return isJsonArray(spec.initContainers)
    ? { ...filled, initContainers: spec.initContainers.map(container) }
    : filled;
}

function container(given: JsonValue): JsonValue {
  if (!isJsonObject(given)) return given;
  const image = textAt(given, 'image');
  const latest = !/[:@][^/]*$/.test(image) || image.endsWith(':latest');
  const filled: JsonObject = {
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...given,
  };
  if (!isJsonArray(given.ports)) return filled;
  return {
    ...filled,
    ports: given.ports.map((port) => (isJsonObject(port) ? { protocol: 'TCP', ...port } : port)),
  };
}

function secret(object: JsonObject): JsonObject {
  const { stringData, ...rest } = object;
  const encoded = Object.entries(isJsonObject(stringData) ? stringData : {}).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  const data = { ...objectAt(object, 'data'), ...Object.fromEntries(encoded) };
  return { type: 'Opaque', ...rest, ...(Object.keys(data).length > 0 ? { data } : {}) };
}
