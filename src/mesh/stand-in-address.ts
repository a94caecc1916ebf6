/** Addresses for what has none in the files: the same for the same name in every run, and never one that is taken. */

export type AddressRange =
  | 'service'
  | 'service-v6'
  | 'workload'
  | 'workload-v6'
  | 'name'
  | 'allocated';

/**
 * Where each comes from: the upper half of kubeadm's service network, a quarter of 10/8 that its pod network leaves, the same of IPv6's
 * unique local addresses, a documentation net, and the net of which Istiod gives addresses to ServiceEntries.
 */
const ranges: Readonly<
  Record<AddressRange, { readonly size: number; readonly text: (offset: number) => string }>
> = {
  service: { size: 1 << 19, text: (offset) => v4(0x0a680000 + offset) },
  'service-v6': {
    size: 1 << 24,
    text: (offset) => `fd00:10:104::${v6End(offset)}`,
  },
  workload: { size: 1 << 22, text: (offset) => v4(0x0a800000 + offset) },
  'workload-v6': { size: 1 << 24, text: (offset) => `fd00:10:128::${v6End(offset)}` },
  name: { size: 1 << 16, text: (offset) => v4(0xc6120000 + offset) },
  allocated: { size: 1 << 16, text: (offset) => v4(0xf0f00000 + offset) },
};

function v4(bits: number): string {
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.');
}

function v6End(bits: number): string {
  return `${(bits >> 16).toString(16)}:${(bits & 0xffff).toString(16)}`;
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}

/**
 * Gives out addresses by key, none twice and none of `taken`. Keys that meet share the range by going on to the next free
 * address, so ask in an order that does not depend on the input's.
 */
export class StandInAddresses {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  take(range: AddressRange, key: string): string {
    const { size, text } = ranges[range];
    let offset = hash(key) % size;
    for (let tries = 0; tries < size; tries++) {
      const last = offset & 255;
      const address = text(offset);
      if (last !== 0 && last !== 255 && !this.#taken.has(address)) {
        this.#taken.add(address);
        return address;
      }
      offset = (offset + 1) % size;
    }
    return text(hash(key) % size);
  }
}
