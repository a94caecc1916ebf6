/** What the view is given, and what it gives back. */
import type { MeshEventListener } from '../control/index.ts';
import type { ConnectHint, FaultKind, Sample } from './screen-state.ts';

/** A running mesh, seen from the view. */
export type ViewSource = {
  readonly subscribe: (listener: MeshEventListener) => () => void;
  readonly sample: () => Sample;
  readonly hints: () => readonly ConnectHint[];
  /** Opens a connection as a client, says a line, and closes; what came of it is an event. */
  readonly test: (from: string, to: string) => void;
  /** A workload, or a subset as `service:subset`. */
  readonly toggleFault: (target: string, fault: FaultKind) => void;
};

export type ViewOptions = {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly source: ViewSource;
  readonly seed: number;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly onQuit: () => void;
  /** The terminal was closed; may be called more than once. */
  readonly onGone: () => void;
  /** The terminal is as it was before: the process may stop. It is to be shown again when it goes on. */
  readonly onSuspend: () => void;
};

/**
 * `show` takes the terminal again that others had; `hide` is for when they have it already; `close` leaves it as it was before, and a
 * second call does nothing.
 */
export type View = {
  readonly show: () => void;
  readonly hide: () => void;
  readonly close: () => void;
};
