/** sh: runs what shell-syntax.ts reads, with the built-ins as its only programs; with a terminal and no -c, line by line. */
import { PassThrough, Writable } from 'node:stream';
import { type Program, type ProgramContext, print, programNamed, programNames } from './program.ts';
import { type Command, parseShell, ShellSyntaxError, type Word } from './shell-syntax.ts';

export const shell: Program = async (args, context) => {
  const at = args.findIndex((word) => /^-[a-z]*c$/.test(word));
  const state: ShellState = { variables: new Map(context.env), status: 0, exited: false };
  if (at !== -1) return runText(args[at + 1] ?? '', context, state);
  if (args.some((word) => !word.startsWith('-'))) {
    await print(
      context.stderr,
      `sh: can't open '${args.find((word) => !word.startsWith('-'))}': there are no files here\n`,
    );
    return 2;
  }
  return interact(context, state);
};

type ShellState = { readonly variables: Map<string, string>; status: number; exited: boolean };

async function runText(text: string, context: ProgramContext, state: ShellState): Promise<number> {
  try {
    state.status = await run(parseShell(text), context, state);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    await print(context.stderr, `sh: ${error.message}\n`);
    state.status = 2;
  }
  return state.status;
}

async function run(command: Command, context: ProgramContext, state: ShellState): Promise<number> {
  if (context.signal.aborted) return 130;
  switch (command.type) {
    case 'list': {
      let status = 0;
      for (const { on, command: item } of command.items) {
        if (state.exited) break;
        if (on === 'always' || (on === 'success') === (status === 0))
          status = await run(item, context, state);
        state.status = status;
      }
      return status;
    }
    case 'pipe':
      return pipe(command.commands, context, state);
    case 'for': {
      let status = 0;
      for (const word of command.words) {
        if (context.signal.aborted || state.exited) break;
        state.variables.set(command.name, expand(word, state));
        status = await run(command.body, context, state);
      }
      return status;
    }
    case 'simple':
      return simple(command, context, state);
  }
}

async function pipe(
  commands: readonly Command[],
  context: ProgramContext,
  state: ShellState,
): Promise<number> {
  let { stdin } = context;
  const running = commands.map(async (command, i) => {
    const last = i === commands.length - 1;
    const out = last ? undefined : new PassThrough();
    const own = { ...state, variables: new Map(state.variables) };
    const inner = { ...context, stdin, stdout: out ?? context.stdout };
    if (out !== undefined) stdin = out;
    const status = await run(command, inner, own);
    out?.end();
    return status;
  });
  const statuses = await Promise.all(running);
  return statuses[statuses.length - 1] ?? 0;
}

async function simple(
  command: Extract<Command, { type: 'simple' }>,
  context: ProgramContext,
  state: ShellState,
): Promise<number> {
  const given = command.assignments.map(({ name, value }) => [name, expand(value, state)] as const);
  const words = command.words.flatMap((word) => {
    const text = expand(word, state);
    // An unquoted variable that is empty leaves no word.
    return text === '' && word.every(({ type }) => type === 'variable') ? [] : [text];
  });
  const [name, ...args] = words;
  if (name === undefined) {
    for (const [key, value] of given) state.variables.set(key, value);
    return 0;
  }
  if (name === 'exit') {
    state.exited = true;
    return Number(args[0] ?? state.status) & 255;
  }
  if (name === 'export') {
    for (const word of args) {
      const [key = '', ...value] = word.split('=');
      if (value.length > 0) state.variables.set(key, value.join('='));
    }
    return 0;
  }
  const program = programNamed(context.programs, name);
  if (program === undefined) {
    await print(
      context.stderr,
      `sh: ${name}: not found (the built-ins are ${programNames(context.programs).join(', ')})\n`,
    );
    return 127;
  }
  const ways = {
    out: context.stdout,
    err: context.stderr,
    nowhere: new Writable({ write: (_chunk, _encoding, done) => done() }),
  };
  return program(args, {
    ...context,
    env: new Map([...state.variables, ...given]),
    stdout: ways[command.outputs.out],
    stderr: ways[command.outputs.err],
  });
}

function expand(word: Word, state: ShellState): string {
  return word
    .map((part) =>
      part.type === 'text'
        ? part.text
        : part.name === '?'
          ? String(state.status)
          : (state.variables.get(part.name) ?? ''),
    )
    .join('');
}

/** Ctrl-C ends what the line has started, not the shell. */
async function runLine(line: string, context: ProgramContext, state: ShellState): Promise<void> {
  const interrupted = new AbortController();
  const release = context.onInterrupt(() => interrupted.abort());
  const signal = AbortSignal.any([context.signal, interrupted.signal]);
  await runText(line, { ...context, signal }, state);
  release();
}

const lineMax = 64 * 1024;

/** A prompt, a line, its output, until the input ends. */
async function interact(context: ProgramContext, state: ShellState): Promise<number> {
  const prompt = (): Promise<boolean> =>
    context.tty ? print(context.stdout, '/ # ') : Promise.resolve(true);
  while (!state.exited && !context.signal.aborted) {
    await prompt();
    const release = context.onInterrupt(() => void prompt());
    const line = await readLine(context);
    release();
    if (line === undefined) break;
    if (line.trim() !== '') await runLine(line, context, state);
  }
  if (context.tty && !state.exited) await print(context.stdout, '\n');
  return state.status;
}

/** undefined at the end of the input. What follows the line stays in the stream, for the program that the line starts. */
function readLine({ stdin, signal }: ProgramContext): Promise<string | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (line: string | undefined): void => {
      stdin.off('readable', take);
      stdin.off('end', end);
      signal.removeEventListener('abort', stop);
      resolve(line);
    };
    const stop = (): void => finish(undefined);
    const end = (): void => finish(size > 0 ? Buffer.concat(parts).toString() : undefined);
    const take = (): void => {
      for (
        let chunk = stdin.read() as Buffer | null;
        chunk !== null;
        chunk = stdin.read() as Buffer | null
      ) {
        const newline = chunk.indexOf(10);
        parts.push(newline === -1 ? chunk : chunk.subarray(0, newline));
        size += chunk.length;
        if (newline !== -1 || size > lineMax) {
          if (newline !== -1 && newline + 1 < chunk.length)
            stdin.unshift(chunk.subarray(newline + 1));
          finish(Buffer.concat(parts).toString());
          return;
        }
      }
    };
    if (signal.aborted || stdin.readableEnded) return stop();
    signal.addEventListener('abort', stop, { once: true });
    stdin.on('end', end);
    stdin.on('readable', take);
  });
}
