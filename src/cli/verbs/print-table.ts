/** The Tables of the API as kubectl prints them: capital headings, three blanks between columns. */
import { escapeControls } from '../../report/index.ts';
import type { Json } from '../api-client/api-client.ts';
import { at, listAt, textAt } from '../api-client/json-at.ts';

export type TableText = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** prefix: put before each name, `pod/`. */
export function tableText(
  table: Json,
  how: { readonly wide: boolean; readonly namespaces: boolean; readonly prefix: string },
): TableText {
  const columns = listAt(table, 'columnDefinitions')
    .map((column, i) => ({ name: textAt(column, 'name'), wide: at(column, 'priority') !== 0, i }))
    .filter(({ wide }) => how.wide || !wide);
  const rows = listAt(table, 'rows').map((row) => {
    const cells = columns.map(({ name, i }) => {
      const cell = listAt(row, 'cells')[i];
      const text = cell === null || cell === undefined ? '' : String(cell);
      return name === 'Name' ? `${how.prefix}${text}` : text;
    });
    const namespace = textAt(row, 'object', 'metadata', 'namespace');
    return (how.namespaces ? [namespace, ...cells] : cells).map(escapeControls);
  });
  const head = columns.map(({ name }) => name.toUpperCase());
  return { head: how.namespaces ? ['NAMESPACE', ...head] : head, rows };
}

export function printColumns(lines: readonly (readonly string[])[]): string {
  return columnPrinter()(lines);
}

/** For lines that come bit by bit: a column is as wide as it was before, or wider. */
export function columnPrinter(): (lines: readonly (readonly string[])[]) => string {
  let widths: readonly number[] = [];
  return (lines) => {
    widths = (lines[0] ?? []).map((_, i) =>
      Math.max(widths[i] ?? 0, ...lines.map((line) => (line[i] ?? '').length)),
    );
    return inColumns(lines, widths);
  };
}

function inColumns(lines: readonly (readonly string[])[], widths: readonly number[]): string {
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i === line.length - 1 ? cell : cell.padEnd((widths[i] ?? 0) + 3)))
        .join('')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
