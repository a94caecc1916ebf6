/** What a person wants of a run, read from its options before anything else is done. */
import type { Backends, Publication } from '../../control/index.ts';
import type { SocketAddress, WorkloadFault } from '../../proxy/index.ts';
import { CannotDo } from '../command.ts';
import { durationOption } from '../duration-option.ts';
import {
  backendOption,
  listenOption,
  localAddress,
  once,
  publishOption,
  type Wish,
} from './address-options.ts';
import type { RunInvocation } from './session.ts';

export type FaultWish = {
  readonly option: '--kill' | '--reset' | '--delay';
  readonly target: string;
  readonly fault: WorkloadFault;
};

export type Wishes = {
  readonly seed: number;
  readonly drainTimeoutMs: number;
  readonly listen: readonly Wish[];
  readonly publish: readonly Publication[];
  readonly socks: SocketAddress | null;
  readonly admin: SocketAddress | null;
  readonly backends: Backends;
  readonly faults: readonly FaultWish[];
};

const drainTimeoutDefault = '5s';
const seedMax = 2 ** 32 - 1;

/** Throws CannotDo for what is written wrong, or means nothing. */
export function readWishes({ world, options }: RunInvocation): Wishes {
  const {
    seed = Math.floor(world.random() * (seedMax + 1)),
    connections,
    from,
    to,
    parallel,
    sni,
  } = options;
  if (seed > seedMax)
    throw new CannotDo(`--seed: ${seed} is too large`, `Take a whole number from 0 to ${seedMax}.`);
  if (connections === 0)
    throw new CannotDo('--connections: none at all show nothing', 'Write --connections 1000.');
  if (parallel === 0)
    throw new CannotDo('--parallel: none at once are none at all', 'Write --parallel 1.');
  const told = { '--from': from, '--to': to, '--parallel': parallel, '--sni': sni };
  const lone = Object.entries(told).find(([, value]) => value !== undefined)?.[0] ?? null;
  if (lone !== null && connections === undefined)
    throw new CannotDo(
      `${lone} is about the connections that --connections makes`,
      'Add --connections 1000; to connect by yourself: tcpmesh connect --from WORKLOAD HOST:PORT.',
    );
  once('--backend', options.backend);
  return {
    seed,
    drainTimeoutMs: durationOption(
      '--drain-timeout',
      options.drainTimeout ?? drainTimeoutDefault,
      Number.POSITIVE_INFINITY,
    ),
    listen: listenOption(options.listen),
    publish: options.publish.map(publishOption),
    socks: options.socks === undefined ? null : localAddress('--socks', options.socks),
    admin: options.admin === undefined ? null : localAddress('--admin', options.admin),
    backends: new Map(options.backend.map(backendOption)),
    faults: faultWishes(options),
  };
}

function faultWishes({ kill, reset, delay }: RunInvocation['options']): readonly FaultWish[] {
  return [
    ...kill.map((target) => ({ option: '--kill', target, fault: { kind: 'kill' } }) as const),
    ...reset.map((target) => ({ option: '--reset', target, fault: { kind: 'reset' } }) as const),
    ...delay.map((value) => {
      const equals = value.lastIndexOf('=');
      if (equals < 1)
        throw new CannotDo(`--delay: ${value} does not say how long`, 'Write TARGET=200ms.');
      const delayMs = durationOption('--delay', value.slice(equals + 1));
      const target = value.slice(0, equals);
      return { option: '--delay', target, fault: { kind: 'delay', delayMs } } as const;
    }),
  ];
}
