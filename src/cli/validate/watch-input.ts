/** `--watch`: validates again whenever something that was read changes, until it is interrupted. */
import { resolve } from 'node:path';
import { CannotDo, type ExitCode } from '../command.ts';
import { type Input, namedByNobody } from '../input/read-input.ts';
import type { World } from '../world.ts';

/** Of one validation: what it ended with, and what it read. */
export type Outcome = { readonly code: ExitCode; readonly input: Input };

/** Editors write a file in several steps. */
const settleMs = 100;

/** named: the paths that the command was given. */
export async function watchInput(
  world: World,
  named: readonly string[],
  validate: (stop: AbortSignal) => Promise<Outcome>,
): Promise<ExitCode> {
  if (named.includes('-'))
    throw new CannotDo('--watch cannot follow standard input', 'Name files or folders.');
  let wake: () => void = () => {};
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
    wake();
  };
  const offs = (['SIGINT', 'SIGTERM'] as const).map((signal) => world.onSignal(signal, end));
  try {
    for (;;) {
      if (world.stdout.isTTY) world.stdout.write('\u001b[2J\u001b[H');
      const interrupted = new Promise<null>((resolve) => {
        wake = () => resolve(null);
      });
      const paths = await Promise.race([
        once(world, named, () => validate(ended.signal)),
        interrupted,
      ]);
      if (paths === null) return 130;
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      world.stderr.write('waiting for changes; Ctrl-C ends\n');
      const stop = world.files.watch(paths, () => world.clock.after(settleMs, wake));
      await changed;
      stop();
      if (ended.signal.aborted) return 0;
    }
  } finally {
    for (const off of offs) off();
  }
}

/** What to watch. A mistake that would end the command is said, and may be mended while it waits. */
async function once(
  world: World,
  named: readonly string[],
  validate: () => Promise<Outcome>,
): Promise<readonly string[]> {
  try {
    const { input } = await validate();
    const [configuration = '', ...unnamed] = namedByNobody(input.configuration, world.cwd);
    // A file that is not there may come, and more into a folder.
    const places = named.length > 0 ? named.map((name) => resolve(world.cwd, name)) : unnamed;
    return [...new Set([...input.paths.values(), ...places, configuration])];
  } catch (error) {
    if (!(error instanceof CannotDo)) throw error;
    world.stderr.write(`tcpmesh: ${error.message}\n  ${error.remedy}\n`);
    return [world.cwd];
  }
}
