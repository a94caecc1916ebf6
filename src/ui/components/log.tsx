/** What happened, newest last. */
import { Box, Text } from 'ink';
import { clip } from '../quantity.ts';
import type { LogLine } from '../screen-state.ts';

const colors = { plain: undefined, good: 'green', warning: 'yellow', error: 'red' } as const;

export function Log(props: {
  readonly lines: readonly LogLine[];
  readonly filter: string;
  readonly rows: number;
  readonly columns: number;
}) {
  const { lines, filter, rows, columns } = props;
  const wanted = filter.toLowerCase();
  const found =
    wanted === '' ? lines : lines.filter(({ text }) => text.toLowerCase().includes(wanted));
  const shown = rows <= 0 ? [] : found.slice(-rows);
  return (
    <Box flexDirection="column">
      <Text bold>Log</Text>
      {shown.map((line) => {
        const color = colors[line.tone];
        return (
          <Text key={line.id} {...(color === undefined ? {} : { color })}>
            {clip(`  ${line.text}`, columns)}
          </Text>
        );
      })}
    </Box>
  );
}
