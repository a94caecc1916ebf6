/** Colours are loaded when a terminal shows them. */
import type { Paint } from './paint.ts';

/** level: 1 for 16 colours, 2 for 256, 3 for all. */
export async function loadColours(level: 1 | 2 | 3): Promise<Paint> {
  const { colourPaint } = await import('./colour-paint.ts');
  return colourPaint(level);
}
