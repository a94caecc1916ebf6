/**
 * node bench/soak.mjs [--seconds 120] [--seed 1] [--at-once 100] [--streams handles|sockets]
 * Random half-closes, resets, slow readers, backend kills and configuration changes; see soak.ts.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '100' },
    streams: { type: 'string', default: 'handles' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-soak-'));
const outfile = join(folder, 'soak.mjs');
buildSync({
  entryPoints: [fileURLToPath(new URL('soak.ts', import.meta.url))],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
});
const { status } = spawnSync(process.execPath, ['--expose-gc', outfile], {
  stdio: 'inherit',
  env: {
    ...process.env,
    SOAK_SECONDS: flags.seconds,
    SOAK_SEED: flags.seed,
    SOAK_AT_ONCE: flags['at-once'],
    SOAK_STREAMS: flags.streams,
  },
});
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
