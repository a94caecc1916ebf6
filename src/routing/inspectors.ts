/** Which inspectors Envoy runs before it can choose a chain: whoever carries connections has to wait for their bytes first. */
import { classOf } from '../mesh/index.ts';
import type { Call } from './call.ts';
import type { Compiled, CompiledAmbient } from './compile.ts';
import { decide, resolvesHttp } from './decide.ts';
import { decideAmbient } from './decide-ambient.ts';

/** Both false where the listener looks at addresses only, or there is none. What the call says of its bytes does not matter. */
export function inspectorsFor(
  compiled: Compiled,
  call: Call,
): { readonly tls: boolean; readonly http: boolean } {
  if (compiled.kind === 'ambient') return { tls: false, http: sniffsAtWaypoint(compiled, call) };
  const { listener } = decide(compiled, call);
  if (listener === null) return { tls: false, http: resolvesHttp(compiled) };
  if (listener.rejection !== null) return { tls: false, http: false };
  return { tls: listener.inspectsTls, http: listener.inspectsHttp };
}

/** Of a port whose protocol is not declared a waypoint sends HTTP another way; a ztunnel looks at addresses only. */
function sniffsAtWaypoint(compiled: CompiledAmbient, call: Call): boolean {
  const { port, binding } = decideAmbient(compiled, call);
  return port !== null && binding?.waypoint !== null && classOf(port.protocol) === 'auto';
}
