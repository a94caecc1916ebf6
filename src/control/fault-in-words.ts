/** What a fault does, as the rest of a sentence about its workload. */
import type { WorkloadFault } from '../proxy/index.ts';

export function faultInWords(fault: WorkloadFault | undefined): string {
  switch (fault?.kind) {
    case undefined:
      return 'is well again';
    case 'kill':
      return 'has a fault: kill';
    case 'reset':
      return 'has a fault: reset';
    case 'delay':
      return `has a fault: delay of ${fault.delayMs} ms`;
  }
}
