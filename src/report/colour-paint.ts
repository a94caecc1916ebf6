/** The roles of a report as chalk's colours. The only file that knows chalk. */
import { Chalk } from 'chalk';
import type { Paint } from './paint.ts';

export function colourPaint(level: 1 | 2 | 3): Paint {
  const chalk = new Chalk({ level });
  const styles = {
    error: chalk.bold.red,
    warning: chalk.bold.yellow,
    info: chalk.bold.blue,
    good: chalk.bold.green,
    faint: chalk.dim,
    strong: chalk.bold,
    place: chalk.cyan,
    related: chalk.blue,
  };
  return (role, text) => (text === '' ? '' : styles[role](text));
}
