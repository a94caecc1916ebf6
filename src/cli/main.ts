/** The command line: which command, with which options, and the exit code. */
import { closest } from '../text/index.ts';
import { version } from './build-version.ts';
import { CannotDo, type Command, type ExitCode } from './command.ts';
import { allCommands, commandCalled } from './commands/registry.ts';
import { type ReadArguments, readArguments } from './read-arguments.ts';
import type { World } from './world.ts';

/** Runs one command. Never throws for what a user did: exit code 2 and a message instead. */
export async function main(world: World): Promise<ExitCode> {
  try {
    return await dispatch(world);
  } catch (error) {
    if (error instanceof CannotDo) {
      world.stderr.write(
        `tcpmesh: ${error.message}\n${error.remedy === '' ? '' : `  ${error.remedy}\n`}`,
      );
      return 2;
    }
    const shown = world.env.TCPMESH_DEBUG === undefined ? String(error) : stackOf(error);
    world.stderr.write(
      `tcpmesh: a defect of tcpmesh itself: ${shown}\n  Please report it with the command and its input; TCPMESH_DEBUG=1 shows where it happened.\n`,
    );
    return 2;
  }
}

async function dispatch(world: World): Promise<ExitCode> {
  const [first, ...args] = world.argv;
  if (first === undefined) {
    const { programHelp } = await import('./commander-program.ts');
    world.stderr.write(programHelp(allCommands()));
    return 2;
  }
  if (first === '--version' || first === '-V') {
    world.stdout.write(`${version}\n`);
    return 0;
  }
  if (first === '--help' || first === '-h' || (first === 'help' && args.length === 0)) {
    const { programHelp } = await import('./commander-program.ts');
    world.stdout.write(programHelp(allCommands()));
    return 0;
  }
  if (first === 'help') return showHelp(world, commandNamed(args[0] ?? ''));
  return start(world, commandNamed(first), args);
}

async function start(world: World, command: Command, args: readonly string[]): Promise<ExitCode> {
  const dashes = args.indexOf('--');
  const own = dashes === -1 ? args : args.slice(0, dashes);
  const behind = dashes === -1 ? null : args.slice(dashes + 1);
  const read = await readOptions(command, own);
  if (read === 'help') return showHelp(world, command);
  if ('wrong' in read)
    throw new CannotDo(`${command.name}: ${read.wrong}`, `See tcpmesh ${command.name} --help.`);
  const { options, operands } = read;
  const program = { commands: allCommands, run: main };
  return command.keepsRest
    ? command.start({ world, program, options, operands, rest: behind })
    : command.start({
        world,
        program,
        options,
        operands: [...operands, ...(behind ?? [])],
        rest: null,
      });
}

async function readOptions(
  command: Command,
  args: readonly string[],
): Promise<ReadArguments | 'help' | { readonly wrong: string }> {
  const quick = readArguments(command.options, args);
  if (quick !== null) return quick;
  const { parseByCommander } = await import('./commander-program.ts');
  return parseByCommander(command, args);
}

async function showHelp(world: World, command: Command): Promise<ExitCode> {
  const { commandHelp } = await import('./commander-program.ts');
  world.stdout.write(commandHelp(allCommands(), command));
  return 0;
}

function commandNamed(name: string): Command {
  const found = commandCalled(name);
  if (found !== undefined) return found;
  const noun = name.startsWith('-') ? 'option' : 'command';
  const names = allCommands().map((command) => command.name);
  const known = noun === 'command' ? names : ['--help', '--version'];
  const meant = closest(name, known);
  throw new CannotDo(
    `unknown ${noun} '${name}'${meant === null ? '' : ` (Did you mean ${meant}?)`}`,
    noun === 'command'
      ? `Commands are ${names.join(', ')}; see tcpmesh --help.`
      : 'See tcpmesh --help.',
  );
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
