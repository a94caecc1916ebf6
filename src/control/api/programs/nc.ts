/** nc: what comes in goes out, what comes back is printed. */

import { connectOrSay, exchange, parseHostPort } from './connection.ts';
import type { ProgramContext } from './program.ts';
import { type Program, print } from './program.ts';

type Options = {
  readonly words: readonly string[];
  readonly seconds: number;
  readonly probe: boolean;
  readonly loud: boolean;
};

export const nc: Program = async (args, context) => {
  const options = parseOptions(args);
  const target = options === undefined ? undefined : parseHostPort(options.words);
  if (options === undefined || target === undefined) {
    await print(context.stderr, 'usage: nc [-v] [-z] [-w SECONDS] HOST PORT\n');
    return 2;
  }
  const socket = await connectOrSay('nc', target, context);
  if (typeof socket === 'number') return socket;
  if (options.loud)
    await print(context.stderr, `${target.host} (${target.host}:${target.port}) open\n`);
  if (options.probe) {
    socket.destroy();
    return 0;
  }
  return options.seconds > 0
    ? limited(options.seconds, context, (inner) => exchange(socket, inner))
    : exchange(socket, context);
};

/** -w: gives up after so long. */
async function limited(
  seconds: number,
  context: ProgramContext,
  work: (context: ProgramContext) => Promise<number>,
): Promise<number> {
  const late = AbortSignal.timeout(seconds * 1000);
  const code = await work({ ...context, signal: AbortSignal.any([context.signal, late]) });
  return late.aborted && !context.signal.aborted ? 1 : code;
}

function parseOptions(args: readonly string[]): Options | undefined {
  const words: string[] = [];
  let seconds = 0;
  let flags = '';
  for (let i = 0; i < args.length; i += 1) {
    const word = args[i] ?? '';
    if (word === '-w' || word === '-q') {
      i += 1;
      const given = Number(args[i]);
      if (!Number.isInteger(given) || given < 0 || given > 86_400) return undefined;
      if (word === '-w') seconds = given;
    } else if (/^-[vznN4]+$/.test(word)) flags += word.slice(1);
    else if (word.startsWith('-')) return undefined;
    else words.push(word);
  }
  return { words, seconds, probe: flags.includes('z'), loud: flags.includes('v') };
}
