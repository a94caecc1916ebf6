/** `--watch`: validates again whenever something that was read changes, until it is interrupted. */
import { CannotDo, type ExitCode } from '../command.ts';
import type { Input } from '../input/read-input.ts';
import type { World } from '../world.ts';

/** Of one validation: what it ended with, and what it read. */
export type Outcome = { readonly code: ExitCode; readonly input: Input };

/** Editors write a file in several steps. */
const settleMs = 100;

export async function watchInput(
  world: World,
  validate: () => Promise<Outcome>,
): Promise<ExitCode> {
  let wake: () => void = () => {};
  let ended = false;
  const end = (): void => {
    ended = true;
    wake();
  };
  const offs = (['SIGINT', 'SIGTERM'] as const).map((signal) => world.onSignal(signal, end));
  try {
    while (!ended) {
      if (world.stdout.isTTY) world.stdout.write('\u001b[2J\u001b[H');
      const paths = await once(world, validate);
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      world.stderr.write('waiting for changes; Ctrl-C ends\n');
      const stop = world.files.watch(paths, () => world.clock.after(settleMs, wake));
      if (!ended) await changed;
      stop();
    }
  } finally {
    for (const off of offs) off();
  }
  return 0;
}

/** What to watch. A mistake that would end the command is said, and may be mended while it waits. */
async function once(world: World, validate: () => Promise<Outcome>): Promise<readonly string[]> {
  try {
    const { input } = await validate();
    const files = [...input.paths.values()].filter((path) => path !== '-');
    return input.configuration.path === '' ? files : [...files, input.configuration.path];
  } catch (error) {
    if (!(error instanceof CannotDo)) throw error;
    world.stderr.write(`tcpmesh: ${error.message}\n  ${error.remedy}\n`);
    return [world.cwd];
  }
}
