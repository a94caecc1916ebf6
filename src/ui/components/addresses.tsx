/** How to connect, a command a row. What has to be typed is never cut: what it is for gives way, then the command goes on below. */
import { Box, Text } from 'ink';
import { dotControls } from '../../report/index.ts';
import { clipStart } from '../quantity.ts';
import type { ConnectHint } from '../screen-state.ts';

/** Columns that say what a command is for, at least. */
const whatMin = 10;
/** Blanks before, between and after. */
const blanks = 4;

/** One way in on one row or several. */
type Way = readonly { readonly what: string; readonly command: string }[];

export function waysIn(told: readonly ConnectHint[], columns: number): readonly Way[] {
  const hints = told.map(({ what, command }) => ({ what, command: dotControls(command) }));
  const room = Math.max(1, columns - blanks);
  const whole = hints.filter(({ command }) => command.length <= room - whatMin);
  const longest = Math.max(0, ...whole.map(({ command }) => command.length));
  const wanted = Math.max(0, ...hints.map(({ what }) => what.length));
  const width = Math.max(0, Math.min(wanted, room - longest));
  return hints.map(({ what, command }): Way => {
    const shown = clipStart(what, width).padEnd(width);
    if (command.length <= room - width) return [{ what: shown, command }];
    const rows = command.match(new RegExp(`.{1,${room}}`, 'gs')) ?? [];
    return [
      { what: clipStart(what, room), command: '' },
      ...rows.map((row) => ({ what: '', command: row })),
    ];
  });
}

export function Addresses(props: { readonly ways: readonly Way[]; readonly rows: number }) {
  const { ways, rows } = props;
  const shown = fitting(ways, rows);
  const more = ways.length - shown.length;
  return (
    <Box flexDirection="column">
      {shown.flat().map(({ what, command }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of one frame
        <Text key={at}>
          {`  ${what}${command === '' ? '' : '  '}`}
          <Text color="green">{command}</Text>
        </Text>
      ))}
      {more > 0 && rows > 0 && (
        <Text dimColor>{`  and ${more} more ${more === 1 ? 'way' : 'ways'} in`}</Text>
      )}
    </Box>
  );
}

/** Those that fit as a whole, with a row to say that there are more. */
function fitting(ways: readonly Way[], rows: number): readonly Way[] {
  if (ways.flat().length <= rows) return ways;
  const shown: Way[] = [];
  let left = rows - 1;
  for (const way of ways) {
    left -= way.length;
    if (left < 0) break;
    shown.push(way);
  }
  return shown;
}
