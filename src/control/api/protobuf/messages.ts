/**
 * Field numbers of the Kubernetes messages that clients send as protobuf (the generated.proto files of k8s.io/api and apimachinery):
 * kubectl's create commands, questions about access, options of a deletion. Each field is `number name type`.
 *
 * Types: s text, i whole number, b yes or no (zero values are not there); I, B: there when they are sent; t time, x number or name,
 * Q quantity, y bytes; `map:` texts by name to one of these; a name beginning with a capital: that message; `[]`: several.
 */
const sources: Readonly<Record<string, string>> = {
  ObjectMeta:
    '1 name s, 2 generateName s, 3 namespace s, 4 selfLink s, 5 uid s, 6 resourceVersion s, 7 generation i, 8 creationTimestamp t, 9 deletionTimestamp t, 10 deletionGracePeriodSeconds I, 11 labels map:s, 12 annotations map:s, 13 ownerReferences OwnerReference[], 14 finalizers s[]',
  OwnerReference:
    '1 kind s, 3 name s, 4 uid s, 5 apiVersion s, 6 controller B, 7 blockOwnerDeletion B',
  LabelSelector: '1 matchLabels map:s, 2 matchExpressions LabelSelectorRequirement[]',
  LabelSelectorRequirement: '1 key s, 2 operator s, 3 values s[]',
  ObjectReference:
    '1 kind s, 2 namespace s, 3 name s, 4 uid s, 5 apiVersion s, 6 resourceVersion s, 7 fieldPath s',
  LocalObjectReference: '1 name s',
  DeleteOptions:
    '1 gracePeriodSeconds I, 2 preconditions Preconditions, 3 orphanDependents B, 4 propagationPolicy s, 5 dryRun s[]',
  Preconditions: '1 uid s, 2 resourceVersion s',

  Namespace: '1 metadata ObjectMeta, 2 spec NamespaceSpec, 3 status NamespaceStatus',
  NamespaceSpec: '1 finalizers s[]',
  NamespaceStatus: '1 phase s',
  ConfigMap: '1 metadata ObjectMeta, 2 data map:s, 3 binaryData map:y, 4 immutable B',
  Secret: '1 metadata ObjectMeta, 2 data map:y, 3 type s, 4 stringData map:s, 5 immutable B',
  ServiceAccount:
    '1 metadata ObjectMeta, 2 secrets ObjectReference[], 3 imagePullSecrets LocalObjectReference[], 4 automountServiceAccountToken B',
  Service: '1 metadata ObjectMeta, 2 spec ServiceSpec, 3 status ServiceStatus',
  ServiceSpec:
    '1 ports ServicePort[], 2 selector map:s, 3 clusterIP s, 4 type s, 5 externalIPs s[], 7 sessionAffinity s, 8 loadBalancerIP s, 9 loadBalancerSourceRanges s[], 10 externalName s, 11 externalTrafficPolicy s, 12 healthCheckNodePort i, 13 publishNotReadyAddresses b, 17 ipFamilyPolicy s, 18 clusterIPs s[], 19 ipFamilies s[], 20 allocateLoadBalancerNodePorts B, 21 loadBalancerClass s, 22 internalTrafficPolicy s, 23 trafficDistribution s',
  ServicePort: '1 name s, 2 protocol s, 3 port i, 4 targetPort x, 5 nodePort i, 6 appProtocol s',
  ServiceStatus: '1 loadBalancer Empty',
  Empty: '',

  Deployment: '1 metadata ObjectMeta, 2 spec DeploymentSpec, 3 status Empty',
  DeploymentSpec:
    '1 replicas I, 2 selector LabelSelector, 3 template PodTemplateSpec, 4 strategy DeploymentStrategy, 5 minReadySeconds i, 6 revisionHistoryLimit I, 7 paused b, 9 progressDeadlineSeconds I',
  DeploymentStrategy: '1 type s, 2 rollingUpdate RollingUpdate',
  RollingUpdate: '1 maxUnavailable x, 2 maxSurge x',
  PodTemplateSpec: '1 metadata ObjectMeta, 2 spec PodSpec',
  Pod: '1 metadata ObjectMeta, 2 spec PodSpec, 3 status Empty',
  PodSpec:
    '2 containers Container[], 3 restartPolicy s, 4 terminationGracePeriodSeconds I, 5 activeDeadlineSeconds I, 6 dnsPolicy s, 7 nodeSelector map:s, 8 serviceAccountName s, 9 serviceAccount s, 10 nodeName s, 11 hostNetwork b, 12 hostPID b, 13 hostIPC b, 14 securityContext Empty, 15 imagePullSecrets LocalObjectReference[], 16 hostname s, 17 subdomain s, 19 schedulerName s, 20 initContainers Container[], 21 automountServiceAccountToken B, 24 priorityClassName s, 25 priority I, 27 shareProcessNamespace B, 30 enableServiceLinks B',
  Container:
    '1 name s, 2 image s, 3 command s[], 4 args s[], 5 workingDir s, 6 ports ContainerPort[], 7 env EnvVar[], 8 resources ResourceRequirements, 13 terminationMessagePath s, 14 imagePullPolicy s, 15 securityContext Empty, 16 stdin b, 17 stdinOnce b, 18 tty b, 20 terminationMessagePolicy s',
  ContainerPort: '1 name s, 2 hostPort i, 3 containerPort i, 4 protocol s, 5 hostIP s',
  EnvVar: '1 name s, 2 value s',
  ResourceRequirements: '1 limits map:Q, 2 requests map:Q',

  SelfSubjectAccessReview:
    '1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec, 3 status Status',
  SelfSubjectAccessReviewSpec:
    '1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes',
  ResourceAttributes:
    '1 namespace s, 2 verb s, 3 group s, 4 version s, 5 resource s, 6 subresource s, 7 name s',
  NonResourceAttributes: '1 path s, 2 verb s',
  SelfSubjectRulesReview:
    '1 metadata ObjectMeta, 2 spec SelfSubjectRulesReviewSpec, 3 status Status',
  SelfSubjectRulesReviewSpec: '1 namespace s',
  SelfSubjectReview: '1 metadata ObjectMeta, 2 status Status',
  /** Of a question: the answer's place, which clients send empty. */
  Status: '1 allowed b, 2 reason s, 3 evaluationError s, 4 denied b',
};

export type ProtobufField = {
  readonly name: string;
  readonly type: string;
  readonly repeated: boolean;
  readonly map: boolean;
};

export type ProtobufMessage = ReadonlyMap<number, ProtobufField>;

const parsed = new Map<string, ProtobufMessage>();

/** undefined: clients have to send JSON of it. */
export function protobufMessage(name: string): ProtobufMessage | undefined {
  const known = parsed.get(name);
  if (known !== undefined || !Object.hasOwn(sources, name)) return known;
  const fields = new Map<number, ProtobufField>();
  for (const [, number = '', field = '', map, type = '', list] of (sources[name] ?? '').matchAll(
    /(\d+) (\w+) (map:)?(\w+)(\[\])?/g,
  ))
    fields.set(Number(number), {
      name: field,
      type,
      repeated: list !== undefined,
      map: map !== undefined,
    });
  parsed.set(name, fields);
  return fields;
}
