/** How to connect, a command a row. */
import { Box, Text } from 'ink';
import { clip, clipStart } from '../quantity.ts';
import type { ConnectHint } from '../screen-state.ts';

export function Addresses(props: {
  readonly hints: readonly ConnectHint[];
  readonly rows: number;
  readonly columns: number;
}) {
  const { hints, rows, columns } = props;
  const shown = hints.slice(0, hints.length > rows ? Math.max(0, rows - 1) : rows);
  const width = Math.min(
    Math.max(0, ...hints.map(({ what }) => what.length)),
    Math.floor(columns / 3),
  );
  const more = hints.length - shown.length;
  return (
    <Box flexDirection="column">
      {shown.map(({ what, command }) => (
        <Text key={`${what} ${command}`}>
          {`  ${clipStart(what, width).padEnd(width)}  `}
          <Text color="green">{clip(command, columns - width - 4)}</Text>
        </Text>
      ))}
      {more > 0 && rows > 0 && <Text dimColor>{`  and ${more} more ways in`}</Text>}
    </Box>
  );
}
