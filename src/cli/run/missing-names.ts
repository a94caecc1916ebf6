/** What options name and a mesh has not, with what it has. */

import { parseAddress } from '../../address/index.ts';
import {
  type Backends,
  connectTargets,
  firstOf,
  type HostPort,
  hostPortText,
  idleBackends,
  type MeshClient,
  type Missing,
  noClient,
  noName,
  type PlannedMesh,
  type Publication,
  reaches,
} from '../../control/index.ts';
import { afterSlash, didYouMean } from '../../text/index.ts';
import { CannotDo } from '../command.ts';
import { isFor, type Wish } from './address-options.ts';

/** Of what a Gateway has a server for and yet no listener, nothing is missing by a slip of the pen: see silentListeners. */
export function missingListeners(
  planned: PlannedMesh,
  wishes: readonly Wish[],
): readonly Missing[] {
  const { listeners } = planned.plan;
  const names = listeners.map(({ name }) => name);
  const ports = listeners.map(({ dialled }) => String(dialled));
  const shorts = names.map(afterSlash);
  return unmet(planned, wishes)
    .filter(({ port }) => !hasServer(planned, port))
    .map((wish) => {
      const what = portOf(wish);
      const near = didYouMean(what, wish.gateway === null ? ports : [...names, ...shorts]);
      return {
        message: `--listen: no gateway has a port ${what}${near}`,
        remedy: `There are ${firstOf(names)}.`,
      };
    });
}

/** Ports that a Gateway asks for and that are not open, a sentence each: a gateway opens a port once a rule is bound to it. */
export function silentListeners(planned: PlannedMesh, wishes: readonly Wish[]): readonly string[] {
  return unmet(planned, wishes)
    .filter(({ port }) => hasServer(planned, port))
    .map((wish) => `--listen: nothing listens on port ${portOf(wish)}, as no rule is bound to it`);
}

function unmet({ plan }: PlannedMesh, wishes: readonly Wish[]): readonly Wish[] {
  return wishes.filter(
    (wish) => wish.port !== null && !plan.listeners.some((listener) => isFor(wish, listener)),
  );
}

/** Also of Gateways that a cluster would refuse. A port with a listener is asked for by another name than its own. */
function hasServer({ plan, gateways }: PlannedMesh, port: number | null): boolean {
  return (
    !plan.listeners.some(({ dialled }) => dialled === port) &&
    gateways.some(({ spec }) => spec.servers?.some((server) => server.port?.number === port))
  );
}

function portOf({ text }: Wish): string {
  return text.slice(0, text.indexOf('='));
}

export function missingPublications(
  planned: PlannedMesh,
  publications: readonly Publication[],
): readonly Missing[] {
  return publications.flatMap(({ from, to }): Missing[] => {
    const client = planned.client(from);
    if (client === null) return [noClient(planned, '--publish', from)];
    if (!reaches(planned, client, to.host)) return [noName(planned, '--publish', client, to.host)];
    return parseAddress(to.host) !== null || planned.routes(client, to)
      ? []
      : [noPort(planned, client, to)];
  });
}

/** Of what the mesh has and nothing can stand for, `run` says so and goes on. */
export function missingBackends(planned: PlannedMesh, backends: Backends): readonly Missing[] {
  const names = planned.plan.workloads.flatMap(({ name, owner }) => owner ?? name);
  const known = [...names, ...names.map((name) => name.replace(/^default\//, ''))];
  return idleBackends(planned, backends)
    .filter(({ exists }) => !exists)
    .map(({ name, why }) => ({
      message: `--backend: ${why}${didYouMean(name, known)}`,
      remedy: `Workloads are ${firstOf([...new Set(names)])}.`,
    }));
}

/** Dialled on such a port, a name is only an address, and none that is on this computer. */
function noPort(planned: PlannedMesh, client: MeshClient, to: HostPort): Missing {
  const targets = connectTargets(planned.mesh);
  const ofHost = targets.filter(
    (target) => target.startsWith(`${to.host}.`) || target.startsWith(`${to.host}:`),
  );
  return {
    message: `--publish: nothing routes ${hostPortText(to)} for ${client.name}: no service has that name and the port ${to.port}`,
    remedy: `Ports that are routed: ${firstOf(ofHost.length > 0 ? ofHost : targets)}.`,
  };
}

export function cannot({ message, remedy }: Missing): CannotDo {
  return new CannotDo(message, remedy);
}
