/** The printer columns of each kind, named as Kubernetes and Istio's definitions name them. */
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  numberAt,
  objectAt,
  stringsAt,
  textAt,
  valueAt,
} from '../../json.ts';
import type { ApiKind } from '../api-kind.ts';
import { ageOf } from './age.ts';

export type Column = {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  /** Shown by `-o wide` only. */
  readonly wide: boolean;
  readonly cell: (object: JsonObject, now: number) => JsonValue;
};

type Cell = Column['cell'];

const column = (name: string, cell: Cell, type: Column['type'] = 'string'): Column => ({
  name,
  type,
  wide: false,
  cell,
});
const wide = (name: string, cell: Cell): Column => ({ name, type: 'string', wide: true, cell });
const integer = (name: string, ...path: readonly string[]): Column =>
  column(name, (object) => numberAt(object, ...path) ?? 0, 'integer');

const name = column('Name', (object) => textAt(object, 'metadata', 'name'));
const age = column('Age', (object, now) =>
  ageOf(textAt(object, 'metadata', 'creationTimestamp'), now),
);

/** A column of a CustomResourceDefinition: lists and maps are printed as JSON, and what is absent as nothing. */
const custom = (title: string, ...path: readonly string[]): Column =>
  column(title, (object) => {
    const value = valueAt(object, ...path);
    if (value === undefined || value === null) return null;
    return isJsonArray(value) || isJsonObject(value) ? JSON.stringify(value) : String(value);
  });

const orNone = (text: string): string => (text === '' ? '<none>' : text);

const containersOf = (...path: readonly string[]): readonly Column[] => {
  const list = (object: JsonObject, field: string): string =>
    listAt(object, ...path, 'containers')
      .map((container) => textAt(container, field))
      .join(',');
  return [
    wide('Containers', (object) => list(object, 'name')),
    wide('Images', (object) => list(object, 'image')),
  ];
};

const template = containersOf('spec', 'template', 'spec');

const selectorText = (object: JsonObject, ...path: readonly string[]): string =>
  orNone(
    Object.entries(stringsAt(object, ...path))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  );

const templateSelector = wide('Selector', (object) =>
  selectorText(object, 'spec', 'selector', 'matchLabels'),
);

const fraction = (title: string, field: string): Column =>
  column(
    title,
    (object) =>
      `${numberAt(object, 'status', field) ?? 0}/${numberAt(object, 'spec', 'replicas') ?? 0}`,
  );

const podStatus: Cell = (object) =>
  'deletionTimestamp' in objectAt(object, 'metadata')
    ? 'Terminating'
    : textAt(object, 'status', 'reason') || textAt(object, 'status', 'phase') || 'Pending';

const pod: readonly Column[] = [
  name,
  column('Ready', (object) => {
    const statuses = listAt(object, 'status', 'containerStatuses');
    const ready = statuses.filter((one) => valueAt(one, 'ready') === true).length;
    return `${ready}/${listAt(object, 'spec', 'containers').length}`;
  }),
  column('Status', podStatus),
  column('Restarts', (object) =>
    String(
      listAt(object, 'status', 'containerStatuses').reduce<number>(
        (sum, one) => sum + (numberAt(one, 'restartCount') ?? 0),
        0,
      ),
    ),
  ),
  age,
  wide('IP', (object) => orNone(textAt(object, 'status', 'podIP'))),
  wide('Node', (object) => orNone(textAt(object, 'spec', 'nodeName'))),
  wide('Nominated Node', () => '<none>'),
  wide('Readiness Gates', () => '<none>'),
];

const externalIp: Cell = (object) => {
  const addresses = listAt(object, 'status', 'loadBalancer', 'ingress').map(
    (one) => textAt(one, 'ip') || textAt(one, 'hostname'),
  );
  const fixed = listAt(object, 'spec', 'externalIPs').filter(
    (one): one is string => typeof one === 'string',
  );
  switch (textAt(object, 'spec', 'type')) {
    case 'ExternalName':
      return textAt(object, 'spec', 'externalName');
    case 'LoadBalancer':
      return [...addresses, ...fixed].join(',') || '<pending>';
    default:
      return orNone(fixed.join(','));
  }
};

const servicePorts: Cell = (object) =>
  orNone(
    listAt(object, 'spec', 'ports')
      .map((port) => {
        const node = numberAt(port, 'nodePort');
        const number = numberAt(port, 'port') ?? 0;
        return `${number}${node === undefined ? '' : `:${node}`}/${textAt(port, 'protocol') || 'TCP'}`;
      })
      .join(','),
  );

const service: readonly Column[] = [
  name,
  column('Type', (object) => textAt(object, 'spec', 'type')),
  column('Cluster-IP', (object) => orNone(textAt(object, 'spec', 'clusterIP'))),
  column('External-IP', externalIp),
  column('Port(s)', servicePorts),
  age,
  wide('Selector', (object) => selectorText(object, 'spec', 'selector')),
];

