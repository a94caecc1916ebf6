/** What was broken on purpose, on one row. */
import { columnsOf } from './columns.ts';
import { clip, clipMiddle } from './quantity.ts';
import type { BrokenWorkload } from './screen-state.ts';

/** Columns that a name is clipped to at least, before faults are only counted. */
const nameMin = 16;

/** Of what kind a fault is stays: names give way to it, and then whole faults. */
export function faultsText(broken: readonly BrokenWorkload[], columns: number): string {
  // More than that never fit, be their names as short as can be.
  for (let shown = Math.min(broken.length, Math.floor(columns / 8)); shown > 1; shown -= 1) {
    const { text, name } = rowOf(broken, shown, columns);
    if (name >= nameMin) return clip(text, columns);
  }
  return clip(rowOf(broken, 1, columns).text, columns);
}

/** name: columns that there are for each name where not all of them fit whole. */
function rowOf(
  broken: readonly BrokenWorkload[],
  shown: number,
  columns: number,
): { readonly text: string; readonly name: number } {
  const parts = broken.slice(0, shown);
  const more = broken.length - shown;
  const row = (name: (workload: string) => string): string =>
    `Faults: ${parts.map(({ workload, fault }) => `${name(workload)} ${fault}`).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
  const whole = row((workload) => workload);
  if (columnsOf(whole) <= columns) return { text: whole, name: columns };
  const room = Math.floor((columns - columnsOf(row(() => ''))) / shown);
  const name = Math.max(1, room);
  return { text: row((workload) => clipMiddle(workload, name)), name: room };
}
