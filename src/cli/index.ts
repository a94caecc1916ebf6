/**
 * Room cli (11): main(argv, world) -> exit code; one file a command. world.ts is the only place with process, files, clock, randomness.
 * May import every room. May not decide anything about meshes itself.
 */
export { main } from './main.ts';
export type { World } from './world.ts';
