/** Runs the command of an exec request between a client's streams: program, terminal, exit. */
import { PassThrough, type Readable, Writable } from 'node:stream';
import { type JsonObject, listAt, textAt } from '../../json.ts';
import type { StoredObject } from '../../stored-object.ts';
import { type ProgramContext, programNamed, programNames } from '../programs/program.ts';
import { programs } from '../programs/programs.ts';
import { exitStatus, failureStatus } from './stream-end.ts';
import { openTerminal } from './terminal.ts';

/** A client's side of a command. */
export type CommandStreams = {
  readonly stdin: Readable | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  /** Set when the client has gone. */
  readonly gone: AbortSignal;
};

export type CommandRequest = {
  readonly pod: StoredObject;
  readonly container: string;
  readonly command: readonly string[];
  readonly tty: boolean;
};

export type CommandWorld = {
  readonly now: () => number;
  readonly dial: ProgramContext['dial'];
};

/** The Status that ends the stream. Everything that the command wrote has been handed on by then. */
export async function runCommand(
  request: CommandRequest,
  streams: CommandStreams,
  world: CommandWorld,
): Promise<JsonObject> {
  const [name = '', ...args] =
    request.command[0] === 'busybox' ? request.command.slice(1) : request.command;
  const program = programNamed(programs, name);
  if (program === undefined)
    return failureStatus(
      `exec: ${JSON.stringify(name)}: executable file not found in $PATH: tcpmesh runs no containers; it has ${programNames(programs).join(', ')}`,
    );
  const interrupted = new AbortController();
  const handlers: (() => void)[] = [() => interrupted.abort()];
  const nobody = new Writable({ write: (_chunk, _encoding, done) => done() });
  const out = streams.stdout ?? nobody;
  const typed = streams.stdin ?? ended();
  const terminal = request.tty ? openTerminal(typed, out, () => handlers.at(-1)?.()) : undefined;
  const context: ProgramContext = {
    programs,
    stdin: terminal?.stdin ?? typed,
    stdout: terminal?.stdout ?? out,
    stderr: terminal?.stdout ?? streams.stderr ?? nobody,
    tty: request.tty,
    signal: AbortSignal.any([streams.gone, interrupted.signal]),
    onInterrupt: (handler) => {
      handlers.push(handler);
      return () => {
        handlers.splice(handlers.indexOf(handler), 1);
      };
    },
    env: environment(request),
    hostname: request.pod.metadata.name,
    now: world.now,
    dial: world.dial,
  };
  const code = await program(args, context);
  await flushed(context.stdout);
  return exitStatus(code);
}

function environment({ pod, container }: CommandRequest): ReadonlyMap<string, string> {
  const found = listAt(pod, 'spec', 'containers').find((one) => textAt(one, 'name') === container);
  return new Map([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOSTNAME', pod.metadata.name],
    ['HOME', '/root'],
    ...listAt(found, 'env').map((one): [string, string] => [
      textAt(one, 'name'),
      textAt(one, 'value'),
    ]),
  ]);
}

function ended(): Readable {
  const nothing = new PassThrough();
  nothing.end();
  nothing.resume();
  return nothing;
}

/** Everything written so far has left. */
function flushed(out: Writable): Promise<void> {
  if (out.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    out.once('close', () => resolve());
    out.write('', () => setImmediate(resolve));
  });
}
