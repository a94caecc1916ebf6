/**
 * Which host names cover or overlap others, on the raw strings (host.Name.SubsetOf and Matches), for lists of any length:
 * a name covers itself, a wildcard every name and every wildcard that its tail ends.
 */

/** Which names are covered by any of `hosts`. */
export function coveredByAny(hosts: readonly string[]): (name: string) => boolean {
  const exact = new Set(hosts);
  const tails = new Set(hosts.filter((host) => host.startsWith('*')).map((host) => host.slice(1)));
  return (name) => {
    if (exact.has(name)) return true;
    const from = name.startsWith('*') ? 1 : 0;
    for (let at = from; at <= name.length && tails.size > 0; at++)
      if (tails.has(name.slice(at))) return true;
    return false;
  };
}

/** A host and an earlier one that it overlaps with; both as indexes into the list. */
export type Overlap = { readonly earlier: number; readonly later: number };

/** Every host that overlaps with another, each told once. Names are sorted from their end, so that a wildcard stands before what it covers. */
export function overlaps(hosts: readonly string[]): Overlap[] {
  if (hosts.length < 2) return [];
  const sorted = hosts.map((host, index) => {
    const wildcard = host.startsWith('*');
    const key = [...(wildcard ? host.slice(1) : host)].reverse().join('');
    return { index, wildcard, key };
  });
  sorted.sort((a, b) =>
    a.key === b.key
      ? Number(b.wildcard) - Number(a.wildcard) || a.index - b.index
      : a.key < b.key
        ? -1
        : 1,
  );
  const found: Overlap[] = [];
  let cover = sorted[0];
  for (const [i, entry] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before === undefined) continue;
    const covered = cover?.wildcard === true && entry.key.startsWith(cover.key);
    const other = covered ? cover : before.key === entry.key ? before : undefined;
    if (other !== undefined)
      found.push({
        earlier: Math.min(other.index, entry.index),
        later: Math.max(other.index, entry.index),
      });
    if (!covered) cover = entry;
  }
  return found.sort((a, b) => a.later - b.later || a.earlier - b.earlier);
}
