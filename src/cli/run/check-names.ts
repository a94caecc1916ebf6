/** Options that name what a mesh has: each name is looked for before anything is opened. */
import {
  allFaultTargets,
  faultTargets,
  firstOf,
  type Missing,
  type PlannedMesh,
  whyNoSubset,
  whyUnserved,
} from '../../control/index.ts';
import type { WorkloadFault } from '../../proxy/index.ts';
import { didYouMean } from '../../text/index.ts';
import { type ConnectionTarget, connectionTarget } from './connection-target.ts';
import {
  cannot,
  missingBackends,
  missingListeners,
  missingPublications,
  silentListeners,
} from './missing-names.ts';
import type { RunInvocation } from './session.ts';
import type { FaultWish, Wishes } from './wishes.ts';

export type FoundNames = {
  readonly broken: readonly { readonly workload: string; readonly fault: WorkloadFault }[];
  /** What is not there yet and may come, a sentence each. */
  readonly waiting: readonly string[];
  /** Of --connections. */
  readonly target: ConnectionTarget | null;
};

export const noNames: FoundNames = { broken: [], waiting: [], target: null };

/** mayGrow: the mesh may have more later than now. Throws CannotDo for what is not there. */
export function checkNames(
  planned: PlannedMesh,
  wishes: Wishes,
  { connections, from, to }: RunInvocation['options'],
  mayGrow: boolean,
): FoundNames {
  // Of a backend that waits for its workload the mesh itself says so.
  const missing = [
    ...missingListeners(planned, wishes.listen),
    ...missingPublications(planned, wishes.publish),
  ];
  const [first] = [...missing, ...missingBackends(planned, wishes.backends)];
  if (first !== undefined && (!mayGrow || connections !== undefined)) throw cannot(first);
  const absent = wishes.faults.flatMap((wish) => missingFault(planned, wish) ?? []);
  const [unbroken] = absent;
  if (unbroken !== undefined && (!mayGrow || connections !== undefined)) throw cannot(unbroken);
  const broken = wishes.faults.flatMap(({ target, fault }) =>
    faultTargets(planned, target).map((workload) => ({ workload, fault })),
  );
  refuseSecondFault(broken);
  return {
    broken,
    waiting: [
      ...[...missing, ...absent].map(({ message }) => `${message}; it counts once there is one`),
      ...silentListeners(planned, wishes.listen),
    ],
    target:
      connections === undefined
        ? null
        : connectionTarget(planned, { from, to, wishes: wishes.listen }),
  };
}

/** A workload has one fault: of two the first would be gone without a word. */
function refuseSecondFault(broken: FoundNames['broken']): void {
  const known = new Map<string, WorkloadFault['kind']>();
  for (const { workload, fault } of broken) {
    const other = known.get(workload);
    if (other !== undefined)
      throw cannot({
        message:
          other === fault.kind
            ? `--${other} is given twice for ${workload}`
            : `--${other} and --${fault.kind} are both for ${workload}, and a workload has one fault`,
        remedy: 'Leave one of them out.',
      });
    known.set(workload, fault.kind);
  }
}

/** Null where there is a workload for it. */
function missingFault(planned: PlannedMesh, { option, target }: FaultWish): Missing | null {
  if (faultTargets(planned, target).length > 0) return null;
  const { workloads } = planned.plan;
  const names = workloads.map(({ name }) => name);
  const owners = workloads.flatMap(({ owner }) => owner ?? []);
  const known = [...owners, ...allFaultTargets(planned).keys()];
  const why =
    whyUnserved(planned.mesh, target) ??
    whyNoSubset(planned, target) ??
    `no workload is called ${target}${didYouMean(target, [...known, ...known.map(withoutDefault)])}`;
  return {
    message: `${option}: ${why}`,
    remedy: `Those that can be broken are ${firstOf(names)}; SERVICE:SUBSET names those of a subset.`,
  };
}

function withoutDefault(name: string): string {
  return name.replace(/^default\//, '');
}
