/** `--fix`: writes what fixes change, or shows it as a diff; says how much. */
import { unifiedDiff } from '../../report/index.ts';
import { count, type Source } from '../../text/index.ts';
import { paintFor } from '../colours.ts';
import { CannotDo } from '../command.ts';
import type { Input } from '../input/read-input.ts';
import { failed, type World } from '../world.ts';
import type { Found } from './find.ts';
import { fixSources } from './fix-sources.ts';
import type { ValidateOptions } from './settings.ts';

/** What is found afterwards; in a dry run, what is found now. */
export async function mend(
  world: World,
  options: ValidateOptions,
  input: Input,
  first: Found,
  find: (sources: readonly Source[]) => Found,
): Promise<Found> {
  const { sources, found, made } = fixSources(input.sources, first, find);
  const changed = input.sources.flatMap((before, i) => {
    const after = sources[i];
    return after === undefined || after === before ? [] : [{ before, after }];
  });
  const left = first.findings.some(({ fix }) => fix !== undefined)
    ? withheld
    : 'nothing that can be mended safely';
  if (options.dryRun) {
    if (changed.length === 0) world.stderr.write(`${left}\n`);
    const paint = await paintFor(world, world.stdout, options.color);
    for (const { before, after } of changed)
      world.stdout.write(unifiedDiff(before.name, before.text, after.text, paint));
    return first;
  }
  for (const { before, after } of changed) replace(world, input, before, after);
  world.stderr.write(
    made === 0
      ? `${left}\n`
      : `mended ${count(made, 'finding')} in ${count(changed.length, 'file')}\n`,
  );
  return found;
}

const withheld =
  'nothing was mended: what can be would give other errors, or bring rules into force beside an error that is left';

function replace(world: World, input: Input, before: Source, after: Source): void {
  const { name } = before;
  const path = input.paths.get(name);
  if (path === undefined || path === '-')
    throw new CannotDo('standard input cannot be mended in place', 'Add --dry-run to see a diff.');
  const bytes = world.files.read(path);
  const marked = !failed(bytes) && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const failure = world.files.write(path, marked ? `\ufeff${after.text}` : after.text);
  if (failure !== undefined)
    throw new CannotDo(`${name}: ${failure.message}`, 'Make it writable, or use --dry-run.');
}
