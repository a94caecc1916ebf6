/** One of several destinations without a weight. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { at, type Resource } from '../../resource/index.ts';
import { below, isNull } from '../../yaml/index.ts';
import { destinationText } from '../facts/destination-text.ts';
import { type AnyRule, everyRoute, type Taker } from '../facts/rule-walk.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

const whyOf = (taker: Taker): string =>
  `A weight that is left out is 0, not "the rest": the destination never gets a ${taker}.`;

export const weightLeftOut: LintRule = {
  meta: {
    code: 'TCM1402',
    name: 'weight-left-out',
    severity: 'warning',
    summary: 'One of several destinations has no weight.',
    why: whyOf('connection'),
    help: 'Give it a weight; write 0 where none is meant.',
    istio: nobodyElse,
  },
  reads: ['VirtualService'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService'))
      for (const { route, taker } of everyRoute(service)) yield* leftOut(service, route, taker);
  },
};

function* leftOut(
  service: Resource<'VirtualService'>,
  entries: readonly NonNullable<AnyRule['route']>[number][],
  taker: Taker,
): Iterable<Occurrence> {
  if (entries.length < 2) return;
  const without = entries.filter(({ weight }) => weight === undefined);
  // What is written and cannot be read is a finding of its own.
  if (without.length === 0 || without.some(isWritten)) return;
  const sum = entries.reduce((total, { weight }) => total + (weight ?? 0), 0);
  if (sum === 0) return;
  const help =
    without.length === 1 && sum < 100 && entries.every(({ weight }) => (weight ?? 0) >= 0)
      ? `Write \`weight: ${100 - sum}\` if it is to get the rest.`
      : 'Give it a weight, or remove it.';
  for (const entry of without)
    yield occurrence(
      service,
      entry.destination ?? entry,
      entry.destination === undefined ? [] : ['host'],
      `${entry.destination === undefined ? 'this destination' : destinationText(entry.destination)} has no weight among several and never gets a ${taker}; the others share ${sum}`,
      { help, ...(taker === 'connection' ? {} : { why: whyOf(taker) }) },
    );
}

/** Asked of the text, for it did not decode. */
function isWritten(entry: NonNullable<AnyRule['route']>[number]): boolean {
  const written = below(entry[at].node, 'weight');
  return written !== undefined && !isNull(written);
}
