/** All listeners of a proxy, for those who list rather than ask. */
import type { Compiled } from './compile.ts';
import type { Listener } from './listener.ts';

/** By port, then in the order in which they were made. */
export function listenersOf(compiled: Compiled): readonly Listener[] {
  return portsOf(compiled).flatMap((port) => [...compiled.listenersOn(port).values()]);
}

/** Ports that some listener may be on, ascending. */
function portsOf(compiled: Compiled): readonly number[] {
  const ports = new Set<number>();
  if (compiled.kind === 'ambient') return [];
  if (compiled.kind === 'gateway')
    for (const port of compiled.gateway.byPort.keys()) ports.add(port);
  else
    for (const { port, servicesByPort } of compiled.scope.egress) {
      if (port !== null) ports.add(port.number);
      else for (const number of servicesByPort.keys()) ports.add(number);
    }
  return [...ports].sort((a, b) => a - b);
}
