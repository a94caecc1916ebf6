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

/** Keeps what it compiled for as long as it lives itself. */
export function asker(mesh: Mesh): Ask {
  const compiled = new Map<string, Compiled>();
  return (call) => {
    const key = viewpointKey(call.from);
    let proxy = compiled.get(key);
    if (proxy === undefined) {
      proxy = compile(mesh, call.from);
      compiled.set(key, proxy);
    }
    return route(proxy, call);
  };
}

/** Equal for viewpoints that get the same configuration. */
function viewpointKey(from: Viewpoint): string {
  const labels = Object.entries(from.labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const ip = from.kind === 'sidecar' ? (from.ip ?? '') : '';
  return JSON.stringify([from.kind, from.namespace, labels, ip]);
}
