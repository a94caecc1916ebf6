/** A share as a bar: filled as far as observed, the expected share and its tolerance marked on it. */
import type { DestinationShareReport } from '../control/index.ts';

/** One character of the bar. range: within what chance explains; mark: the expected share itself. */
export type BarCell = {
  readonly filled: boolean;
  readonly range: boolean;
  readonly mark: boolean;
};

/** Without connections there is nothing observed: the range is then the whole bar's expected mark alone. */
export function shareBar(
  { expected, observed, bounds }: DestinationShareReport,
  connections: number,
  width: number,
): readonly BarCell[] {
  const cell = (share: number): number =>
    Math.min(width - 1, Math.max(0, Math.ceil(share * width) - 1));
  const filled = connections === 0 ? 0 : Math.round((observed / connections) * width);
  const mark = cell(expected);
  const low = connections === 0 ? mark : cell(bounds.low / connections);
  const high = connections === 0 ? mark : cell(bounds.high / connections);
  return Array.from({ length: width }, (_, i) => ({
    filled: i < filled,
    range: i >= low && i <= high,
    mark: i === mark,
  }));
}
