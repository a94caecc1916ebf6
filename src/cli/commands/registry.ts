/** Every command. To add one: its file beside this one, and its line here. */
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

/** By name, in the order of help; each behind a function, so that a run makes the options of the one that was asked for. */
const byName: { readonly [name: string]: () => Command } = {
  validate: () => validate,
  explain: () => explain,
  test: () => test,
  run: () => run,
  connect: () => connect,
  apply: () => apply,
  get: () => get,
  describe: () => describe,
  delete: () => deleteCommand,
  exec: () => exec,
  logs: () => logs,
  rules: () => rules,
  tutorial: () => tutorial,
  completion: () => completion,
  version: () => version,
};

export function allCommands(): readonly Command[] {
  return Object.values(byName).map((command) => command());
}

/** By its name or another that it goes by. */
export function commandCalled(name: string): Command | undefined {
  if (Object.hasOwn(byName, name)) return byName[name]?.();
  return allCommands().find(({ aliases }) => aliases.includes(name));
}
