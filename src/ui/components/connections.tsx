/** Connections that are open now: who, by which rule, where to, how much, since when. The youngest come first. */
import { Box, Text } from 'ink';
import { padColumns } from '../columns.ts';
import { ageText, bytesText, clip, clipStart, countText } from '../quantity.ts';
import type { LiveConnection } from '../screen-state.ts';

/** The youngest that fit the filter, and how many do. */
export function matching(
  live: ReadonlyMap<number, LiveConnection>,
  filter: string,
  rows: number,
): { readonly shown: readonly LiveConnection[]; readonly total: number } {
  const wanted = filter.toLowerCase();
  const fits = ({ from, to, rule, workload, destination }: LiveConnection): boolean =>
    [from, to, rule, workload, destination].some((text) => text?.toLowerCase().includes(wanted));
  const all = [...live.values()];
  const found = wanted === '' ? all : all.filter(fits);
  return { shown: rows <= 0 ? [] : found.slice(-rows).reverse(), total: found.length };
}

export function Connections(props: {
  readonly live: ReadonlyMap<number, LiveConnection>;
  readonly filter: string;
  readonly now: number;
  readonly rows: number;
  readonly columns: number;
}) {
  const { live, filter, now, rows, columns } = props;
  const fit = matching(live, filter, rows);
  const { total } = fit;
  // The last row says how many have none; a single one shows the youngest, and the title how many there are.
  const saysMore = total > rows && rows > 1;
  const shown = saysMore ? fit.shown.slice(0, -1) : fit.shown;
  const numbers = 20;
  const free = columns - numbers - 5;
  const from = Math.floor(free * 0.3);
  const rule = Math.floor(free * 0.35);
  const where = free - from - rule;
  const title = `Connections: ${countText(total)}${filter === '' ? '' : ` matching "${filter}"`}`;
  return (
    <Box flexDirection="column">
      <Text bold>{clip(title, columns)}</Text>
      {shown.map((connection) => (
        <Text key={connection.id}>
          {`  ${padColumns(clipStart(connection.from, from - 1), from)}`}
          <Text dimColor>
            {padColumns(clipStart(connection.rule ?? connection.outcome, rule - 1), rule)}
          </Text>
          {` ${padColumns(clipStart(connection.workload ?? connection.destination ?? '', where - 1), where)}`}
          {`${bytesText(connection.bytesReceived)}/${bytesText(connection.bytesSent)}`.padStart(12)}
          {ageText(now - connection.openedAt).padStart(7)}
        </Text>
      ))}
      {saysMore && <Text dimColor>{`  and ${countText(total - shown.length)} more`}</Text>}
    </Box>
  );
}
