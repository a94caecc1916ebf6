/** `tcpmesh tutorial`: the two tutorials of TCP routing, step by step on this computer. */
import { defineCommand } from '../command.ts';
import { tutorialOptions } from '../options/tutorial.ts';

export const tutorial = defineCommand({
  name: 'tutorial',
  summary: 'follow a tutorial step by step, on a mesh of its own',
  description:
    'Start an empty mesh and do a tutorial with it: tcp-echo shifts traffic between two versions by weight, tcp-matching tries every match of a TCP rule. Each step says what it does, runs its commands, shows what they print and checks it. Where the published page does not work, the step shows why, and the mended form.',
  operands: '<tcp-echo|tcp-matching>',
  examples: [
    { line: 'tcpmesh tutorial tcp-echo', does: 'Enter goes on, q ends' },
    {
      line: 'tcpmesh tutorial tcp-matching --yes',
      does: 'all of it at once; exit code 1 when a check fails',
    },
  ],
  options: tutorialOptions,
  load: () => import('../tutorial/run-tutorial.ts'),
});
