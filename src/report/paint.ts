/** How pieces of a report look. Plain by default; colours are loaded when a terminal shows them. */

export type Role = 'error' | 'warning' | 'info' | 'good' | 'faint' | 'strong' | 'place' | 'related';

/** Text in, the same text out, with the control sequences of its role around it or none. */
export type Paint = (role: Role, text: string) => string;

export const plainPaint: Paint = (_, text) => text;

/** level: 1 for 16 colours, 2 for 256, 3 for all. */
export async function loadColours(level: 1 | 2 | 3): Promise<Paint> {
  const { colourPaint } = await import('./colour-paint.ts');
  return colourPaint(level);
}
