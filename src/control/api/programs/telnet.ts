/** telnet: lines to a server, its answers back. Ctrl-D ends it, and so does the server. */
import { connectOrSay, exchange, parseHostPort } from './connection.ts';
import { type Program, print } from './program.ts';

export const telnet: Program = async (args, context) => {
  const words = args.filter((word) => !word.startsWith('-'));
  const target = parseHostPort(words, 23);
  if (target === undefined) {
    await print(context.stderr, 'usage: telnet HOST [PORT] | telnet HOST:PORT\n');
    return 2;
  }
  const socket = await connectOrSay('telnet', target, context);
  return typeof socket === 'number' ? socket : exchange(socket, context);
};
