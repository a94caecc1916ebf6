// Runs commands in turn, many times, and prints their medians and their ratio to the first one. Interleaved, so that whatever
// else the machine does meets all of them alike; ratios are taken round by round.
import { spawnSync } from 'node:child_process';

/** commands: name to [program, ...args]. Prints a table; returns the median ratio of each to the first. */
export function sideBySide(commands, { rounds, cwd }) {
  const names = Object.keys(commands);
  const times = new Map(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const [program, ...args] = commands[name];
      const start = process.hrtime.bigint();
      const { error } = spawnSync(program, args, {
        cwd,
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 1 << 28,
      });
      if (error !== undefined) throw error;
      // The first round fills the caches of the file system.
      if (round > 0) times.get(name).push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  const base = times.get(names[0]);
  const ratios = {};
  const width = Math.max(...names.map((name) => name.length));
  console.log(
    `${'command'.padEnd(width)}  median ms   least ms   ratio (least, median, greatest of ${rounds} rounds)`,
  );
  for (const name of names) {
    const own = times.get(name);
    const paired = own.map((ms, i) => ms / base[i]).sort((a, b) => a - b);
    ratios[name] = middle(paired);
    const shown = [paired[0], middle(paired), paired.at(-1)]
      .map((ratio) => ratio.toFixed(2))
      .join('  ');
    console.log(
      `${name.padEnd(width)}  ${middle(own).toFixed(1).padStart(9)}  ${Math.min(...own)
        .toFixed(1)
        .padStart(9)}   ${shown}`,
    );
  }
  return ratios;
}

function middle(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}

/** Is this program on the path? */
export function installed(program) {
  return spawnSync('which', [program], { stdio: 'ignore' }).status === 0;
}
