/** Whether output is coloured: --color, then NO_COLOR and FORCE_COLOR, then whether a terminal shows it. */
import { loadColours, type Paint, plainPaint } from '../report/index.ts';
import type { Output, World } from './world.ts';

export async function paintFor(
  world: World,
  output: Pick<Output, 'isTTY'>,
  when: 'auto' | 'always' | 'never',
): Promise<Paint> {
  const level = levelFor(world, output, when);
  return level === 0 ? plainPaint : loadColours(level);
}

function levelFor(
  world: World,
  output: Pick<Output, 'isTTY'>,
  when: 'auto' | 'always' | 'never',
): 0 | 1 | 2 | 3 {
  const { env } = world;
  const best = bestLevel(env);
  if (when === 'never') return 0;
  if (when === 'always') return best;
  // https://no-color.org: any value but the empty one.
  if (set(env.NO_COLOR)) return 0;
  const forced = env.FORCE_COLOR;
  if (forced === '0' || forced === 'false') return 0;
  if (forced === '1' || forced === '2' || forced === '3')
    return forced === '1' ? 1 : forced === '2' ? 2 : 3;
  if (forced !== undefined) return best;
  return output.isTTY && env.TERM !== 'dumb' ? best : 0;
}

function bestLevel(env: World['env']): 1 | 2 | 3 {
  if (/truecolor|24bit/.test(env.COLORTERM ?? '')) return 3;
  return /256/.test(env.TERM ?? '') ? 2 : 1;
}

function set(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
