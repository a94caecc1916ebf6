/** The services of a scope by host, as clusters are made of them: one record for a host, which decides ports and resolution. */
import { isNamed, labelsMatch, type Mesh, type MeshService } from '../mesh/index.ts';

/** Grows as Istio's scope does (`sidecar.go:initSidecarScopeInternalIndexes`): the first record stays, with what later ones may add. */
export class ScopeServices {
  readonly byHost = new Map<string, MeshService>();
  readonly #mesh: Mesh;
  readonly #namespace: string;

  constructor(mesh: Mesh, namespace: string) {
    this.#mesh = mesh;
    this.#namespace = namespace;
  }

  add(service: MeshService): void {
    const existing = this.byHost.get(service.host);
    if (existing === undefined) {
      this.byHost.set(service.host, service);
      return;
    }
    const takesOver = existing.resource.kind !== 'Service' && service.resource.kind === 'Service';
    if (takesOver) this.byHost.set(service.host, service);
    else if (sharePorts(existing, service)) {
      const numbers = new Set(existing.ports.map(({ number }) => number));
      const missing = service.ports.filter(({ number }) => !numbers.has(number));
      if (missing.length > 0)
        this.byHost.set(service.host, { ...existing, ports: [...existing.ports, ...missing] });
    }
  }

  /**
   * A service that a VirtualService sends to. ports: those that its destinations name, null for all.
   * only: the port of the egress listener that imported the VirtualService.
   */
  addDestination(host: string, ports: ReadonlySet<number> | null, only: number | null): void {
    const service = this.#find(host);
    if (service === null) return;
    const wanted = only === null ? ports : new Set([only]);
    if (wanted === null) {
      this.add(service);
      return;
    }
    const kept = service.ports.filter(({ number }) => wanted.has(number));
    // A listener with a port asks for that very port, which an ExternalName without ports does not have.
    if (only !== null && kept.length === 0) return;
    if (kept.length === service.ports.length) this.add(service);
    else if (kept.length > 0)
      this.add({ ...service, ports: only === null ? kept : kept.slice(0, 1) });
  }

  /** In the client's own namespace whoever it is for; elsewhere the best that the client may see. */
  #find(host: string): MeshService | null {
    const records = this.#mesh.servicesByHost.get(host);
    if (records === undefined) return null;
    const best = (list: readonly MeshService[]): MeshService | null =>
      list.find(({ resource }) => resource.kind === 'Service') ?? list[0] ?? null;
    const meant = records.filter((service) => mayBeSentTo(service, this.#namespace));
    return best(meant.filter(({ namespace }) => namespace === this.#namespace)) ?? best(meant);
  }
}

/** May a VirtualService add it to a scope of this namespace? In its own whoever it is for, elsewhere where it names the namespace. */
export function mayBeSentTo(
  { namespace: home, visibility }: MeshService,
  namespace: string,
): boolean {
  return home === namespace ? visibility.kind !== 'unread' : isNamed(visibility, home, namespace);
}

/** Do two records of one host lend each other ports? Parts of one object do, and ServiceEntries that differ in nothing else. */
function sharePorts(a: MeshService, b: MeshService): boolean {
  if (a.resource === b.resource) return true;
  return (
    a.namespace === b.namespace &&
    a.resource.kind === 'ServiceEntry' &&
    b.resource.kind === 'ServiceEntry' &&
    a.resolution === b.resolution &&
    sameLabels(a.resource.metadata.labels ?? {}, b.resource.metadata.labels ?? {}) &&
    sameSelector(a, b) &&
    sameNames(a.resource.spec.exportTo, b.resource.spec.exportTo)
  );
}

type Labels = { readonly [key: string]: string };

function sameLabels(a: Labels, b: Labels): boolean {
  return labelsMatch(a, b) && labelsMatch(b, a);
}

function sameSelector(a: MeshService, b: MeshService): boolean {
  if (a.selector === null || b.selector === null) return a.selector === b.selector;
  return sameLabels(a.selector, b.selector);
}

/** As written: an absent list and `*` are not the same here (`sidecar.go:canMergeServices`). */
function sameNames(a: readonly string[] = [], b: readonly string[] = []): boolean {
  const [one, other] = [new Set(a), new Set(b)];
  return one.size === other.size && [...one].every((name) => other.has(name));
}
