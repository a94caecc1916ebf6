/** How to connect, a command a row. */
import { Box, Text } from 'ink';
import { clip } from '../quantity.ts';

export function Addresses(props: {
  readonly hints: readonly string[];
  readonly rows: number;
  readonly columns: number;
}) {
  const { hints, rows, columns } = props;
  const shown = hints.slice(0, hints.length > rows ? Math.max(0, rows - 1) : rows);
  const more = hints.length - shown.length;
  return (
    <Box flexDirection="column">
      {shown.map((hint) => (
        <Text key={hint} color="green">
          {clip(`  ${hint}`, columns)}
        </Text>
      ))}
      {more > 0 && rows > 0 && <Text dimColor>{`  and ${more} more ways in`}</Text>}
    </Box>
  );
}
