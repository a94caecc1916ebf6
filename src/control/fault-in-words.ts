/** Faults in words. */
import type { WorkloadFault } from '../proxy/index.ts';

/** `kill`, `reset`, `delay of 200 ms` */
export function faultName(fault: WorkloadFault): string {
  return fault.kind === 'delay' ? `delay of ${fault.delayMs} ms` : fault.kind;
}

/** The rest of a sentence about its workload. undefined: there is none any more. */
export function faultInWords(fault: WorkloadFault | undefined): string {
  return fault === undefined ? 'is well again' : `has a fault: ${faultName(fault)}`;
}
