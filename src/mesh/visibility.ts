/** Whom an object is for: exportTo of VirtualServices, ServiceEntries and (by annotation) Services. */

/**
 * public: `*` is among the names; nobody: `~` is, and not `*`; unread: Istio passes over its namespace. own and others: the namespaces that are named all the same,
 * the object's own and the rest.
 */
export type Visibility = {
  readonly kind: 'public' | 'nobody' | 'unread' | 'namespaces';
  readonly own: boolean;
  readonly others: ReadonlySet<string>;
};

const noOthers: ReadonlySet<string> = new Set();
const everyone: Visibility = { kind: 'public', own: true, others: noOthers };

const ownNamespace: Visibility = { kind: 'namespaces', own: true, others: noOthers };
export const unread: Visibility = { kind: 'unread', own: false, others: noOthers };
const nobody: Visibility = { kind: 'nobody', own: false, others: noOthers };

/** `*` outdoes all else, then `~` does; `.` and the own name are the same. byDefault: where none is given. */
export function visibilityOf(
  exportTo: readonly string[] | undefined,
  namespace: string,
  byDefault: readonly string[] | undefined,
): Visibility {
  if (exportTo === undefined || exportTo.length === 0) return defaultVisibility(byDefault);
  if (exportTo.includes('*')) return everyone;
  return {
    kind: exportTo.includes('~') ? 'nobody' : 'namespaces',
    own: exportTo.includes('.') || exportTo.includes(namespace),
    others: new Set(exportTo.filter((name) => name !== '.' && name !== namespace)),
  };
}

/**
 * What the whole mesh has by default knows `.`, which goes before, and `*`: with other names alone it is for nobody
 * (`push_context.go:initServiceRegistry`, `initVirtualServices`).
 */
function defaultVisibility(names: readonly string[] = []): Visibility {
  if (names.includes('.')) return ownNamespace;
  return names.length === 0 || names.includes('*') ? everyone : nobody;
}

/** Is an object of namespace `home` to be seen from `namespace`? */
export function isVisible(visibility: Visibility, home: string, namespace: string): boolean {
  if (visibility.kind === 'nobody' || visibility.kind === 'unread') return false;
  return isNamed(visibility, home, namespace);
}

/** The same without regard to `~`, as Istio asks it of the destinations of a VirtualService (`push_context.go:IsServiceVisible`). */
export function isNamed(visibility: Visibility, home: string, namespace: string): boolean {
  if (visibility.kind === 'public') return true;
  return home === namespace ? visibility.own : visibility.others.has(namespace);
}
