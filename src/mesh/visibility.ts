/** Whom an object is for: exportTo of VirtualServices, ServiceEntries and (by annotation) Services. */

/** namespaces: own: the object's namespace is among them; others: the rest. */
export type Visibility =
  | { readonly kind: 'public' }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'namespaces'; readonly own: boolean; readonly others: ReadonlySet<string> };

const everyone: Visibility = { kind: 'public' };

/** `*` outdoes all else, then `~` does; `.` and the own name are the same. None given: everyone. */
export function visibilityOf(
  exportTo: readonly string[] | undefined,
  namespace: string,
): Visibility {
  if (exportTo === undefined || exportTo.length === 0 || exportTo.includes('*')) return everyone;
  if (exportTo.includes('~')) return { kind: 'nobody' };
  const own = exportTo.includes('.') || exportTo.includes(namespace);
  const others = new Set(exportTo.filter((name) => name !== '.' && name !== namespace));
  return { kind: 'namespaces', own, others };
}

/** Is an object of namespace `home` to be seen from `namespace`? */
export function isVisible(visibility: Visibility, home: string, namespace: string): boolean {
  switch (visibility.kind) {
    case 'public':
      return true;
    case 'nobody':
      return false;
    case 'namespaces':
      return home === namespace ? visibility.own : visibility.others.has(namespace);
  }
}
