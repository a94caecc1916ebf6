/** How the rows of a terminal are shared out among the sections, so that the whole always fits and nothing scrolls. */

export type Sections = {
  readonly addresses: number;
  readonly rules: number;
  readonly connections: number;
  readonly log: number;
};

/** choice: the rows of a list to choose from, which takes the place of connections and log. */
export type Layout = Sections & { readonly choice: number };

/** Rows beside the sections: the head line, a title for each of the three lower ones, the key line. */
export const frameRows = 5;

/**
 * wanted: the rows that each section would fill. Ways in and rules come first, then connections and log share what is left, and what
 * they leave free is for the rules again; the last row of the terminal stays free, as writing it makes some terminals scroll.
 */
export function layout(rows: number, wanted: Sections): Layout {
  let left = Math.max(0, rows - 1 - frameRows);
  const take = (want: number, most: number): number => {
    const taken = Math.max(0, Math.min(want, most, left));
    left -= taken;
    return taken;
  };
  const total = left;
  const addresses = take(wanted.addresses, Math.max(2, Math.floor(total / 3)));
  const rules = take(wanted.rules, Math.max(3, Math.floor(total / 2)));
  const half = Math.ceil(left / 2);
  const logFirst = Math.min(wanted.log, half);
  const connections = take(wanted.connections, Math.max(left - logFirst, 0));
  const log = take(wanted.log, left);
  // A list stands in the place of both sections and their titles, and of what they leave empty.
  const choice = connections + log + left + 2;
  const free = take(wanted.rules - rules, left);
  return { addresses, rules: rules + free, connections, log, choice };
}
