/** What has made an object and looks after it. */
import { splitAtSlash } from '../text/index.ts';
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
  const [group = ''] = splitAtSlash(textAt(found, 'apiVersion'));
  return {
    group,
    kind: textAt(found, 'kind'),
    name: textAt(found, 'name'),
  };
}

function isController(owner: YamlNode): boolean {
  const value = below(owner, 'controller');
  return value?.kind === 'scalar' && value.value === true;
}
