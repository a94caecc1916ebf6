/** How to connect, a command a row: those that there is room for, or all of them in a list to go through. */
import { Box, Text } from 'ink';
import { clip } from '../quantity.ts';
import { type ScreenState, shownScreen } from '../screen-state.ts';
import { fittingWays, type Way, type WayRow, wayList } from '../ways-in.ts';

export function Addresses(props: {
  readonly ways: readonly Way[];
  readonly rows: number;
  readonly columns: number;
  readonly filter: string;
}) {
  const { ways, rows, columns, filter } = props;
  const shown = fittingWays(ways, rows, filter);
  const more = ways.length - shown.length;
  return (
    <Box flexDirection="column">
      <WayRows rows={shown.flatMap((way) => way.rows)} />
      {more > 0 && rows > 0 && (
        <Text dimColor>
          {clip(`  and ${more} more ${more === 1 ? 'way' : 'ways'} in: w shows all`, columns)}
        </Text>
      )}
    </Box>
  );
}

export function AddressList({
  state,
  scroll,
}: {
  readonly state: ScreenState;
  readonly scroll: number;
}) {
  const { hints, columns, rows } = shownScreen(state);
  const list = wayList(hints, columns, rows);
  const first = Math.min(scroll, list.last);
  const shown = list.rows.slice(first, first + list.room);
  const place =
    list.last === 0
      ? ''
      : `: rows ${first + 1} to ${first + shown.length} of ${list.rows.length}, up and down show the others`;
  return (
    <Box flexDirection="column">
      <Text bold>{clip(`Ways in${place}`, columns)}</Text>
      <WayRows rows={shown} />
    </Box>
  );
}

function WayRows({ rows }: { readonly rows: readonly WayRow[] }) {
  return (
    <>
      {rows.map(({ what, command, note }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of one frame
        <Text key={at}>
          {`  ${what}${what === '' || command === '' ? '' : '  '}`}
          <Text color="green">{command}</Text>
          {note !== '' && <Text dimColor>{`  ${note}`}</Text>}
        </Text>
      ))}
    </>
  );
}
