/** `-o sarif=out.sarif -o text`: which formats, each to standard output or a file. */
import { resolve } from 'node:path';
import { type FindingFormat, findingFormats } from '../../report/index.ts';
import { closest } from '../../text/index.ts';
import { CannotDo } from '../command.ts';
import type { Output, World } from '../world.ts';

/** output: the terminal or pipe that decides on colours and width. */
export type Destination = {
  readonly format: FindingFormat;
  readonly write: (text: string) => void;
  readonly output: Pick<Output, 'isTTY' | 'columns'>;
};

export function destinationsOf(world: World, given: readonly string[]): readonly Destination[] {
  const absolute = (file: string): string => resolve(world.cwd, file);
  const destinations = (given.length === 0 ? ['text'] : given).map((value) => {
    const equals = value.indexOf('=');
    const format = formatNamed(equals === -1 ? value : value.slice(0, equals));
    return equals === -1 ? toStdout(world, format) : toFile(world, format, value.slice(equals + 1));
  });
  if (destinations.filter(({ output }) => output === world.stdout).length > 1)
    throw new CannotDo(
      'two reports cannot share standard output',
      'Write all but one to a file: -o sarif=out.sarif -o text.',
    );
  const files = reportFiles(given);
  const twice = files.find((file, i) => files.map(absolute).indexOf(absolute(file)) < i);
  if (twice !== undefined)
    throw new CannotDo(`two reports cannot share the file ${twice}`, 'Name a file for each.');
  return destinations;
}

/** As they were given: not those of which the name is missing. */
export function reportFiles(given: readonly string[]): readonly string[] {
  return given.flatMap((value) => /=(.+)$/s.exec(value)?.[1] ?? []);
}

function formatNamed(name: string): FindingFormat {
  const format = findingFormats.find((known) => known === name);
  if (format !== undefined) return format;
  const meant = closest(name, findingFormats);
  throw new CannotDo(
    `unknown format '${name}'${meant === null ? '' : ` (Did you mean ${meant}?)`}`,
    `Formats are ${findingFormats.join(', ')}.`,
  );
}

function toStdout(world: World, format: FindingFormat): Destination {
  return { format, write: world.stdout.write, output: world.stdout };
}

function toFile(world: World, format: FindingFormat, path: string): Destination {
  if (path === '') throw new CannotDo(`-o ${format}= names no file`, `Write -o ${format}=FILE.`);
  const write = (text: string): void => {
    const failure = world.files.write(resolve(world.cwd, path), text);
    if (failure !== undefined)
      throw new CannotDo(`${path}: ${failure.message}`, 'Name a file that can be written.');
  };
  return { format, write, output: { isTTY: false, columns: 100 } };
}
