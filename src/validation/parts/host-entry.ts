/** `namespace/name` as Gateway servers and Sidecar egress listeners list them (validation.go:ValidateNamespaceSlashWildcardHostname). */
import { splitAtSlash } from '../../text/index.ts';
import { isDnsLabel, isIp, isPartialWildcard, isWildcardDomain } from '../names.ts';
import { quote } from '../report.ts';

/** What is wrong with an entry, or null. A Gateway takes a name without namespace and addresses, a Sidecar the namespace `~`. */
export function hostEntryDefect(entry: string, kind: 'gateway' | 'sidecar'): string | null {
  const [namespace, name] = splitAtSlash(entry);
  if (namespace === undefined) {
    if (kind === 'sidecar') return `${quote(entry)} has no namespace before a slash`;
    return entry === '' ? 'this host is empty' : nameDefect(entry, kind);
  }
  if (namespace === '' || name === '')
    return `${quote(entry)} has nothing on one side of the slash`;
  if (!isNamespace(namespace, kind)) return `${quote(namespace)} is not a namespace`;
  return nameDefect(name, kind);
}

/** `~` hides, alone or before a namespace. */
function isNamespace(text: string, kind: 'gateway' | 'sidecar'): boolean {
  const name = kind === 'sidecar' && text.startsWith('~') ? text.slice(1) || '*' : text;
  return name === '*' || name === '.' || isDnsLabel(name);
}

function nameDefect(name: string, kind: 'gateway' | 'sidecar'): string | null {
  if (kind === 'gateway' && isIp(name)) return name.includes('.') ? null : shortName(name);
  if (name !== '*' && !name.includes('.')) return shortName(name);
  if (!isWildcardDomain(name)) return `${quote(name)} is not a host name`;
  return isPartialWildcard(name) ? `${quote(name)} has a * that is not a whole label` : null;
}

function shortName(name: string): string {
  return `${quote(name)} is a short name, which means nothing here`;
}
