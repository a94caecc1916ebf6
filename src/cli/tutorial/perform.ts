/** Runs the actions of a step: shows each command and what it prints, and checks it. */
import type { Program } from '../command.ts';
import type { World } from '../world.ts';
import { capturedWorld } from './captured-world.ts';
import type { Action, Place } from './step.ts';

export type Performance = {
  readonly world: World;
  readonly program: Program;
  readonly place: Place;
  /** Verbs speak to this mesh. */
  readonly mesh: string;
  readonly show: (line: string) => void;
  readonly showCommand: (line: string) => void;
};

/** Commands that speak to a running mesh. */
const verbs: ReadonlySet<string> = new Set([
  'apply',
  'get',
  'describe',
  'delete',
  'exec',
  'logs',
  'connect',
]);

/** What is wrong with its output, a sentence each. */
export async function perform(action: Action, stage: Performance): Promise<readonly string[]> {
  const { place, show } = stage;
  const argv = typeof action.argv === 'function' ? action.argv(place) : action.argv;
  const times = action.times ?? 1;
  const shown = action.shown ?? times;
  const piped = action.input === undefined ? '' : `echo ${action.input} | `;
  stage.showCommand(`${piped}tcpmesh ${argv.join(' ')}${times > 1 ? `    # ${times} times` : ''}`);
  let output = '';
  const wrong: string[] = [];
  for (let i = 0; i < times; i += 1) {
    const input = action.input === undefined ? '' : `${action.input}\n`;
    const captured = capturedWorld(stage.world, withMesh(argv, stage.mesh), input);
    const code = await stage.program.run(captured.world);
    output += captured.stdout();
    if (i < shown)
      for (const line of `${captured.stdout()}${captured.stderr()}`.trimEnd().split('\n'))
        show(line);
    if (code !== (action.code ?? 0))
      wrong.push(`it ended with code ${code}: ${captured.stderr().trim()}`);
  }
  if (shown < times && shown > 0) show(`… of all ${times}: ${tally(output)}`);
  for (const pattern of action.expects ?? [])
    if (!pattern.test(output)) wrong.push(`its output does not match ${pattern}`);
  const judged = action.judge?.(output) ?? null;
  if (judged !== null) wrong.push(judged);
  return wrong;
}

/** How often each line was printed. */
function tally(output: string): string {
  const counts = new Map<string, number>();
  for (const line of output.trimEnd().split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].map(([line, times]) => `${times} times "${line}"`).join(', ');
}

/** Other meshes may run: what the tutorial does, it does to its own. */
function withMesh(argv: readonly string[], mesh: string): readonly string[] {
  const [command = '', ...rest] = argv;
  return verbs.has(command) ? [command, '--mesh', mesh, ...rest] : argv;
}
