/** What a command may touch of the world. The real one is made in process.ts; tests make their own. */

export type World = {
  /** Without the program's own name. */
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of what runs tcpmesh, without a leading v. */
  readonly nodeVersion: string;
  /** Where tcpmesh itself is installed: the folder of its samples. Absolute. */
  readonly packageFolder: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly files: Files;
  readonly clock: Clock;
  /** Evenly spread over [0, 1). */
  readonly random: () => number;
  /** Calls back at each signal until the returned function is called; while one listens, the signal does not end the process. */
  readonly onSignal: (signal: Signal, listener: () => void) => () => void;
  readonly process: {
    readonly id: number;
    /** Has a process this number now? It may be another than the one meant. */
    readonly isThere: (id: number) => boolean;
  };
  readonly spawn: (program: string, args: readonly string[], options: SpawnOptions) => Child;
  /** The process's own streams, for a view that draws on the terminal; null where there is none. */
  readonly terminal: Terminal | null;
  /** The same with the keyboard opened anew, for who reads something else from standard input; null where there is none. */
  readonly openTerminal: () => Terminal | null;
};

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGCONT';

export type Output = {
  /** Writes at once. What nobody reads any more (a closed pipe) is dropped. */
  readonly write: (text: string) => void;
  /** For bytes that are no text. */
  readonly writeBytes: (bytes: Uint8Array) => void;
  /** Never waits for who reads: false, and nothing is written, while too much is still waiting for that reader. */
  readonly offer: (text: string) => boolean;
  /** Resolves when all that was offered is written; after so many milliseconds the rest is given up. */
  readonly settle: (ms: number) => Promise<void>;
  /** Calls back once when this was a terminal and that is gone, until the returned function is called. Of files and pipes nothing is told. */
  readonly onGone: (listener: () => void) => () => void;
  /** What was written last was dropped, and so is all that comes: nobody reads any more. */
  readonly closed: boolean;
  readonly isTTY: boolean;
  readonly columns: number;
};

export type Input = {
  readonly isTTY: boolean;
  /** All of it; null when there is more than `limit` bytes. */
  readonly readAll: (limit: number) => Promise<Uint8Array | null>;
  /** As it comes, until its end. */
  readonly chunks: () => AsyncIterable<Uint8Array>;
  /** Reads no more: what waits for input, a terminal's or another program's, waits no longer. */
  readonly close: () => void;
};

export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  /** Calls back once after so many milliseconds unless the returned function is called before. */
  readonly after: (ms: number, callback: () => void) => () => void;
};

/** reason: `absent` no such path, `denied` no right to it, `loop` links that lead back, `kind` a folder where a file is asked for or so, `exists` there is one already. */
export type FileFailure = {
  readonly failure: 'absent' | 'denied' | 'loop' | 'kind' | 'exists' | 'other';
  /** The system's words, for people. */
  readonly message: string;
};

/** A link is what it leads to. size in bytes. */
export type FileInfo = {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
};

/** link: what it leads to has to be asked for. */
export type FolderEntry = {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
};

/** Paths are absolute. Nothing here throws. */
export type Files = {
  readonly info: (path: string) => FileInfo | FileFailure;
  /** most: no more bytes than these. Without it, what is no file and has no end within some megabytes is a failure. */
  readonly read: (path: string, most?: number) => Uint8Array | FileFailure;
  /** The same, and other work goes on while a pipe has nothing yet. Once `stop` is aborted it never resolves. */
  readonly readMeanwhile: (
    path: string,
    most?: number,
    stop?: AbortSignal,
  ) => Promise<Uint8Array | FileFailure>;
  /** In the order of their names. */
  readonly list: (path: string) => readonly FolderEntry[] | FileFailure;
  /** The path without links. */
  readonly realPath: (path: string) => string | FileFailure;
  /** Replaces the file as a whole (never half of it is seen), makes missing folders. mode: permission bits of a new file. */
  readonly write: (path: string, text: string, mode?: number) => FileFailure | undefined;
  /** A new file, there as a whole or not at all; of several that create the same one, one succeeds. Makes missing folders. */
  readonly create: (path: string, text: string, mode: number) => FileFailure | undefined;
  readonly remove: (path: string) => FileFailure | undefined;
  /** Calls back when one of these files, or what a folder among them holds, may have changed, until the returned function is called. */
  readonly watch: (paths: readonly string[], changed: () => void) => () => void;
};

export type SpawnOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the child reads. */
  readonly input?: string;
};

/** done: the exit code (null when a signal ended it) and what it wrote; a program that cannot be started has code null and says why on stderr. */
export type Child = {
  readonly done: Promise<{
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
  readonly kill: (signal: Signal) => void;
};

export type Terminal = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Calls back at the very end of the process, however it ends but by SIGKILL, until the returned function is called. */
  readonly atExit: (restore: () => void) => () => void;
  /** Stops the process and those that run with it, as the terminal does at Ctrl-Z. Calls back once when it goes on, or was not stopped: nobody could have it go on. */
  readonly suspend: (goesOn: () => void) => void;
  /** Does the shell leave it to this process? Who changes it in the background is stopped. Where the system does not say, it does. */
  readonly isOurs: () => boolean;
};

/** Did the file operation fail? */
export function failed(result: unknown): result is FileFailure {
  return typeof result === 'object' && result !== null && 'failure' in result;
}
