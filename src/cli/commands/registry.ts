/** Every command, in the order of help. To add one: its file beside this one, and its line here. */
import type { Command } from '../command.ts';
import { completion } from './completion.ts';
import { connect } from './connect.ts';
import { explain } from './explain.ts';
import { rules } from './rules.ts';
import { run } from './run.ts';
import { test } from './test.ts';
import { validate } from './validate.ts';
import { version } from './version.ts';

export const commands: readonly Command[] = [
  validate,
  explain,
  test,
  run,
  connect,
  rules,
  completion,
  version,
];
