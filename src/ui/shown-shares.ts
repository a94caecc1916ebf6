/** Which rules are shown, and in what order. */
import type { ShareReport } from '../control/index.ts';

/** Of those that fit the filter, first the rules that had connections, then the others; both in the order of the mesh. */
export function shownShares(
  shares: readonly ShareReport[],
  filter: string,
): readonly ShareReport[] {
  const wanted = filter.toLowerCase();
  const fitting = shares.filter(({ rule, destinations }) =>
    [rule, ...destinations.map(({ destination }) => destination)].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
  const isUsed = ({ connections }: ShareReport): boolean => connections > 0;
  return [...fitting.filter(isUsed), ...fitting.filter((report) => !isUsed(report))];
}
