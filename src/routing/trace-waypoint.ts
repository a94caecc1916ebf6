/** Tells how a waypoint chose its rule: every VirtualService, its tls rules before its tcp rules, and why each is not the one. */

import { isVisible, type MeshVirtualService } from '../mesh/index.ts';
import { pathAt, spanAt } from '../resource/index.ts';
import type { AmbientDecision } from './decide-ambient.ts';
import type { StepList } from './step-list.ts';
import { nameOf, tellMatch } from './trace-rules.ts';
import { isReadAtWaypoint, type WaypointChoice, type WaypointVisit } from './waypoint.ts';
import { waypointConditions } from './waypoint-conditions.ts';
import { type WhyLeftOut, whyNotForService } from './why-left-out.ts';

/** What is known once a waypoint has chosen. */
export type AtWaypoint = {
  readonly service: NonNullable<AmbientDecision['service']>;
  readonly port: number;
  readonly namespace: string;
  readonly choice: WaypointChoice;
  readonly all: readonly MeshVirtualService[];
};

/** How many VirtualServices for other hosts are named one by one. */
const namedOthers = 20;

export function tellChoice(steps: StepList, at: AtWaypoint): void {
  const { candidates, visits } = at.choice;
  const taken = visits.find(({ result }) => result === 'taken') ?? null;
  for (const virtualService of candidates) tellCandidate(steps, at, virtualService, taken);
  let others = 0;
  for (const virtualService of at.all) {
    if (candidates.includes(virtualService)) continue;
    const { reason, message } = whyLeftOut(at, virtualService);
    if (reason === 'host' && ++others > namedOthers) continue;
    const span = spanAt(virtualService.resource.spec);
    steps.rejected('virtual-service', nameOf(virtualService), reason, message, span);
  }
  if (others > namedOthers) {
    const message = `and ${others - namedOthers} more VirtualServices for other hosts`;
    steps.noted('virtual-service', '*', 'host', message, null);
  }
}

function tellCandidate(
  steps: StepList,
  at: AtWaypoint,
  virtualService: MeshVirtualService,
  taken: WaypointVisit | null,
): void {
  const subject = nameOf(virtualService);
  const { spec } = virtualService.resource;
  const span = spanAt(spec);
  if ((spec.tls ?? []).length === 0 && (spec.tcp ?? []).length === 0) {
    const message = 'has only http rules, and this port uses tcp and tls rules';
    steps.rejected('virtual-service', subject, 'no-tcp-rules', message, span);
    return;
  }
  const own = at.choice.visits.filter((visit) => visit.virtualService === virtualService);
  if (own.length === 0 && taken !== null) {
    const message = `never consulted: ${ruleName(taken)} takes every connection before it`;
    steps.shadowed('virtual-service', subject, 'earlier-rule', message, span);
  } else if (taken?.virtualService === virtualService)
    steps.taken('virtual-service', subject, 'applies', 'has the rule that applies', span);
  else {
    const message = 'none of its rules applies';
    steps.rejected('virtual-service', subject, 'nothing-matched', message, span);
  }
  for (const list of ['tls', 'tcp'] as const) {
    const visits = own.filter((visit) => visit.list === list);
    // A list is left at the rule that is taken, or at one that holds and has no route.
    const by = visits.find(({ result }) => result === 'no-route') ?? taken;
    for (const rule of spec[list] ?? []) {
      const visit = visits.find((one) => one.rule === rule);
      if (visit !== undefined) tellVisit(steps, at, visit);
      else if (by !== null) {
        const name = `${subject} ${pathAt(rule)}`;
        steps.shadowed('rule', name, 'earlier-rule', whyUnvisited(by), spanAt(rule));
      }
    }
  }
}

function whyUnvisited(by: WaypointVisit): string {
  const why =
    by.result === 'taken'
      ? 'takes every connection before it'
      : 'before it holds and has no route, which ends the list';
  return `never looked at: ${ruleName(by)} ${why}`;
}

function ruleName({ virtualService, rule }: WaypointVisit): string {
  return `${nameOf(virtualService)} ${pathAt(rule)}`;
}

function tellVisit(steps: StepList, { service, port }: AtWaypoint, visit: WaypointVisit): void {
  const { virtualService, rule, result } = visit;
  const matches = rule.match ?? [];
  const span = spanAt(rule);
  const subject = ruleName(visit);
  switch (result) {
    case 'taken': {
      const bare = matches.length === 0;
      const reason = bare ? 'no-match-list' : 'match-held';
      const message = bare
        ? 'has no match list: it takes everything'
        : 'is the first that has a match which holds';
      steps.taken('rule', subject, reason, message, span);
      break;
    }
    case 'no-route': {
      const message = 'holds and has no route: the waypoint goes on with the next VirtualService';
      steps.rejected('rule', subject, 'empty-route', message, span);
      break;
    }
    case 'no-match': {
      const message =
        matches.length === 1
          ? 'its match does not hold'
          : `none of its ${matches.length} matches holds`;
      steps.rejected('rule', subject, 'no-match', message, span);
    }
  }
  for (const match of matches) {
    const conditions = waypointConditions(match, virtualService.namespace, service, port);
    const failing = conditions.find(({ held }) => held === false) ?? null;
    tellMatch(steps, virtualService, { match, conditions, failing });
  }
}

function whyLeftOut(
  { service, namespace }: AtWaypoint,
  virtualService: MeshVirtualService,
): WhyLeftOut {
  const why = whyNotForService(virtualService, service, 'the mesh, to which waypoints belong');
  if (why !== null) return why;
  const { visibility, namespace: home } = virtualService;
  if (!isReadAtWaypoint(virtualService, namespace, service)) {
    const read =
      namespace === service.namespace ? namespace : `${service.namespace} and ${namespace}`;
    return {
      reason: 'waypoint-namespace',
      message: `is in namespace ${home}: the waypoint reads those of ${read} alone, of the service and of its own namespace`,
    };
  }
  return isVisible(visibility, home, namespace)
    ? { reason: 'host', message: `has no host that fits ${service.host}` }
    : {
        reason: 'exportTo',
        message: `is not exported to ${namespace}, where the waypoint is`,
      };
}
