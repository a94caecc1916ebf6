/**
 * Room ui (10): events to screen: a pure reducer, small ink components, one frame at a time. The only room that knows ink, react and string-width.
 * May import every room below. May not open sockets or read files: what it shows and does goes through a ViewSource.
 */
import type { View, ViewOptions } from './view-options.ts';

export type { ConnectHint, FaultKind, Sample } from './screen-state.ts';
export type { View, ViewOptions, ViewSource } from './view-options.ts';

/** Opens the terminal view. They are loaded now, and not before. */
export async function openView(options: ViewOptions): Promise<View> {
  const view = await import('./view.tsx');
  return view.openView(options);
}
