/** A built-in that `exec` offers in a Pod. It never touches the machine beneath: its network is the mesh, as its Pod sees it. */
import type { Duplex, Readable, Writable } from 'node:stream';

/** Why a connection could not be made. */
export type DialFailure = 'unknown-host' | 'refused' | 'timed-out' | 'failed';

export class DialError extends Error {
  readonly failure: DialFailure;

  constructor(failure: DialFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/** What a program can do. Exit codes are as in a shell. */
export type ProgramContext = {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Typed lines: a terminal is at the other end. */
  readonly tty: boolean;
  /** Set when the client has gone or typed Ctrl-C. */
  readonly signal: AbortSignal;
  /** Takes Ctrl-C over from `signal` until the function returned is called. */
  readonly onInterrupt: (handler: () => void) => () => void;
  readonly env: ReadonlyMap<string, string>;
  readonly hostname: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What there is to run, by name. */
  readonly programs: ReadonlyMap<string, Program>;
  /** Connects as this Pod. Rejects with a DialError. */
  readonly dial: (host: string, port: number) => Promise<Duplex>;
};

export type Program = (args: readonly string[], context: ProgramContext) => Promise<number>;

/** `telnet`, `/bin/sh`; `busybox nc`'s second word is the caller's. */
export function programNamed(
  programs: ReadonlyMap<string, Program>,
  name: string,
): Program | undefined {
  return programs.get(name.replace(/^(\/usr)?(\/local)?\/s?bin\//, ''));
}

export function programNames(programs: ReadonlyMap<string, Program>): readonly string[] {
  return [...programs.keys()].filter((name) => name !== ':');
}

/** Writes with back-pressure; false when nobody reads any more. */
export function print(out: Writable, data: string | Buffer): Promise<boolean> {
  if (out.destroyed || out.writableEnded) return Promise.resolve(false);
  return new Promise((resolve) => {
    out.write(data, (error) => resolve(error === null || error === undefined));
  });
}

/** True after so long; false as soon as the signal is set. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const stop = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}
