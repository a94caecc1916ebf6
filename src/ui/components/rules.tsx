/** The shares of each rule: a bar for every destination, observed against expected, with what chance allows. */
import { Box, Text } from 'ink';
import type { DestinationShareReport, ShareReport } from '../../control/index.ts';
import { padColumns } from '../columns.ts';
import { clip, clipStart, countText, percentText } from '../quantity.ts';
import { type BarCell, shareBar } from '../share-bar.ts';

type Row =
  | { readonly kind: 'rule'; readonly key: string; readonly report: ShareReport }
  | {
      readonly kind: 'destination';
      readonly key: string;
      readonly report: ShareReport;
      readonly share: DestinationShareReport;
    };

/** Rows that the rules would fill. */
export function ruleRows(shares: readonly ShareReport[]): readonly Row[] {
  return shares.flatMap((report, i): Row[] => [
    { kind: 'rule', key: `${i}`, report },
    ...report.destinations.map(
      (share, j): Row => ({ kind: 'destination', key: `${i}.${j}`, report, share }),
    ),
  ]);
}

export function Rules(props: {
  readonly shares: readonly ShareReport[];
  readonly rows: number;
  readonly columns: number;
  /** Rows that were scrolled past. */
  readonly scroll: number;
}) {
  const { shares, rows, columns, scroll } = props;
  const all = ruleRows(shares);
  // A single row is better used for a rule than to say that there are rules.
  const room = all.length > rows && rows > 1 ? rows - 1 : rows;
  const first = Math.max(0, Math.min(scroll, all.length - room));
  const shown = all.slice(first, first + room);
  return (
    <Box flexDirection="column">
      {shown.map((row) =>
        row.kind === 'rule' ? (
          <RuleLine key={row.key} report={row.report} columns={columns} />
        ) : (
          <ShareLine key={row.key} report={row.report} share={row.share} columns={columns} />
        ),
      )}
      {all.length > shown.length && rows > 1 && (
        <Text dimColor>
          {clip(
            `  rows ${first + 1} to ${first + shown.length} of ${all.length}: up and down show the others`,
            columns,
          )}
        </Text>
      )}
    </Box>
  );
}

function RuleLine({ report, columns }: { readonly report: ShareReport; readonly columns: number }) {
  const verdict =
    report.verdict === 'within' ? 'as expected' : report.verdict === 'off' ? 'OFF' : '';
  const count = `${countText(report.connections)} connection${report.connections === 1 ? '' : 's'}`;
  const width = columns - count.length - verdict.length - 5;
  return (
    <Text>
      {'  '}
      <Text bold>{padColumns(clipStart(report.rule, width), width)}</Text>
      {` ${count} `}
      <Text color={report.verdict === 'off' ? 'red' : 'green'}>{verdict}</Text>
    </Text>
  );
}

function ShareLine(props: {
  readonly report: ShareReport;
  readonly share: DestinationShareReport;
  readonly columns: number;
}) {
  const { report, share, columns } = props;
  const label = Math.min(24, Math.max(8, Math.floor(columns / 5)));
  const bar = Math.max(10, Math.min(60, columns - label - 42));
  const { connections } = report;
  const observed = connections === 0 ? '-' : percentText(share.observed / connections);
  const single = report.destinations.length < 2;
  const tolerance =
    connections === 0 || single
      ? ''
      : ` ${percentText(share.bounds.low / connections)}..${percentText(share.bounds.high / connections)}`;
  const numbers = ` ${observed.padStart(6)} of ${percentText(share.expected)}${tolerance}`;
  return (
    <Text>
      {`    ${padColumns(clip(share.label, label - 1), label)}`}
      <Bar cells={shareBar(share, connections, bar)} off={!share.within} />
      {clip(numbers, columns - label - bar - 4)}
    </Text>
  );
}

/** Runs of like cells become one piece of text: few elements, however wide the bar. */
function Bar({ cells, off }: { readonly cells: readonly BarCell[]; readonly off: boolean }) {
  const runs: { readonly at: number; text: string; readonly range: boolean }[] = [];
  cells.forEach((cell, at) => {
    const glyph = cell.mark ? '┃' : cell.filled ? '█' : cell.range ? '▒' : '·';
    const last = runs.at(-1);
    if (last !== undefined && last.range === cell.range) last.text += glyph;
    else runs.push({ at, text: glyph, range: cell.range });
  });
  return (
    <>
      {runs.map((run) => (
        <Text key={run.at} color={off ? 'red' : run.range ? 'cyan' : 'blue'}>
          {run.text}
        </Text>
      ))}
    </>
  );
}
