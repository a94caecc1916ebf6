/** Prints rules from their metadata. */
import type { RuleMeta } from '../../diagnostic/index.ts';
import { rulesAsJson, rulesAsList, rulesAsText } from '../../report/index.ts';
import { closest } from '../../text/index.ts';
import { paintFor } from '../colours.ts';
import { CannotDo, type ExitCode, type Invocation } from '../command.ts';
import type { rulesOptions } from '../options/rules.ts';
import { allRules } from '../rule-list.ts';

export async function run({
  world,
  options,
  operands,
}: Invocation<typeof rulesOptions>): Promise<ExitCode> {
  const known = allRules();
  const rules = operands.length === 0 ? known : operands.flatMap((name) => named(name, known));
  if (options.output === 'json') {
    world.stdout.write(rulesAsJson(rules));
    return 0;
  }
  const paint = await paintFor(world, world.stdout, options.color);
  const { columns } = world.stdout;
  world.stdout.write(
    operands.length === 0 ? rulesAsList(rules, paint) : rulesAsText(rules, paint, columns),
  );
  return 0;
}

function named(name: string, rules: readonly RuleMeta[]): readonly RuleMeta[] {
  const wanted = name.toLowerCase();
  const found = rules.filter((rule) => rule.code.toLowerCase() === wanted || rule.name === wanted);
  if (found.length > 0) return found;
  const meant = closest(
    name,
    rules.flatMap((rule) => [rule.code, rule.name]),
  );
  throw new CannotDo(
    `no rule is called '${name}'${meant === null ? '' : ` (Did you mean ${meant}?)`}`,
    'tcpmesh rules lists them.',
  );
}
