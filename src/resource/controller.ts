/** What has made an object and looks after it. */
import { below, type MapNode, textAt, type YamlNode } from '../yaml/index.ts';

export type Controller = {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
};

/** The one of its owners that its metadata calls its controller; null without one. */
export function controllerIn(object: MapNode): Controller | null {
  const owners = below(object, 'metadata', 'ownerReferences');
  const found = owners?.kind === 'list' ? owners.items.find(isController) : undefined;
  if (found === undefined) return null;
  const apiVersion = textAt(found, 'apiVersion');
  return {
    group: apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/'))),
    kind: textAt(found, 'kind'),
    name: textAt(found, 'name'),
  };
}

function isController(owner: YamlNode): boolean {
  const value = below(owner, 'controller');
  return value?.kind === 'scalar' && value.value === true;
}
