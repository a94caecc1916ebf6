/** What workloads have written, as the API asks for it. */

/** at: milliseconds since 1970. */
export type PodLogLine = { readonly at: number; readonly text: string };

export type PodLogs = {
  /** Oldest first. */
  readonly lines: (workload: string) => readonly PodLogLine[];
  /** Calls for each further line; returns how to stop. */
  readonly follow: (workload: string, listener: (line: PodLogLine) => void) => () => void;
};
