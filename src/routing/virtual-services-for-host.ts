/** VirtualServices of a list that have a host in common with a service, in the list's order. */
import { HostIndex, type MeshVirtualService } from '../mesh/index.ts';

/** `core/tls.go:getConfigsForHost`; indexed, for a list that many services ask. */
export class VirtualServicesForHost {
  readonly #index = new HostIndex<number[]>();
  readonly #list: readonly MeshVirtualService[];
  readonly #known = new Map<string, readonly MeshVirtualService[]>();

  constructor(list: readonly MeshVirtualService[]) {
    this.#list = list;
    for (const [position, virtualService] of list.entries()) {
      for (const host of new Set(virtualService.hosts)) {
        const positions = this.#index.get(host);
        if (positions === undefined) this.#index.set(host, [position]);
        else positions.push(position);
      }
    }
  }

  of(host: string): readonly MeshVirtualService[] {
    let found = this.#known.get(host);
    if (found === undefined) {
      const positions = new Set<number>();
      for (const list of this.#index.overlapping(host))
        for (const position of list) positions.add(position);
      found = [...positions]
        .sort((a, b) => a - b)
        .flatMap((position) => this.#list[position] ?? []);
      this.#known.set(host, found);
    }
    return found;
  }
}
