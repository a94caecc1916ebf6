/** The last row: the keys, or what is being asked. */
import { Text } from 'ink';
import { clip } from '../quantity.ts';
import type { ScreenState } from '../screen-state.ts';

export function KeyBar({ state }: { readonly state: ScreenState }) {
  const { prompt, columns, frozen } = state;
  if (prompt.kind === 'filter')
    return (
      <Text inverse>
        {clip(` filter: ${prompt.text}_  (enter takes it, escape leaves it) `, columns)}
      </Text>
    );
  if (prompt.kind === 'choose')
    return (
      <Text inverse>
        {clip(' up and down choose, letters narrow it, enter takes, escape leaves ', columns)}
      </Text>
    );
  if (prompt.kind === 'ways')
    return (
      <Text inverse>
        {clip(' w or escape leaves, up and down show the others, q quits ', columns)}
      </Text>
    );
  const keys = ` p ${frozen === null ? 'pause' : 'go on'}   f filter   t test   k kill   d delay   r reset   w ways in   q quit `;
  return <Text inverse>{clip(keys, columns)}</Text>;
}
