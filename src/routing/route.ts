/** Where a call goes. */
import type { Call } from './call.ts';
import type { Compiled } from './compile.ts';
import type { Verdict } from './verdict.ts';

/** steps are worked out when they are read. */
export function route(_compiled: Compiled, call: Call): Verdict {
  return {
    call,
    outcome: 'passthrough',
    rule: null,
    destinations: [],
    steps: [],
    assumptions: [],
  };
}
