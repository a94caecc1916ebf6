/** What the API's handlers are given of the world around them. */
import type { StandIn } from '../../mesh/index.ts';
import type { Source } from '../../text/index.ts';
import type { ObjectStore } from '../object-store.ts';
import type { StoredObject } from '../stored-object.ts';
import type { PodLogs } from './pod-logs.ts';

export type ApiContext = {
  readonly store: ObjectStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 <= x < 1; for generated names. */
  readonly random: () => number;
  /** What is doubtful about an object that has just been stored; becomes the warnings that kubectl prints. */
  readonly lint: (object: StoredObject) => readonly string[];
  readonly logs: PodLogs;
  /** What the mesh makes up beside the objects of the store. */
  readonly standIns: () => readonly StandIn[];
  /** What files hold that no API path serves, and the mesh goes by. */
  readonly unserved: () => readonly Source[];
  /** The program's version, for /version. */
  readonly program: string;
};
