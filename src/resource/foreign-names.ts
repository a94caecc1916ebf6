/** What objects of other kinds bring that nothing else in the input defines: Secrets, Services, addresses by DNS capture. */
import { splitAtSlash } from '../text/index.ts';
import { textAt } from '../yaml/index.ts';
import { turnsCaptureOn } from './dns-capture.ts';
import type { Foreign } from './resource.ts';

export type ForeignName = { readonly namespace: string; readonly name: string };

/** services: those of an operator are called as its object is, or begin so (`pg-rw`, `c1-kafka-bootstrap`). */
export type ForeignNames = {
  readonly secrets: readonly ForeignName[];
  readonly services: readonly ForeignName[];
  /** The object that turns DNS capture on for some sidecars, in words; null where none does. */
  readonly capturesDns: string | null;
};

export const noForeignNames: ForeignNames = {
  secrets: [],
  services: [],
  capturesDns: null,
};

export function foreignNamesOf(
  foreign: readonly Foreign[],
  defaultNamespace: string,
): ForeignNames {
  const secrets: ForeignName[] = [];
  const services: ForeignName[] = [];
  for (const one of foreign) {
    const namespace = one.namespace || defaultNamespace;
    const secret = secretOf(one);
    if (secret !== '') secrets.push({ namespace, name: secret });
    if (isCustom(one) && one.name !== '') services.push({ namespace, name: one.name });
  }
  const capturing = foreign.find(turnsCaptureOn);
  return {
    secrets,
    services,
    capturesDns: capturing === undefined ? null : `${capturing.kind} ${capturing.name}`,
  };
}

function secretOf({ kind, name, place: { node } }: Foreign): string {
  switch (kind) {
    case 'Certificate':
      return textAt(node, 'spec', 'secretName');
    case 'SealedSecret':
      return textAt(node, 'spec', 'template', 'metadata', 'name') || name;
    case 'ExternalSecret':
      return textAt(node, 'spec', 'target', 'name') || name;
    case 'VaultStaticSecret':
    case 'VaultDynamicSecret':
    case 'VaultPKISecret':
      return textAt(node, 'spec', 'destination', 'name');
    default:
      return '';
  }
}

/** Kinds of Kubernetes itself and of Istio make no Services of their own. */
function isCustom({ apiVersion }: Foreign): boolean {
  const [group = ''] = splitAtSlash(apiVersion);
  return group.includes('.') && !/(^|\.)(k8s|istio)\.io$/.test(group);
}
