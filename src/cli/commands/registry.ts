/** Every command, in the order of help. To add one: its file beside this one, and its line here. */
import type { Command } from '../command.ts';
import { apply } from './apply.ts';
import { completion } from './completion.ts';
import { connect } from './connect.ts';
import { deleteCommand } from './delete.ts';
import { describe } from './describe.ts';
import { exec } from './exec.ts';
import { explain } from './explain.ts';
import { get } from './get.ts';
import { logs } from './logs.ts';
import { rules } from './rules.ts';
import { run } from './run.ts';
import { test } from './test.ts';
import { tutorial } from './tutorial.ts';
import { validate } from './validate.ts';
import { version } from './version.ts';

export const commands: readonly Command[] = [
  validate,
  explain,
  test,
  run,
  connect,
  apply,
  get,
  describe,
  deleteCommand,
  exec,
  logs,
  rules,
  tutorial,
  completion,
  version,
];
