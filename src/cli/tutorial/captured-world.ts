/** The world for one command of a tutorial: what it prints is kept, its input is given. */
import type { World } from '../world.ts';

export type Captured = {
  readonly world: World;
  readonly stdout: () => string;
  readonly stderr: () => string;
};

export function capturedWorld(world: World, argv: readonly string[], input: string): Captured {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr'): World['stdout'] => ({
    write: (text) => {
      written[name] += text;
    },
    writeBytes: (bytes) => {
      written[name] += Buffer.from(bytes).toString('utf8');
    },
    offer: (text) => {
      written[name] += text;
      return true;
    },
    settle: async () => {},
    onGone: () => () => {},
    closed: false,
    isTTY: false,
    columns: world.stdout.columns,
  });
  return {
    world: {
      ...world,
      argv,
      terminal: null,
      openTerminal: () => null,
      stdout: sink('stdout'),
      stderr: sink('stderr'),
      stdin: {
        isTTY: false,
        readAll: async () => Buffer.from(input),
        chunks: async function* chunks() {
          yield Buffer.from(input);
        },
        close: () => {},
      },
    },
    stdout: () => written.stdout,
    stderr: () => written.stderr,
  };
}
