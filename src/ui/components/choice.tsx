/** A list to choose one of, in the place of connections and log while it is open. */
import { Box, Text } from 'ink';
import { clip } from '../quantity.ts';
import { choices } from '../reduce-key.ts';
import { type Prompt, type ScreenState, shownScreen } from '../screen-state.ts';

const titles = {
  client: 'Send a test connection from',
  target: 'to',
  kill: 'Kill, or bring back',
  delay: 'Delay the answers of, or no longer',
  reset: 'Reset the connections of, or no longer',
} as const;

export function Choice(props: {
  readonly state: ScreenState;
  readonly prompt: Extract<Prompt, { readonly kind: 'choose' }>;
  readonly rows: number;
}) {
  const { state, prompt, rows } = props;
  const items = choices(state, prompt);
  const { faults } = shownScreen(state).sample;
  const isFault = prompt.what !== 'client' && prompt.what !== 'target';
  const mark = (item: string): string => {
    const fault = faults.get(item);
    if (!isFault || fault === undefined) return '';
    // A workload has one fault: another kind takes the place of this one, the same kind takes it away.
    return fault.startsWith(prompt.what) ? `  (${fault})` : `  (instead of ${fault})`;
  };
  const room = Math.max(1, rows - 1);
  const first = Math.max(0, Math.min(prompt.selected - Math.floor(room / 2), items.length - room));
  const asked =
    prompt.what === 'target' ? `From ${prompt.client} ${titles.target}` : titles[prompt.what];
  const title = prompt.text === '' ? asked : `${asked}: ${prompt.text}_`;
  const place = items.length > room ? `  (${prompt.selected + 1} of ${items.length})` : '';
  return (
    <Box flexDirection="column">
      <Text bold>
        {clip(items.length === 0 ? `${title}: there is none` : `${title}${place}`, state.columns)}
      </Text>
      {items.slice(first, first + room).map((item, i) => (
        <Text key={item} inverse={first + i === prompt.selected}>
          {clip(`  ${item}${mark(item)}`, state.columns)}
        </Text>
      ))}
    </Box>
  );
}