const event: readonly Column[] = [
  column('Last Seen', (object, now) =>
    ageOf(textAt(object, 'lastTimestamp') || textAt(object, 'metadata', 'creationTimestamp'), now),
  ),
  column('Type', (object) => textAt(object, 'type')),
  column('Reason', (object) => textAt(object, 'reason')),
  column(
    'Object',
    (object) =>
      `${textAt(object, 'involvedObject', 'kind').toLowerCase()}/${textAt(object, 'involvedObject', 'name')}`,
  ),
  wide('Subobject', (object) => textAt(object, 'involvedObject', 'fieldPath')),
  wide('Source', (object) => textAt(object, 'source', 'component')),
  column('Message', (object) => textAt(object, 'message')),
  wide('First Seen', (object, now) => ageOf(textAt(object, 'firstTimestamp'), now)),
  wide('Count', (object) => String(numberAt(object, 'count') ?? 1)),
  wide('Name', (object) => textAt(object, 'metadata', 'name')),
];

const endpoints: Cell = (object) => {
  const shown = listAt(object, 'subsets').flatMap((subset) =>
    listAt(subset, 'addresses').flatMap((address) =>
      listAt(subset, 'ports').map((port) => `${textAt(address, 'ip')}:${numberAt(port, 'port')}`),
    ),
  );
  const more = shown.length > 3 ? ` + ${shown.length - 3} more...` : '';
  return orNone(shown.slice(0, 3).join(',')) + more;
};

const dataCount = column(
  'Data',
  (object) =>
    Object.keys(objectAt(object, 'data')).length +
    Object.keys(objectAt(object, 'binaryData')).length,
  'integer',
);

const columns: Readonly<Record<string, readonly Column[]>> = {
  VirtualService: [
    name,
    custom('Gateways', 'spec', 'gateways'),
    custom('Hosts', 'spec', 'hosts'),
    age,
  ],
  DestinationRule: [name, custom('Host', 'spec', 'host'), age],
  ServiceEntry: [
    name,
    custom('Hosts', 'spec', 'hosts'),
    custom('Location', 'spec', 'location'),
    custom('Resolution', 'spec', 'resolution'),
    age,
  ],
  WorkloadEntry: [name, age, custom('Address', 'spec', 'address')],
  Pod: pod,
  Service: service,
  Event: event,
  Namespace: [name, column('Status', (object) => textAt(object, 'status', 'phase')), age],
  ServiceAccount: [
    name,
    column('Secrets', (object) => listAt(object, 'secrets').length, 'integer'),
    age,
  ],
  ConfigMap: [name, dataCount, age],
  Secret: [name, column('Type', (object) => textAt(object, 'type')), dataCount, age],
  Deployment: [
    name,
    fraction('Ready', 'readyReplicas'),
    integer('Up-to-date', 'status', 'updatedReplicas'),
    integer('Available', 'status', 'availableReplicas'),
    age,
    ...template,
    templateSelector,
  ],
  ReplicaSet: [
    name,
    integer('Desired', 'spec', 'replicas'),
    integer('Current', 'status', 'replicas'),
    integer('Ready', 'status', 'readyReplicas'),
    age,
    ...template,
    templateSelector,
  ],
  StatefulSet: [name, fraction('Ready', 'readyReplicas'), age, ...template],
  DaemonSet: [
    name,
    integer('Desired', 'status', 'desiredNumberScheduled'),
    integer('Current', 'status', 'currentNumberScheduled'),
    integer('Ready', 'status', 'numberReady'),
    integer('Up-to-date', 'status', 'updatedNumberScheduled'),
    integer('Available', 'status', 'numberAvailable'),
    column('Node Selector', (object) =>
      selectorText(object, 'spec', 'template', 'spec', 'nodeSelector'),
    ),
    age,
    ...template,
    templateSelector,
  ],
  Endpoints: [name, column('Endpoints', endpoints), age],
  EndpointSlice: [
    name,
    column('AddressType', (object) => textAt(object, 'addressType')),
    column('Ports', (object) =>
      orNone(
        listAt(object, 'ports')
          .map((port) => String(numberAt(port, 'port') ?? ''))
          .join(','),
      ),
    ),
    column('Endpoints', (object) =>
      orNone(
        listAt(object, 'endpoints')
          .flatMap((endpoint) => listAt(endpoint, 'addresses'))
          .join(','),
      ),
    ),
    age,
  ],
  Node: [
    name,
    column('Status', () => 'Ready'),
    column('Roles', () => '<none>'),
    age,
    column('Version', (object) => textAt(object, 'status', 'nodeInfo', 'kubeletVersion')),
  ],
  CustomResourceDefinition: [
    name,
    column('Created At', (object) => textAt(object, 'metadata', 'creationTimestamp'), 'date'),
  ],
};

/** Gateway and Sidecar declare no columns of their own: name and age, as everything does. */
export function columnsOf(kind: ApiKind): readonly Column[] {
  return columns[kind.kind] ?? [name, age];
}
