/** The whole screen, drawn from the state alone. */
import { Box, Text } from 'ink';
import { faultsText } from '../faults-text.ts';
import { frameRows, layout } from '../layout.ts';
import { clip } from '../quantity.ts';
import { type ScreenState, shownScreen } from '../screen-state.ts';
import { shownShares } from '../shown-shares.ts';
import { waysIn } from '../ways-in.ts';
import { Addresses, AddressList } from './addresses.tsx';
import { Choice } from './choice.tsx';
import { Connections, matching } from './connections.tsx';
import { HeadLine } from './head-line.tsx';
import { KeyBar } from './key-bar.tsx';
import { Log, logRows } from './log.tsx';
import { Rules, ruleRows } from './rules.tsx';

export function Screen({ state }: { readonly state: ScreenState }) {
  const shown = shownScreen(state);
  const { columns, rows, hints, sample, live, log, filter, prompt, now, refusal, scroll } = shown;
  const { broken } = sample;
  const ways = waysIn(hints, columns, 'if-room');
  const shares = shownShares(sample.shares, filter);
  const matched = filter === '' ? '' : ` (matching "${filter}")`;
  const lines = logRows(log, filter, columns, rows);
  // A terminal of few rows has none for more than the frame, and fewer than that show how it goes.
  if (rows <= frameRows) return <HeadLine state={state} />;
  if (prompt.kind === 'ways')
    return (
      <Box flexDirection="column" height={Math.max(1, rows - 1)} width={columns}>
        <HeadLine state={state} />
        <AddressList state={state} scroll={prompt.scroll} />
        <Box flexGrow={1} />
        <KeyBar state={state} />
      </Box>
    );
  const spare = rows - 1 - frameRows;
  const showsRefusal = refusal !== null && spare > 0;
  const showsBroken = broken.length > 0 && spare > Number(showsRefusal);
  const notices = Number(showsRefusal) + Number(showsBroken);
  const room = layout(rows - notices, {
    addresses: ways.flatMap((way) => way.rows).length,
    rules: ruleRows(shares).length,
    connections: matching(live, filter, 1).total,
    log: lines.length,
  });
  return (
    <Box flexDirection="column" height={Math.max(1, rows - 1)} width={columns}>
      <HeadLine state={state} />
      {showsRefusal && (
        <Text bold color="red">
          {clip(refusal, columns)}
        </Text>
      )}
      {showsBroken && <Text color="yellow">{faultsText(broken, columns)}</Text>}
      <Addresses ways={ways} rows={room.addresses} columns={columns} filter={filter} />
      <Text bold>
        {clip(`Shares${matched}: observed of expected, and what chance allows`, columns)}
      </Text>
      <Rules shares={shares} rows={room.rules} columns={columns} scroll={scroll} />
      {prompt.kind === 'choose' ? (
        <Choice state={state} prompt={prompt} rows={room.choice} />
      ) : (
        <>
          <Connections
            live={live}
            filter={filter}
            now={now}
            rows={room.connections}
            columns={columns}
          />
          <Log lines={lines} rows={room.log} title={clip(`Log${matched}`, columns)} />
        </>
      )}
      <Box flexGrow={1} />
      <KeyBar state={state} />
    </Box>
  );
}
