/** Prints the versions. */
import { version } from '../build-version.ts';
import type { ExitCode, Invocation } from '../command.ts';
import type { versionOptions } from '../options/version.ts';

/** The release line whose source the routing and the validation were read from. */
const istio = '1.32';

export async function run({
  world,
  options,
}: Invocation<typeof versionOptions>): Promise<ExitCode> {
  const versions = { version, istio, node: world.nodeVersion };
  world.stdout.write(
    options.output === 'json'
      ? `${JSON.stringify(versions, null, 2)}\n`
      : `tcpmesh ${version} (follows Istio ${istio}, runs on Node ${world.nodeVersion})\n`,
  );
  return 0;
}
