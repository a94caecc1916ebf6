/** A verdict of a connection that came to nothing: where it was to go, and the one step that says why nobody is there. */
import type { Verdict } from '../routing/index.ts';
import { goesInWords, shareInWords } from './verdict-text.ts';
import { callerInWords, targetInWords } from './words.ts';

/** chosen: the index of the destination that was drawn, -1 where there was none; address: what a dialled name resolved to. */
export function untakenInWords(verdict: Verdict, chosen: number, address: string | null): string {
  const { call } = verdict;
  const destination = verdict.destinations[chosen];
  const goes =
    destination === undefined
      ? goesInWords(verdict, address)
      : `goes to ${shareInWords({ ...destination, share: 1 })}`;
  const why = whyInWords(verdict, destination?.cluster);
  const asked = `${callerInWords(call.from)} → ${targetInWords(call, address)}`;
  return `${asked} ${goes}${why === null ? '' : `: ${why}`}`;
}

function whyInWords({ call, outcome, steps }: Verdict, cluster: string | undefined): string | null {
  switch (outcome) {
    case 'routed':
      return (
        steps.find(
          ({ stage, subject, result }) =>
            stage === 'endpoints' && subject === cluster && result === 'rejected',
        )?.message ?? null
      );
    case 'passthrough':
    case 'blackhole':
      return steps.findLast(({ stage }) => stage === 'service')?.message ?? null;
    case 'no-listener':
    case 'listener-rejected':
      return (
        steps.findLast(({ stage, result }) => stage === 'listener' && result === 'rejected')
          ?.message ?? null
      );
    case 'no-filter-chain': {
      const nameless = steps.some(({ reason, subject }) => reason === 'sni' && subject === 'none');
      return nameless && (call.sni ?? '') === '' ? 'it sent no server name' : null;
    }
    case 'http':
      return null;
  }
}
