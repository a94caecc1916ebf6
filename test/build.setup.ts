/** Builds dist once before the tests, so that those which start the command see the sources as they are. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export function setup(): void {
  if (process.env.TCPMESH_SKIP_BUILD === '1') return;
  const script = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url));
  execFileSync(process.execPath, [script], { stdio: 'inherit' });
}
