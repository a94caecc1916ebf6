import { expect, it } from 'vitest';
import { Ending } from '../../src/cli/run/ending.ts';

async function isHurried(ending: Ending): Promise<boolean> {
  return Promise.race([
    ending.hurried.then(() => true),
    new Promise<boolean>((go) => setImmediate(go, false)),
  ]);
}

it('is hurried by who asks twice, but not by a terminal that goes', async () => {
  const gone = new Ending();
  gone.hangUp();
  gone.hangUp();
  await gone.reached;
  expect(await isHurried(gone)).toBe(false);
  gone.now();
  expect(await isHurried(gone)).toBe(true);
});
