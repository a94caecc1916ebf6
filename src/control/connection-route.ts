/** What a connection is told about itself when its decider is asked; the data plane hands it back with every event. */
import type { Outcome } from '../routing/index.ts';
import type { PreparedVerdict } from './route-table.ts';

export type ConnectionRoute = {
  /** Null, as the outcome, while the first bytes are still to be seen. */
  readonly prepared: PreparedVerdict | null;
  readonly outcome: Outcome | null;
  /** The workload whose proxy decides: the client itself, or the gateway. */
  readonly proxy: string;
  /** The client workload; null at a gateway. */
  readonly client: string | null;
  readonly to: string;
  readonly listener: string;
  /** Index into the verdict's destinations; -1 where none was chosen. */
  readonly chosen: number;
  /** Passthrough beyond loopback, which was not allowed. */
  readonly withheld: boolean;
};
