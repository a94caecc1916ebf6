/** The small programs that tutorials put around telnet and nc: echo, date, sleep, cat and the like. */
import { type Program, pause, print } from './program.ts';

const echo: Program = async (args, { stdout }) => {
  const bare = args[0] === '-n';
  const text = (bare ? args.slice(1) : args).join(' ');
  await print(stdout, bare ? text : `${text}\n`);
  return 0;
};

const printf: Program = async (args, { stdout }) => {
  const [format = '', ...values] = args;
  const rest = [...values];
  const text = format.replace(/\\n|\\t|\\r|\\\\|%s|%d|%%/g, (code) => {
    switch (code) {
      case '\\n':
        return '\n';
      case '\\t':
        return '\t';
      case '\\r':
        return '\r';
      case '\\\\':
        return '\\';
      case '%%':
        return '%';
      default:
        return rest.shift() ?? '';
    }
  });
  await print(stdout, text);
  return 0;
};

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** UTC, as in a container. */
const date: Program = async (args, { stdout, stderr, now }) => {
  const format = args.find((word) => word.startsWith('+'))?.slice(1) ?? '%a %b %e %H:%M:%S UTC %Y';
  if (args.some((word) => !word.startsWith('+') && word !== '-u')) {
    await print(stderr, 'usage: date [-u] [+FORMAT]\n');
    return 1;
  }
  await print(stdout, `${formatDate(format, new Date(now()))}\n`);
  return 0;
};

function formatDate(format: string, at: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const parts: Readonly<Record<string, string>> = {
    a: days[at.getUTCDay()] ?? '',
    b: months[at.getUTCMonth()] ?? '',
    d: two(at.getUTCDate()),
    e: String(at.getUTCDate()).padStart(2, ' '),
    F: at.toISOString().slice(0, 10),
    H: two(at.getUTCHours()),
    M: two(at.getUTCMinutes()),
    m: two(at.getUTCMonth() + 1),
    S: two(at.getUTCSeconds()),
    s: String(Math.floor(at.getTime() / 1000)),
    T: at.toISOString().slice(11, 19),
    Y: String(at.getUTCFullYear()),
    Z: 'UTC',
    '%': '%',
  };
  return format.replace(/%([a-zA-Z%])/g, (whole, letter: string) => parts[letter] ?? whole);
}

const sleep: Program = async (args, { stderr, signal }) => {
  const match = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(args[0] ?? '');
  if (args[0] === 'infinity' || args[0] === 'inf') {
    await pause(2 ** 31 - 1, signal);
    return 130;
  }
  if (match === null) {
    await print(stderr, 'usage: sleep SECONDS\n');
    return 1;
  }
  const unit = match[2] === 'm' ? 60 : match[2] === 'h' ? 3600 : 1;
  const milliseconds = Math.min(Number(match[1]) * unit * 1000, 2 ** 31 - 1);
  return (await pause(milliseconds, signal)) ? 0 : 130;
};

const cat: Program = (args, { stdin, stdout, stderr, signal }) => {
  if (args.some((word) => word !== '-')) {
    return print(stderr, `cat: can't open '${args[0]}': there are no files here\n`).then(() => 1);
  }
  return new Promise((resolve) => {
    const finish = (code: number): void => {
      signal.removeEventListener('abort', interrupt);
      stdin.off('data', copy);
      stdin.pause();
      resolve(code);
    };
    const interrupt = (): void => finish(130);
    const copy = (chunk: Buffer): void => {
      stdin.pause();
      void print(stdout, chunk).then((read) => (read ? stdin.resume() : finish(1)));
    };
    if (signal.aborted) return interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    stdin.on('data', copy);
    if (stdin.readableEnded) finish(0);
    else stdin.once('end', () => finish(0));
    stdin.resume();
  });
};

const hostname: Program = async (_args, { stdout, hostname: name }) => {
  await print(stdout, `${name}\n`);
  return 0;
};

const env: Program = async (_args, { stdout, env: variables }) => {
  await print(stdout, [...variables].map(([name, value]) => `${name}=${value}\n`).join(''));
  return 0;
};

const seq: Program = async (args, { stdout, stderr }) => {
  const numbers = args.map(Number);
  const [first = 1, last = 0] = numbers.length === 1 ? [1, numbers[0]] : numbers;
  if (
    numbers.length === 0 ||
    numbers.length > 2 ||
    !numbers.every(Number.isInteger) ||
    last - first > 100_000
  ) {
    await print(stderr, 'usage: seq [FIRST] LAST\n');
    return 1;
  }
  for (let i = first; i <= last; i += 1) await print(stdout, `${i}\n`);
  return 0;
};

export const smallPrograms: Readonly<Record<string, Program>> = {
  echo,
  printf,
  date,
  sleep,
  cat,
  hostname,
  env,
  seq,
  true: async () => 0,
  ':': async () => 0,
  false: async () => 1,
};
