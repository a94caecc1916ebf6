/** A mesh with one object changed, and what it answers: nothing is said of a change that routing was not asked about. */
import { buildMesh, type MeshOptions } from '../mesh/index.ts';
import { at, type Placed, type Resource, spanAt } from '../resource/index.ts';
import { type Call, compile, route, type Verdict } from '../routing/index.ts';
import type { Span } from '../text/index.ts';

/**
 * what: an order to the one who edits the file; object: of which; span: where, null where the object is in no file. order: where the
 * order is about the object as a whole, what stands before and after its name, for `it` in what. added: the text of an object that
 * is new.
 */
export type ConfigChange = {
  readonly kind: 'config';
  readonly what: string;
  readonly order?: { readonly verb: string; readonly rest: string };
  readonly object: Resource;
  readonly span: Span | null;
  readonly added?: string;
};

/** With `change`, and nothing else changed, the verdict is `verdict`. */
export type ConfigMiss = { readonly change: ConfigChange; readonly verdict: Verdict };

/** edited stands for change.object; null: it is taken away. */
export type Edit = { readonly change: ConfigChange; readonly edited: Resource | null };

/** What the mesh is made of, to be made again with one object changed. */
export type Ingredients = {
  readonly resources: readonly Resource[];
  readonly options: MeshOptions;
};

export function askEdited(
  call: Call,
  { change, edited }: Edit,
  { resources, options }: Ingredients,
): Verdict {
  const others = resources.flatMap((resource) =>
    resource === change.object ? (edited ?? []) : resource,
  );
  if (change.added !== undefined && edited !== null) others.push(edited);
  return route(compile(buildMesh(others, options), call.from), call);
}

/** An order about the object as a whole. */
export function wholeOrder(verb: string, rest: string): Pick<ConfigChange, 'what' | 'order'> {
  return { what: `${verb} it ${rest}`, order: { verb, rest } };
}

/** A list with the place of the one that it stands for. */
export function placed<T>(list: readonly T[], original: Placed): readonly T[] & Placed {
  return Object.assign([...list], { [at]: original[at] });
}

/** Where the proxy is that reads rules for the call: the client's namespace, the gateway's, the waypoint's. */
export function readerNamespace({ call, steps }: Verdict): string {
  const waypoint = steps.find(({ reason }) => reason === 'waypoint')?.subject;
  return waypoint?.split('/')[0] ?? call.from.namespace;
}

type Exported = Placed & { readonly exportTo?: (readonly string[] & Placed) | undefined };

/** For a namespace too. Where nothing is written, the settings of the mesh keep the object at home; what is written outdoes them. */
export function exportedTo(spec: Exported, namespace: string) {
  const { exportTo } = spec;
  if (exportTo === undefined)
    return { what: 'write exportTo: ["*"]', span: spanAt(spec), exportTo: placed(['*'], spec) };
  return {
    what: `add ${namespace} to its exportTo`,
    span: spanAt(spec, 'exportTo'),
    exportTo: placed([...exportTo, namespace], exportTo),
  };
}
