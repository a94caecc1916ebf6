/** Asking routing: one mesh, compiled once for each client and gateway that asks. */
import type { Mesh } from '../mesh/index.ts';
import {
  type Call,
  type Compiled,
  compile,
  route,
  type Verdict,
  type Viewpoint,
} from '../routing/index.ts';

export type Ask = (call: Call) => Verdict;

/** What a proxy has, compiled at the first question and kept as long as this function itself. */
export function proxiesOf(mesh: Mesh): (from: Viewpoint) => Compiled {
  const compiled = new Map<string, Compiled>();
  return (from) => {
    const key = viewpointKey(from);
    let proxy = compiled.get(key);
    if (proxy === undefined) {
      proxy = compile(mesh, from);
      compiled.set(key, proxy);
    }
    return proxy;
  };
}

/** capturedAs: the viewpoint that a workload really has; as it is given where nothing is known of that. */
export function asker(
  mesh: Mesh,
  proxyOf = proxiesOf(mesh),
  capturedAs: (from: Viewpoint) => Viewpoint = (from) => from,
): Ask {
  return (call) => {
    const from = capturedAs(call.from);
    return route(proxyOf(from), from === call.from ? call : { ...call, from });
  };
}

/** Equal for viewpoints that get the same configuration. */
function viewpointKey(from: Viewpoint): string {
  const labels = Object.entries(from.labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const ip = from.kind === 'gateway' ? '' : (from.ip ?? '');
  return JSON.stringify([from.kind, from.namespace, labels, ip]);
}
