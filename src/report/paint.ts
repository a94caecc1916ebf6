/** Colours by what they mean, so that a report says `bad(…)` and nobody else knows how that looks. */
import { Chalk } from 'chalk';

export type Paint = {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  /** What the eye should find first. */
  readonly strong: (text: string) => string;
  /** Names of objects and addresses. */
  readonly name: (text: string) => string;
  /** Places and other small print. */
  readonly faint: (text: string) => string;
};

const same = (text: string): string => text;

export const plainPaint: Paint = {
  good: same,
  bad: same,
  warn: same,
  strong: same,
  name: same,
  faint: same,
};

const chalk = new Chalk({ level: 1 });

export const colourPaint: Paint = {
  good: chalk.green,
  bad: chalk.red,
  warn: chalk.yellow,
  strong: chalk.bold,
  name: chalk.cyan,
  faint: chalk.dim,
};
