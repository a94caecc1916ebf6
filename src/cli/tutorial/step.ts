/** What a tutorial is made of. */

/** A command of tcpmesh, run as it is shown, and what its output has to be. */
export type Action = {
  /** Without the program's name. A function where it depends on the mesh. */
  readonly argv: readonly string[] | ((place: Place) => readonly string[]);
  /** Standard input; it is shown as `echo INPUT |`. */
  readonly input?: string;
  /** Run so many times. */
  readonly times?: number;
  /** Of these runs, show the first few only. */
  readonly shown?: number;
  /** The exit code that is right; 0 if left out. */
  readonly code?: number;
  /** Every pattern has to be in what all runs printed on standard output. */
  readonly expects?: readonly RegExp[];
  /** More than patterns can say: a sentence on what is wrong, or null. */
  readonly judge?: (output: string) => string | null;
};

export type Step = {
  readonly title: string;
  /** What the step does, and why. */
  readonly says: string;
  readonly actions: readonly Action[];
  /** What to look at in the output. */
  readonly notice: string;
};

/** Where the mesh of the tutorial is. */
export type Place = {
  /** Of the samples, as the user may type it. */
  readonly samples: string;
  /** `ip:port` where a port of a gateway workload is open, by the workload's name. */
  readonly gateway: (workload: string, port: number) => string;
};

export type Tutorial = {
  readonly name: string;
  readonly says: string;
  readonly steps: readonly Step[];
};
