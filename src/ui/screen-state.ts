/** What the screen shows, as one immutable value, and what a running mesh has to offer to be shown. */
import type { ConnectionRecord, MeshEvent, ShareReport } from '../control/index.ts';

/** receivedAt and openedAt are milliseconds on one clock that only grows. */
export type LiveConnection = ConnectionRecord & {
  readonly openedAt: number;
  /** From the client, and to it. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
};

export type LogLine = {
  /** Counts from 0 in one run. */
  readonly id: number;
  readonly tone: 'plain' | 'good' | 'warning' | 'error';
  /** One of a kind that comes with every connection. */
  readonly many: boolean;
  readonly text: string;
};

/** Read once a frame: what changes too often for an event. */
export type Sample = {
  readonly at: number;
  readonly shares: readonly ShareReport[];
  readonly bytes: ReadonlyMap<number, { readonly received: number; readonly sent: number }>;
  readonly clients: readonly string[];
  /** What a client may dial: `echo-server.default.svc.cluster.local:19000`. */
  readonly targets: readonly string[];
  /** What a fault may be put on: workloads, and subsets as `service:subset`. */
  readonly faultTargets: readonly string[];
  /** Of those, the ones that have one, and which, in words: `delay of 200 ms`. */
  readonly faults: ReadonlyMap<string, string>;
  /** Each workload that has a fault, with it in words. */
  readonly broken: readonly BrokenWorkload[];
};

export type BrokenWorkload = { readonly workload: string; readonly fault: string };

export type FaultKind = 'kill' | 'delay' | 'reset';

/** A way in: what it is, and a command that takes it. */
export type ConnectHint = {
  readonly what: string;
  readonly command: string;
  /** Worth a place where there is room. */
  readonly note?: string;
  /** There is no other of its kind that could stand for it. */
  readonly single?: boolean;
};

export type Prompt =
  | { readonly kind: 'none' }
  | { readonly kind: 'filter'; readonly text: string }
  /** All ways in; scroll: rows of them that were scrolled past. */
  | { readonly kind: 'ways'; readonly scroll: number }
  | {
      readonly kind: 'choose';
      readonly what: 'client' | 'target' | FaultKind;
      /** The client that was chosen before the target. */
      readonly client: string;
      readonly selected: number;
      /** What was typed: only what has it is offered. */
      readonly text: string;
    };

export type ScreenState = {
  readonly columns: number;
  readonly rows: number;
  readonly seed: number;
  readonly now: number;
  /** Commands that connect, one for each way in. */
  readonly hints: readonly ConnectHint[];
  readonly sample: Sample;
  readonly live: ReadonlyMap<number, LiveConnection>;
  /** Newest last. */
  readonly log: readonly LogLine[];
  readonly logged: number;
  /** What is wrong with the files on disk, while they are refused. */
  readonly refusal: string | null;
  readonly closed: number;
  /** Ends of connections in the last seconds, for the rate: [second, count], newest last. */
  readonly perSecond: readonly (readonly [number, number])[];
  readonly filter: string;
  /** Rows of the shares that were scrolled past. */
  readonly scroll: number;
  readonly prompt: Prompt;
  /** What is shown while paused: the state as it was then. */
  readonly frozen: ScreenState | null;
};

export const logLinesMax = 500;
/** Connections that the view keeps track of; beyond them only counts go on. */
export const liveMax = 20_000;

export function initialScreen(options: {
  readonly columns: number;
  readonly rows: number;
  readonly seed: number;
  readonly now: number;
  readonly hints: readonly ConnectHint[];
}): ScreenState {
  return {
    ...options,
    sample: {
      at: options.now,
      shares: [],
      bytes: new Map(),
      clients: [],
      targets: [],
      faultTargets: [],
      faults: new Map(),
      broken: [],
    },
    live: new Map(),
    log: [],
    logged: 0,
    refusal: null,
    closed: 0,
    perSecond: [],
    filter: '',
    scroll: 0,
    prompt: { kind: 'none' },
    frozen: null,
  };
}

/** What to draw: the present, or what was there when the pause began (with the keys and prompt of now). */
export function shownScreen(state: ScreenState): ScreenState {
  const { frozen, columns, rows, prompt, filter, scroll, refusal } = state;
  return frozen === null
    ? state
    : { ...frozen, columns, rows, prompt, filter, scroll, refusal, frozen };
}

export type MeshEventAt = { readonly event: MeshEvent; readonly at: number };
