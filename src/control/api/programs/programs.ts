/** The programs there are, by the names and paths that people type. */
import { nc } from './nc.ts';
import type { Program } from './program.ts';
import { shell } from './shell.ts';
import { smallPrograms } from './small-programs.ts';
import { telnet } from './telnet.ts';

export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['telnet', telnet],
  ['nc', nc],
  ['netcat', nc],
  ['sh', shell],
  ['ash', shell],
  ['bash', shell],
  ...Object.entries(smallPrograms),
]);
