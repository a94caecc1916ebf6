/** `tcpmesh test --init`: a first test file for a mesh, on standard output. */
import { firstTestFile } from '../../expectation/index.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { loadMesh } from '../input/load-mesh.ts';
import type { testOptions } from '../options/test.ts';

export async function writeFirstFile({
  world,
  options,
  operands,
}: Invocation<typeof testOptions>): Promise<ExitCode> {
  const { input, mesh } = await loadMesh(world, { ...options, stdinFilename: undefined }, operands);
  const config = input.sources.map(({ name }) => name);
  const ambient = input.configuration.mode === 'ambient';
  const { text, connections } = firstTestFile(mesh, config, ambient);
  world.stdout.write(text);
  world.stderr.write(
    `${connections} connections; the paths under config: are relative to this folder, so save it here under a name such as routes.mesh-test.yaml\n`,
  );
  return 0;
}
