/** What is named and a mesh has not, with what it has: for options of commands and for the functions of the library. */
import { parseAddress } from '../address/index.ts';
import { isWildcard } from '../mesh/index.ts';
import { didYouMean } from '../text/index.ts';
import { connectTargets } from './connect-targets.ts';
import type { MeshClient } from './mesh-client.ts';
import type { PlannedMesh } from './planned-mesh.ts';

/** message: what is not there; remedy: what is. */
export type Missing = { readonly message: string; readonly remedy: string };

/** Names that a message shows. */
const namesMax = 10;

/** An address is reached in any case: as passthrough, if nothing has it. */
export function reaches(planned: PlannedMesh, client: MeshClient, host: string): boolean {
  return parseAddress(host) !== null || planned.resolves(client, host);
}

export function noClient(planned: PlannedMesh, option: string, name: string): Missing {
  const names = [...new Set(planned.clients().map(({ shortName }) => shortName))];
  return {
    message: `${option}: no workload is called ${name}${didYouMean(name, [...names, ...names.map((one) => one.replace(/^default\//, ''))])}`,
    remedy: `Workloads are ${firstOf(names)}; NAMESPACE/client is one without labels.`,
  };
}

export function noName(
  planned: PlannedMesh,
  option: string,
  client: MeshClient,
  host: string,
): Missing {
  const hosts = planned.mesh.services.flatMap(({ host: whole, name, namespace }) =>
    isWildcard(whole) ? [] : [name, `${name}.${namespace}`, whole],
  );
  return {
    message: `${option}: the name ${host} does not resolve for ${client.name}${didYouMean(host, hosts)}`,
    remedy: `Names that do: ${firstOf(connectTargets(planned.mesh))}.`,
  };
}

/** names: of those that listen. */
export function noGateway(names: readonly string[], wanted: string): Missing {
  const ports = names.map((name) => name.slice(name.lastIndexOf(':') + 1));
  return {
    message: `no gateway listens at ${wanted}${didYouMean(wanted, [...names, ...ports])}`,
    remedy: names.length === 0 ? 'None listens.' : `There are ${firstOf(names)}.`,
  };
}

/** The first of them, and how many more. */
export function firstOf(names: readonly string[]): string {
  const more = names.length - namesMax;
  return `${names.slice(0, namesMax).join(', ') || 'none'}${more > 0 ? ` and ${more} more` : ''}`;
}
