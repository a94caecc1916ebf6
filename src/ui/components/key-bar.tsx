/** The last row: the keys, or what is being asked. */
import { Text } from 'ink';
import { keyHelp } from '../key-help.ts';
import type { ScreenState } from '../screen-state.ts';

export function KeyBar({ state }: { readonly state: ScreenState }) {
  return <Text inverse>{keyHelp(state)}</Text>;
}
