/** The programs there are, by the names and paths that people type. */
import { nc } from './nc.ts';
import type { Program } from './program.ts';
import { shell } from './shell.ts';
import { smallPrograms } from './small-programs.ts';
import { telnet } from './telnet.ts';

const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['telnet', telnet],
  ['nc', nc],
  ['netcat', nc],
  ['sh', (args, context) => shell(args, context)],
  ['ash', (args, context) => shell(args, context)],
  ['bash', (args, context) => shell(args, context)],
  ...Object.entries(smallPrograms),
]);

export const programNames: readonly string[] = [...programs.keys()].filter((name) => name !== ':');

/** `telnet`, `/bin/sh`, `busybox nc`'s second word is the caller's. */
export function findProgram(name: string): Program | undefined {
  return programs.get(name.replace(/^(\/usr)?(\/local)?\/s?bin\//, ''));
}
