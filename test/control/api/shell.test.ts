/** The built-in shell and programs: what they print, their exit codes, what they refuse. Nothing of this computer is reached. */
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  DialError,
  type ProgramContext,
  programNamed,
} from '../../../src/control/api/programs/program.ts';
import { programs } from '../../../src/control/api/programs/programs.ts';
import { openTerminal } from '../../../src/control/api/streams/terminal.ts';

function sink(): { readonly stream: Writable; readonly text: () => string } {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk;
      done();
    },
  });
  return { stream, text: () => text };
}

/** Whatever is dialled sends each chunk back, with the address before it. */
function echo(host: string, port: number): PassThrough {
  const stream = new PassThrough();
  stream.write(`${host}:${port} `);
  return stream;
}

async function run(
  argv: readonly string[],
  input = '',
): Promise<{ code: number; out: string; err: string }> {
  const [name = '', ...args] = argv;
  const program = programNamed(programs, name);
  if (program === undefined) throw new Error(`no program ${name}`);
  const [out, err] = [sink(), sink()];
  const stdin = new PassThrough();
  stdin.end(input);
  const context: ProgramContext = {
    stdin,
    stdout: out.stream,
    stderr: err.stream,
    tty: false,
    signal: new AbortController().signal,
    onInterrupt: () => () => {},
    env: new Map([['HOME', '/root']]),
    hostname: 'pod-1',
    programs,
    now: () => Date.parse('2018-11-12T23:24:57Z'),
    dial: async (host, port) => {
      if (host === 'nobody') throw new DialError('unknown-host', 'x');
      if (port === 1) throw new DialError('refused', 'x');
      return echo(host, port);
    },
  };
  const code = await program(args, context);
  return { code, out: out.text(), err: err.text() };
}

const sh = (line: string, input = ''): ReturnType<typeof run> => run(['sh', '-c', line], input);

describe('sh -c', () => {
  it.each([
    ['echo a b   c', 'a b c\n', 0],
    ['echo "a  b" \'$HOME\' $HOME', 'a  b $HOME /root\n', 0],
    ['date', 'Mon Nov 12 23:24:57 UTC 2018\n', 0],
    ['(date; sleep 0) | cat', 'Mon Nov 12 23:24:57 UTC 2018\n', 0],
    ['false || echo or; true && echo and', 'or\nand\n', 0],
    ['for i in 1 2 {3..4}; do echo n$i; done', 'n1\nn2\nn3\nn4\n', 0],
    ['A=1; B=$A-2 && echo $' + '{B}x', '1-2x\n', 0],
    ['echo gone >/dev/null; echo stays', 'stays\n', 0],
    ['{ echo a; echo b; } | cat', 'a\nb\n', 0],
    ['exit 7; echo never', '', 7],
    ['false; echo $?', '1\n', 0],
    ['# a comment\necho line', 'line\n', 0],
    ['printf "%s-%d\\n" a 1', 'a-1\n', 0],
    ['hostname', 'pod-1\n', 0],
    ['echo hi | nc web 80', 'web:80 hi\n', 0],
  ])('%s', async (line, out, code) => {
    expect(await sh(line)).toMatchObject({ out, code });
  });

  it('sends errors where it is told', async () => {
    expect(await sh('echo no >&2')).toMatchObject({ out: '', err: 'no\n' });
    expect(await sh('nc nobody 1 2>&1')).toMatchObject({
      out: "nc: bad address 'nobody'\n",
      err: '',
      code: 1,
    });
  });

  it.each([
    ['ls /', /ls: not found/, 127],
    ['echo `id`', /command substitution/, 2],
    ['echo $(id)', /command substitution/, 2],
    ['echo x > /etc/passwd', /no files here/, 2],
    ['nc web 80 </dev/null', /no files here to read from: for no input write true \|/, 2],
    ['cat /etc/passwd', /no files here/, 1],
    ['sleep 9 &', /no background jobs/, 2],
    ['echo "open', /unterminated/, 2],
    ['(echo', /unexpected end of file/, 2],
    [`${'('.repeat(50)}echo${')'.repeat(50)}`, /too deep/, 2],
  ])('refuses %s', async (line, err, code) => {
    const ended = await sh(line);
    expect(ended.err).toMatch(err);
    expect(ended.code).toBe(code);
  });
});

describe('telnet and nc', () => {
  it.each([
    [['telnet', 'web:80']],
    [['telnet', 'web', '80']],
    [['nc', 'web', '80']],
    [['nc', '-w', '5', 'web', '80']],
    [['/bin/nc', 'web', '80']],
  ])('%j', async (argv) => {
    expect(await run(argv, 'hi\n')).toEqual({ code: 0, out: 'web:80 hi\n', err: '' });
  });
  it('take IPv6 addresses', async () => {
    expect(await run(['telnet', '[::1]:80'], 'x')).toMatchObject({ out: '::1:80 x' });
  });
  it.each([
    [['telnet', 'web', '1'], /Connection refused/, 1],
    [['nc', 'nobody', '9'], /bad address/, 1],
    [['nc', 'web'], /usage/, 2],
    [['nc', 'web', '70000'], /usage/, 2],
    [['telnet'], /usage/, 2],
  ])('%j fails as it should', async (argv, err, code) => {
    const ended = await run(argv);
    expect(ended.err).toMatch(err);
    expect(ended.code).toBe(code);
  });
  it('probe with -z', async () => {
    expect(await run(['nc', '-zv', 'web', '80'])).toMatchObject({
      code: 0,
      err: 'web (web:80) open\n',
    });
  });
});

describe('a terminal', () => {
  const open = () => {
    const typed = new PassThrough();
    const screen = sink();
    let interrupts = 0;
    const terminal = openTerminal(typed, screen.stream, () => {
      interrupts += 1;
    });
    const lines: string[] = [];
    terminal.stdin.on('data', (chunk: Buffer) => lines.push(String(chunk)));
    const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    return { typed, screen, terminal, lines, settle, interrupts: () => interrupts };
  };
  it('hands on lines, edited', async () => {
    const { typed, screen, lines, settle } = open();
    typed.write('tesz\u007ft\u001b[D\rgone\u0015kept\r');
    await settle();
    expect(lines).toEqual(['test\n', 'kept\n']);
    expect(screen.text()).toContain('tesz\b \bt\r\n');
  });
  it('ends at Ctrl-D on an empty line, and interrupts at Ctrl-C', async () => {
    const { typed, terminal, settle, interrupts } = open();
    let ended = false;
    terminal.stdin.on('end', () => {
      ended = true;
    });
    typed.write('half\u0003');
    await settle();
    expect(interrupts()).toBe(1);
    typed.write('\u0004');
    await settle();
    expect(ended).toBe(true);
  });
  it('starts output lines at the left edge', async () => {
    const { terminal, screen, settle } = open();
    terminal.stdout.write('a\nb\r\n');
    await settle();
    expect(screen.text()).toBe('a\r\nb\r\n');
  });
});
