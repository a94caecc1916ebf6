/** What an http match asks for that another, whose prefix it begins, does not: so much is left for the other one. */
import type { HttpMatchRequest, StringMatch } from '../../../resource/index.ts';

/** The fields by which `earlier` leaves something of `later` over; empty where it takes all of it. */
export function narrowedBy(earlier: HttpMatchRequest, later: HttpMatchRequest): string[] {
  const narrow: string[] = [];
  const note = (field: string, takesAll: boolean): void => {
    if (!takesAll) narrow.push(field);
  };
  note('sourceLabels', labelsWithin(earlier.sourceLabels, later.sourceLabels));
  const from = earlier.sourceNamespace ?? '';
  note('sourceNamespace', from === '' || from === later.sourceNamespace);
  note('gateways', gatewaysWithin(earlier.gateways ?? [], later.gateways ?? []));
  note('scheme', takes(earlier.scheme, later.scheme));
  note('method', takes(earlier.method, later.method));
  note('authority', takes(earlier.authority, later.authority));
  note('headers', allTaken(earlier.headers, later.headers));
  note('queryParams', allTaken(earlier.queryParams, later.queryParams));
  note('withoutHeaders', allLacking(earlier.withoutHeaders, later.withoutHeaders));
  // `/A` is one more that a match without regard to case takes.
  note('the case of its uri', later.ignoreUriCase !== true || earlier.ignoreUriCase === true);
  return narrow;
}

type Matches = HttpMatchRequest['headers'];

function labelsWithin(
  earlier: HttpMatchRequest['sourceLabels'],
  later: HttpMatchRequest['sourceLabels'],
): boolean {
  const asked = new Map(Object.entries(later ?? {}));
  return Object.entries(earlier ?? {}).every(([name, value]) => asked.get(name) === value);
}

/** None stands for those of the VirtualService. */
function gatewaysWithin(earlier: readonly string[], later: readonly string[]): boolean {
  if (earlier.length === 0) return true;
  return later.length > 0 && later.every((name) => earlier.includes(name));
}

function takes(earlier: StringMatch | undefined, later: StringMatch | undefined): boolean {
  if (earlier === undefined || same(earlier, later)) return true;
  if (!earlier.prefix) return false;
  return (later?.exact ?? later?.prefix ?? '').startsWith(earlier.prefix);
}

function same(a: StringMatch, b: StringMatch | undefined): boolean {
  return a.exact === b?.exact && a.prefix === b?.prefix && a.regex === b?.regex;
}

function allTaken(earlier: Matches, later: Matches): boolean {
  const asked = new Map<string, StringMatch>(Object.entries(later ?? {}));
  return Object.entries(earlier ?? {}).every(
    ([name, match]) => asked.has(name) && takes(match, asked.get(name)),
  );
}

function allLacking(earlier: Matches, later: Matches): boolean {
  const asked = new Map<string, StringMatch>(Object.entries(later ?? {}));
  return Object.entries(earlier ?? {}).every(([name, match]) => same(match, asked.get(name)));
}
