/** How pieces of a report look. Plain by default. */

export type Role = 'error' | 'warning' | 'info' | 'good' | 'faint' | 'strong' | 'place' | 'related';

/** Text in, the same text out, with the control sequences of its role around it or none. */
export type Paint = (role: Role, text: string) => string;

export const plainPaint: Paint = (_, text) => text;
