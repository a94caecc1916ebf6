/** Step by step: what it does, the commands, what they print, what to notice. Exit code 1 when an answer is not as it should be. */
import { join, relative } from 'node:path';
import { wrap } from '../../report/index.ts';
import { CannotDo, type ExitCode, type Invocation } from '../command.ts';
import type { tutorialOptions } from '../options/tutorial.ts';
import type { World } from '../world.ts';
import { type Performance, perform } from './perform.ts';
import type { Step, Tutorial } from './step.ts';
import { tcpEcho } from './tcp-echo.ts';
import { tcpMatching } from './tcp-matching.ts';
import { startTutorialMesh } from './tutorial-mesh.ts';

const tutorials: readonly Tutorial[] = [tcpEcho, tcpMatching];

export async function run({
  world,
  program,
  options,
  operands,
}: Invocation<typeof tutorialOptions>): Promise<ExitCode> {
  const [name, more] = operands;
  const tutorial = tutorials.find((one) => one.name === name);
  if (tutorial === undefined || more !== undefined)
    throw new CannotDo(
      name === undefined ? 'tutorial: which one?' : `there is no tutorial ${operands.join(' ')}`,
      `There are ${tutorials.map((one) => one.name).join(' and ')}.`,
    );
  const mesh = await startTutorialMesh(world, tutorial.name);
  const shownSamples = relative(world.cwd, join(world.packageFolder, 'samples'));
  const samples = shownSamples.startsWith('..')
    ? join(world.packageFolder, 'samples')
    : shownSamples;
  const say = (text: string): void => world.stdout.write(`${text}\n`);
  const stage: Performance = {
    world,
    program,
    place: { samples, gateway: mesh.gateway },
    mesh: mesh.name,
    show: (line) => say(`  ${line}`),
    showCommand: (line) => say(`  $ ${line}`),
  };
  const keys = options.yes || !world.stdin.isTTY ? null : readKeys(world);
  try {
    say(paragraph(tutorial.says));
    say(`\nkubectl does the same to this mesh: export KUBECONFIG=${mesh.kubeconfig}`);
    let wrong = 0;
    for (const [i, step] of tutorial.steps.entries()) {
      say(`\n${i + 1}/${tutorial.steps.length}  ${step.title}\n\n${paragraph(step.says)}\n`);
      if (keys !== null && !(await goesOn(world, keys))) return wrong === 0 ? 0 : 1;
      wrong += await doStep(step, stage, say);
    }
    say(wrong === 0 ? '\nAll of it went as it should.' : `\n${wrong} of the checks failed.`);
    return wrong === 0 ? 0 : 1;
  } finally {
    await mesh.stop();
    await keys?.return?.();
  }
}

async function doStep(
  step: Step,
  stage: Performance,
  say: (text: string) => void,
): Promise<number> {
  let count = 0;
  for (const action of step.actions) {
    const wrong = await perform(action, stage);
    for (const what of wrong) say(`  NOT AS IT SHOULD BE: ${what}`);
    count += wrong.length;
    say('');
  }
  say(paragraph(step.notice));
  return count;
}

const width = 80;

function paragraph(text: string): string {
  return wrap(text, width).join('\n');
}

type Keys = AsyncIterator<Uint8Array>;

function readKeys(world: World): Keys {
  return world.stdin.chunks()[Symbol.asyncIterator]();
}

/** Enter goes on; q or the end of input ends. */
async function goesOn(world: World, keys: Keys): Promise<boolean> {
  world.stderr.write('[Enter goes on, q ends] ');
  const { value, done } = await keys.next();
  return done !== true && !/^q/i.test(Buffer.from(value).toString('utf8'));
}
