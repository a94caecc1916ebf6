/** Faults in words. */
import type { WorkloadFault } from '../proxy/index.ts';

/** `kill`, `reset`, `delay of 200 ms` */
export function faultName(fault: WorkloadFault): string {
  return fault.kind === 'delay' ? `delay of ${fault.delayMs} ms` : fault.kind;
}

/** The rest of a sentence about its workload. undefined: there is none any more. before: the fault that it had until now. */
export function faultInWords(fault: WorkloadFault | undefined, before?: WorkloadFault): string {
  if (fault === undefined) return 'is well again';
  const replaced = before === undefined ? '' : faultName(before);
  const instead = replaced === '' || replaced === faultName(fault) ? '' : ` instead of ${replaced}`;
  return `has a fault: ${faultName(fault)}${instead}`;
}
