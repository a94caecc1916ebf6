/** The command line: which command, with which options, and the exit code. */
import type { World } from './world.ts';

/** Runs one command. Never throws for what a user did: exit code 2 and a message instead. */
export async function main(world: World): Promise<number> {
  world.stderr.write('tcpmesh: no command yet\n');
  return 2;
}
