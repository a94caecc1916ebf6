/** The first row: what runs, how much of it, and whether the picture stands still. */
import { Text } from 'ink';
import { clip, countText } from '../quantity.ts';
import { rateOf } from '../reduce-events.ts';
import { type ScreenState, shownScreen } from '../screen-state.ts';

export function HeadLine({ state }: { readonly state: ScreenState }) {
  const { live, closed, columns, seed } = shownScreen(state);
  const numbers = `${countText(live.size)} open  ${countText(closed)} closed  ${countText(live.size + closed)} connections  ${countText(rateOf(state))}/s  seed ${seed}`;
  const paused = state.frozen === null ? '' : ' PAUSED ';
  return (
    <Text>
      <Text bold color="cyan">
        tcpmesh
      </Text>
      {paused !== '' && (
        <Text inverse color="yellow">
          {paused}
        </Text>
      )}
      <Text>{`  ${clip(numbers, columns - 9 - paused.length)}`}</Text>
    </Text>
  );
}
