/** Files that validate writes itself, found again among what it is to read: reports and the baseline are no resources. */
import { resolve } from 'node:path';
import type { Source } from '../../text/index.ts';
import { CannotDo } from '../command.ts';
import type { Input } from '../input/read-input.ts';
import type { World } from '../world.ts';
import { reportFiles } from './output-destinations.ts';
import type { Settings, ValidateOptions } from './settings.ts';

/** How every report that a folder walk could find begins, and the baseline: `{"schemaVersion": 1`, `schemaVersion: 1`, `{"$schema": …`. */
const beginning = /^\s*(?:\{\s*)?"?(?:schemaVersion|\$schema)"?\s*:/;

/** The sources without those of the last run. A report that would be written over what is to be validated is refused. */
export function withoutOwnReports(
  world: World,
  options: ValidateOptions,
  { sources, paths }: Pick<Input, 'sources' | 'paths'>,
  { baseline }: Pick<Settings, 'baseline'>,
): readonly Source[] {
  const reports = new Map(
    reportFiles(options.output).map((file) => [resolve(world.cwd, file), file]),
  );
  const kept = sources.filter(({ name, text }) => {
    const path = paths.get(name);
    if (path === undefined) return true;
    const report = reports.get(path);
    const own = report !== undefined || path === baseline?.path;
    if (own && beginning.test(text)) return false;
    if (report !== undefined && text !== '')
      throw new CannotDo(
        `${report}: the report would be written over a file that is to be validated`,
        'Name another file for the report.',
      );
    return true;
  });
  return kept.length === 0 ? sources : kept;
}
