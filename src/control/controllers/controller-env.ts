/** What controllers need beside the store: time, and randomness for names. */
export type ControllerEnv = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 <= x < 1. */
  readonly random: () => number;
};
