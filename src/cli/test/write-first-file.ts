/** `tcpmesh test --init`: a first test file for a mesh, on standard output. */
import { firstTestFile } from '../../expectation/index.ts';
import { buildMesh } from '../../mesh/index.ts';
import { kubernetesGatewaysOf } from '../../resource/index.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { loadMesh } from '../input/load-mesh.ts';
import type { testOptions } from '../options/test.ts';

export async function writeFirstFile({
  world,
  options,
  operands,
}: Invocation<typeof testOptions>): Promise<ExitCode> {
  const loaded = await loadMesh(world, { ...options, stdinFilename: undefined }, operands);
  const { configuration, defaultNamespace } = loaded.input;
  const { clusterDomain, rootNamespace } = configuration;
  const kubernetesGateways = kubernetesGatewaysOf(loaded.decoded.foreign, defaultNamespace);
  const meshOptions = { clusterDomain, rootNamespace, kubernetesGateways };
  const mesh = buildMesh(loaded.admission.admitted, meshOptions);
  const config = loaded.input.sources.map(({ name }) => name);
  const { text, connections } = firstTestFile(mesh, config, configuration.mode === 'ambient');
  world.stdout.write(text);
  world.stderr.write(
    `${connections} connections; the paths under config: are relative to this folder, so save it here, as routes.mesh-test.yaml say\n`,
  );
  return 0;
}
