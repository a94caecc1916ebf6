/** VirtualServices in the order that decides between them, by gateway and by who may see them. */
import type { Resource } from '../resource/index.ts';
import { compareAge } from './age.ts';
import { resolveShortName } from './host-name.ts';
import type { MeshConfig } from './mesh-config.ts';
import { type Visibility, visibilityOf } from './visibility.ts';

/** hosts and gateways as Istio completes them. A delegate has no hosts and applies nowhere by itself. */
export type MeshVirtualService = {
  readonly resource: Resource<'VirtualService'>;
  readonly namespace: string;
  readonly name: string;
  readonly age: number;
  readonly hosts: readonly string[];
  /** `mesh` or `namespace/name`. */
  readonly gateways: readonly string[];
  readonly visibility: Visibility;
};

/** The name under which VirtualServices are for sidecars. */
export const meshGateway = 'mesh';

/** `model/config.go:resolveGatewayName`: of an old dotted name the first label is the gateway's, the second its namespace. */
export function resolveGatewayName(gateway: string, namespace: string): string {
  if (gateway === meshGateway) return gateway;
  if (gateway.startsWith('./')) return `${namespace}/${gateway.slice(2)}`;
  if (gateway.includes('/')) return gateway;
  const [name = '', home = namespace] = gateway.split('.');
  return `${home}/${name}`;
}

export function meshVirtualService(
  resource: Resource<'VirtualService'>,
  age: number,
  clusterDomain: string,
  { virtualServiceExportTo }: Pick<MeshConfig, 'virtualServiceExportTo'>,
): MeshVirtualService {
  const { spec, namespace, name } = resource;
  const { gateways = [] } = spec;
  return {
    resource,
    namespace,
    name,
    age,
    hosts: (spec.hosts ?? []).map((host) => resolveShortName(host, namespace, clusterDomain)),
    gateways:
      gateways.length === 0
        ? [meshGateway]
        : gateways.map((gateway) => resolveGatewayName(gateway, namespace)),
    visibility: visibilityOf(spec.exportTo, namespace, virtualServiceExportTo),
  };
}

const none: readonly never[] = [];

type Buckets = Map<string, MeshVirtualService[]>;

/** `push_context.go:initVirtualServices`. */
export class VirtualServiceIndex {
  /** All of them, delegates too, by age, name, namespace. */
  readonly all: readonly MeshVirtualService[];
  readonly #own: Buckets = new Map();
  readonly #exported: Buckets = new Map();
  readonly #public: Buckets = new Map();
  #byResource: ReadonlyMap<Resource, MeshVirtualService> | null = null;

  constructor(virtualServices: readonly MeshVirtualService[]) {
    this.all = [...virtualServices].sort(compareAge);
    for (const virtualService of this.all) {
      if (virtualService.hosts.length > 0)
        for (const gateway of new Set(virtualService.gateways)) this.#add(virtualService, gateway);
    }
  }

  #add(virtualService: MeshVirtualService, gateway: string): void {
    const { visibility, namespace } = virtualService;
    if (visibility.kind === 'public') push(this.#public, gateway, virtualService);
    if (visibility.kind !== 'namespaces') return;
    if (visibility.own) push(this.#own, `${namespace}\n${gateway}`, virtualService);
    for (const other of visibility.others)
      push(this.#exported, `${other}\n${gateway}`, virtualService);
  }

  /** What a resource is in the mesh; undefined for one that is not in it. */
  of(resource: Resource): MeshVirtualService | undefined {
    this.#byResource ??= new Map(this.all.map((one) => [one.resource, one]));
    return this.#byResource.get(resource);
  }

  /**
   * Those that proxies of a namespace see for a gateway, as they count: its private ones, those exported to it, public ones (where
   * there are no others, the same list for all namespaces).
   */
  visibleTo(namespace: string, gateway: string): readonly MeshVirtualService[] {
    const key = `${namespace}\n${gateway}`;
    const own = this.#own.get(key) ?? none;
    const exported = this.#exported.get(key) ?? none;
    const open = this.#public.get(gateway) ?? none;
    return own.length + exported.length === 0 ? open : [...own, ...exported, ...open];
  }
}

function push(buckets: Buckets, key: string, virtualService: MeshVirtualService): void {
  const list = buckets.get(key);
  if (list === undefined) buckets.set(key, [virtualService]);
  else list.push(virtualService);
}
