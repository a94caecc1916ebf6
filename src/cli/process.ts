/** The outermost layer: makes the real world and sets the exit code. */
import process from 'node:process';
import { main } from './main.ts';
import type { World } from './world.ts';

const stream = (out: NodeJS.WriteStream) => ({
  write: (text: string): void => {
    out.write(text);
  },
  isTTY: out.isTTY === true,
  columns: out.columns ?? 80,
});

/** Entry of the bundle: bin/tcpmesh.js calls it. */
export async function start(): Promise<void> {
  const world: World = {
    argv: process.argv.slice(2),
    cwd: process.cwd(),
    env: process.env,
    stdout: stream(process.stdout),
    stderr: stream(process.stderr),
  };
  process.exitCode = await main(world);
}
