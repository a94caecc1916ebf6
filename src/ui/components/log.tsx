/** What happened, newest last. */
import { Box, Text } from 'ink';
import { clip, wrap } from '../quantity.ts';
import type { LogLine } from '../screen-state.ts';

const colors = { plain: undefined, good: 'green', warning: 'yellow', error: 'red' } as const;

type LogRow = { readonly key: string; readonly tone: LogLine['tone']; readonly text: string };

/** The last rows of the lines that fit the filter, at most so many. What comes by the thousand has a row each, the rest goes on below. */
export function logRows(
  lines: readonly LogLine[],
  filter: string,
  columns: number,
  most: number,
): readonly LogRow[] {
  const wanted = filter.toLowerCase();
  const found: LogRow[] = [];
  for (let i = lines.length - 1; i >= 0 && found.length < most; i -= 1) {
    const line = lines[i];
    if (line === undefined) continue;
    const { id, tone, text, many } = line;
    if (!text.toLowerCase().includes(wanted)) continue;
    const rows = many ? [clip(text, columns - 2)] : wrap(text, columns - 4);
    rows.toReversed().forEach((row, at) => {
      const indent = at === rows.length - 1 ? '  ' : '    ';
      found.push({ key: `${id}.${at}`, tone, text: `${indent}${row}` });
    });
  }
  return found.slice(0, Math.max(0, most)).reverse();
}

export function Log(props: {
  readonly lines: readonly LogRow[];
  readonly rows: number;
  readonly title: string;
}) {
  const { lines, rows, title } = props;
  const shown = rows <= 0 ? [] : lines.slice(-rows);
  return (
    <Box flexDirection="column">
      <Text bold>{title}</Text>
      {shown.map(({ key, tone, text }) => {
        const color = colors[tone];
        return (
          <Text key={key} {...(color === undefined ? {} : { color })}>
            {text}
          </Text>
        );
      })}
    </Box>
  );
}
