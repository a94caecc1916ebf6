import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnostic/index.ts';
import { Screen } from '../../src/ui/components/screen.tsx';
import { FrameWriter } from '../../src/ui/frame-writer.ts';
import { layout } from '../../src/ui/layout.ts';
import { reduceEvents } from '../../src/ui/reduce-events.ts';
import { reduceKey } from '../../src/ui/reduce-key.ts';
import type { ScreenState } from '../../src/ui/screen-state.ts';
import { closed, record, sample, screen } from './sample-mesh.ts';

/** The rows that ink draws for a state, without colours. */
function draw(state: ScreenState): string[] {
  let frame = '';
  const stdout = Object.assign(new EventEmitter(), {
    columns: state.columns,
    rows: state.rows,
    write: (text: string) => {
      frame = text;
      return true;
    },
  });
  const instance = render(<Screen state={state} />, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    debug: true,
    patchConsole: false,
  });
  instance.unmount();
  return stripVTControlCharacters(frame).replace(/\n$/, '').split('\n');
}

function busy(columns: number, rows: number): ScreenState {
  const events = Array.from({ length: 100 }, (_, i) => [
    { event: { event: 'connection', ...record(i) } as const, at: 0 },
    ...(i % 2 === 0 ? [{ event: closed(i), at: 10 }] : []),
  ]).flat();
  return reduceEvents(screen(columns, rows), events, sample(1500, 79, 21));
}

describe('the screen', () => {
  it.each([
    [80, 24],
    [200, 50],
    [40, 10],
  ])('fits %i by %i, the last row free', (columns, rows) => {
    const drawn = draw(busy(columns, rows));
    expect(drawn.length).toBeLessThanOrEqual(rows - 1);
    for (const row of drawn) expect(row.length).toBeLessThanOrEqual(columns);
  });

  it('shows ways in, shares against expectation, connections, log and keys', () => {
    const text = draw(busy(100, 30)).join('\n');
    expect(text).toContain('50 open  50 closed  100 connections');
    expect(text).toContain('nc 127.0.0.1 31400');
    expect(text).toContain('default/tcp-echo spec.tcp[0]');
    expect(text).toMatch(/v1 +█+.*79% of 80%/);
    expect(text).toMatch(/v2 +█+.*21% of 20%/);
    expect(text).toContain('as expected');
    expect(text).toContain('127.0.0.1:40099');
    expect(text).toContain('3/7 bytes');
    expect(text).toContain('q quit');
  });

  it.each([
    [80, 24],
    [200, 50],
  ])('counts the connections that have no row, at %i by %i', (columns, rows) => {
    const drawn = draw(busy(columns, rows));
    const from = drawn.findIndex((row) => row.startsWith('Connections: 50'));
    const shown = drawn.slice(from + 1, drawn.indexOf('Log'));
    const more = /^ {2}and (\d+) more$/.exec(shown.pop() ?? '');
    expect(Number(more?.[1]) + shown.length).toBe(50);
  });

  it('shows the youngest where there is one row for connections', () => {
    const drawn = draw(busy(80, 14));
    const from = drawn.findIndex((row) => row.startsWith('Connections: 50'));
    const shown = drawn.slice(from + 1, drawn.indexOf('Log'));
    expect(shown).toHaveLength(1);
    expect(shown[0]).toContain('127.0.0.1:40099');
  });

  it('has in a filtered log what fits, and nothing else', () => {
    const notice = (message: string) =>
      ({ event: { event: 'notice', level: 'warning', message }, at: 0 }) as const;
    const state = reduceEvents(
      screen(80, 24),
      [notice('port 7000 is taken'), notice('port 7001 is taken')],
      sample(0, 0, 0),
    );
    const drawn = draw({ ...state, filter: '7001' }).join('\n');
    expect(drawn).toContain('port 7001 is taken');
    expect(drawn).not.toContain('port 7000 is taken');
  });

  it('says nothing of more where every connection has a row', () => {
    const two = [1, 2].map((id) => ({
      event: { event: 'connection', ...record(id) } as const,
      at: 0,
    }));
    const drawn = draw(reduceEvents(screen(80, 24), two, sample(0, 0, 0)));
    expect(drawn.join('\n')).not.toContain(' more');
    expect(drawn.join('\n')).toContain('127.0.0.1:40001');
  });

  it('shows the list to choose from in the place of connections and log', () => {
    const asked = reduceKey(busy(80, 24), { text: 'k', name: 'text' }).state;
    const text = draw(asked).join('\n');
    expect(text).toContain('Kill, or bring back');
    // All that there is room for is shown, however little the sections in its place had to show.
    const quiet = reduceEvents(screen(80, 24), [], sample(0, 0, 0));
    const idle = draw(reduceKey(quiet, { text: 'k', name: 'text' }).state).join('\n');
    expect(idle).toContain('default/tcp-echo-v1-0');
    expect(idle).toContain('default/tcp-echo:v2');
    expect(text).toContain('default/tcp-echo-v2-0');
    expect(text).toContain('default/tcp-echo:v2  (instead of delay of 500 ms)');
    const delayed = draw(reduceKey(busy(80, 24), { text: 'd', name: 'text' }).state).join('\n');
    expect(delayed).toContain('default/tcp-echo:v2  (delay of 500 ms)');
    expect(text).not.toContain('Log');
  });

  it('shows in one row that the files are refused, until they are mended', () => {
    const source = { name: '/somewhere/deep/mesh.yaml', text: 'a: [\n' };
    const finding: Finding = {
      code: 'TCM0001',
      rule: 'yaml-syntax',
      severity: 'error',
      message: 'this [ is never closed',
      help: '',
      span: { source, start: 3, end: 4 },
      path: '',
      resource: null,
      related: [],
      istio: { rejects: true, code: null },
    };
    const refused = {
      event: 'refused',
      message: 'change refused, the last good mesh stays: why',
      findings: [finding],
    } as const;
    const broken = reduceEvents(busy(80, 24), [{ event: refused, at: 0 }], sample(0, 0, 0));
    const drawn = draw(broken);
    expect(drawn[1]).toBe('refused on disk: mesh.yaml:1:4: this [ is never closed');
    expect(drawn.length).toBeLessThanOrEqual(23);
    // Something else may change the mesh meanwhile.
    const changed = { event: 'changed', generation: 2, lines: ['by kubectl'] } as const;
    const still = reduceEvents(broken, [{ event: changed, at: 0 }], sample(0, 0, 0));
    expect(draw(still)[1]).toContain('refused on disk');
    const mended = { event: 'mended', message: 'mended' } as const;
    const well = reduceEvents(still, [{ event: mended, at: 0 }], sample(0, 0, 0));
    expect(draw(well).join('\n')).not.toContain('refused on disk');
  });

  it('never hands control characters of a name to the terminal', () => {
    const event = { event: 'notice', level: 'info', message: 'evil\u001b[2J\u0007' } as const;
    const state = reduceEvents(screen(80, 24), [{ event, at: 0 }], sample(0, 0, 0));
    expect(draw(state).join('\n')).toContain('evil·[2J·');
  });

  it.each([
    [80, 24],
    [40, 10],
  ])('keeps its rows at %i by %i where characters are two columns wide', (columns, rows) => {
    const wide = '漢字'.repeat(60);
    const rule = `名前/${wide}`;
    const mesh = sample(0, 3, 1);
    const shares = mesh.shares.map((report) => ({ ...report, rule }));
    const events = [
      { event: 'connection', ...record(1), from: wide, rule, workload: wide } as const,
      { ...closed(2), from: wide },
      { event: 'notice', level: 'info', message: `${wide} ${wide}` } as const,
    ].map((event) => ({ event, at: 0 }));
    const state = reduceEvents(screen(columns, rows), events, { ...mesh, shares });
    const drawn = draw(state);
    expect(drawn.length).toBeLessThanOrEqual(rows - 1);
    for (const row of drawn) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
    // A row that goes on in the next leaves no place for others, or is written over.
    expect(drawn[0]).toMatch(/^tcpmesh {2}1 open/);
    expect(drawn.filter((row) => /^(Log|Connections: 1)$/.test(row))).toHaveLength(2);
    expect(drawn.at(-1)).toMatch(/q quit ?$/);
    if (rows > 10) expect(drawn.join('\n')).toMatch(/^ {2}漢.*…$/m);
    if (rows > 10) expect(drawn.join('\n')).toMatch(/^ {2}….*0\/0 +0\.0s$/m);
  });

  it('never hands marks that turn text round to the terminal', () => {
    const marks = '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c';
    const event = { event: 'notice', level: 'info', message: `a${marks}b` } as const;
    const hints = [{ what: `x${marks}y`, command: `nc ${marks}z` }];
    const state = reduceEvents({ ...screen(80, 24), hints }, [{ event, at: 0 }], sample(0, 0, 0));
    const drawn = draw(state).join('\n');
    expect(drawn).toContain(`a${'·'.repeat(12)}b`);
    expect(drawn).toContain(`x${'·'.repeat(12)}y`);
    expect(drawn).toContain(`nc ${'·'.repeat(12)}z`);
  });
});

describe('the shares of many rules', () => {
  const rule = (name: string, connections: number) => ({
    ...(sample(0, 0, 0).shares[0] ?? never()),
    rule: name,
    connections,
  });
  const never = (): never => {
    throw new Error('the sample has a rule');
  };
  const shares = Array.from({ length: 30 }, (_, i) => rule(`shop/svc${i}`, i === 25 ? 9 : 0));
  const state = (columns: number, rows: number): ScreenState =>
    reduceEvents(screen(columns, rows), [], { ...sample(0, 0, 0), shares });
  const named = (drawn: readonly string[]): readonly string[] =>
    drawn.flatMap((row) => /shop\/svc\d+/.exec(row)?.[0] ?? []);

  it('begin with those that are used, and say how much is out of sight', () => {
    const drawn = draw(state(80, 24));
    expect(named(drawn).slice(0, 3)).toEqual(['shop/svc25', 'shop/svc0', 'shop/svc1']);
    const rows = drawn.slice(drawn.findIndex((row) => row.includes('svc25')));
    const out = rows.findIndex((row) => row.includes('of 90: up and down show the others'));
    expect(rows[out]).toContain(`rows 1 to ${out} of 90`);
  });

  it('take the rows that nothing else needs', () => {
    expect(named(draw(state(200, 50))).length).toBeGreaterThan(12);
    expect(draw(state(200, 50)).filter((row) => row === '')).toHaveLength(0);
  });

  it('scroll, to the last one and no further', () => {
    let scrolled = state(80, 24);
    for (let i = 0; i < 100; i++)
      scrolled = reduceKey(scrolled, { text: '', name: 'page-down' }).state;
    const drawn = draw(scrolled);
    expect(named(drawn).at(-1)).toBe('shop/svc29');
    expect(drawn.join('\n')).toContain('to 90 of 90');
    scrolled = reduceKey(scrolled, { text: '', name: 'escape' }).state;
    expect(named(draw(scrolled))[0]).toBe('shop/svc25');
  });

  it('begin with the first that a new filter finds, wherever they were scrolled to', () => {
    let found = state(80, 24);
    for (let i = 0; i < 5; i++) found = reduceKey(found, { text: '', name: 'down' }).state;
    for (const text of '/svc1') found = reduceKey(found, { text, name: 'text' }).state;
    found = reduceKey(found, { text: '', name: 'enter' }).state;
    expect(named(draw(found))[0]).toBe('shop/svc1');
    expect(draw(found).join('\n')).toContain('rows 1 to');
  });

  it('scroll no further than what the filter leaves', () => {
    let last = { ...state(80, 24), filter: 'svc1' };
    for (let i = 0; i < 20; i++) last = reduceKey(last, { text: '', name: 'page-down' }).state;
    expect(last.scroll).toBeLessThan(33);
  });

  it('have a row where there is but one, and not a word of how many', () => {
    const faulty = { ...sample(0, 0, 0), broken: [{ workload: 'a/b', fault: 'kill' }] };
    const drawn = draw(reduceEvents(screen(40, 10), [], faulty));
    expect(drawn.join('\n')).not.toContain('rows 1 to 0');
    expect(drawn.join('\n')).toMatch(/tcp\[0\] 0 connections/);
  });

  it('are narrowed by the filter', () => {
    const drawn = draw({ ...state(80, 24), filter: 'SVC1' });
    expect(named(drawn).slice(0, 3)).toEqual(['shop/svc1', 'shop/svc10', 'shop/svc11']);
    expect(drawn.join('\n')).toContain('Shares (matching "SVC1")');
  });
});

describe('a list to choose from', () => {
  it('is narrowed by what is typed', () => {
    let asked = reduceKey(busy(80, 24), { text: 'k', name: 'text' }).state;
    for (const letter of ':v2') asked = reduceKey(asked, { text: letter, name: 'text' }).state;
    const drawn = draw(asked).join('\n');
    expect(drawn).toContain('Kill, or bring back: :v2_');
    expect(drawn).toContain('default/tcp-echo:v2');
    expect(drawn).not.toContain('default/tcp-echo-v1-0\n');
    expect(reduceKey(asked, { text: '', name: 'enter' }).command).toEqual({
      kind: 'fault',
      fault: 'kill',
      target: 'default/tcp-echo:v2',
    });
  });
});

describe('the keys', () => {
  const help = (columns: number, ...keys: readonly string[]): string => {
    let state = busy(columns, 10);
    for (const text of keys) state = reduceKey(state, { text, name: 'text' }).state;
    return draw(state).at(-1) ?? '';
  };

  it('are all there at 80 columns, and in more words on a wider terminal', () => {
    for (const key of [
      'p pause',
      'f filter',
      't test',
      'k kill',
      'd delay',
      'r reset',
      'w ways in',
    ])
      expect(help(80)).toContain(key);
    expect(help(80)).toContain('q quit');
    expect(help(80, 'p')).toContain('p go on');
    expect(help(80, 'p')).toContain('q quit');
    expect(help(120)).toContain('t test connection');
  });

  it.each([20, 30, 40, 60])('say how to leave at %i columns', (columns) => {
    expect(help(columns)).toContain('q quit');
    expect(help(columns, 'k')).toContain('escape leaves');
    expect(help(columns, 'w')).toContain('escape leaves');
    for (const keys of [[], ['k'], ['w'], ['f']]) expect(help(columns, ...keys)).not.toContain('…');
  });

  it('give way to the filter that is typed, of which the end is seen', () => {
    expect(help(40, 'f')).toContain('(escape leaves it)');
    expect(help(80, 'f')).toContain('(enter takes it, escape leaves it)');
    expect(help(40, 'f', ...'tcp-echo-20-v2')).toMatch(/filter: tcp-echo-20-v2_/);
    expect(help(40, 'f', ...'x'.repeat(50), ...'end')).toMatch(/filter: …x+end_ ?$/);
  });
});

describe('layout', () => {
  it('shares out no more rows than there are, whatever is wanted', () => {
    for (let rows = 1; rows < 80; rows += 1)
      for (const wanted of [0, 3, 50, 500]) {
        const room = layout(rows, {
          addresses: wanted,
          rules: wanted,
          connections: wanted,
          log: wanted,
        });
        const total = room.addresses + room.rules + room.connections + room.log;
        expect(total).toBeLessThanOrEqual(Math.max(0, rows - 6));
        for (const part of Object.values(room)) expect(part).toBeGreaterThanOrEqual(0);
      }
  });
});

describe('what has to be read whole', () => {
  const typed = 'tcpmesh connect --from default/client tcp-echo.default:9000';
  const kubeconfig = `export KUBECONFIG=/home/someone/.local/state/${'deep/'.repeat(6)}api-34031.kubeconfig`;
  const hints = [
    { what: 'gateway istio-ingressgateway:31400', command: 'nc 127.0.0.1 31400' },
    { what: 'clients', command: typed },
    { what: 'publish default/tcp-echo-v1 -> tcp-echo:9000', command: 'nc 127.0.0.1 9999' },
    { what: 'kubectl', command: kubeconfig },
  ];

  it.each([
    [80, 24],
    [200, 50],
  ])('is a command, at %i by %i', (columns, rows) => {
    const drawn = draw({ ...screen(columns, rows), hints });
    expect(drawn.join('\n')).toContain(typed);
    const joined = drawn.map((row) => row.trim()).join('');
    expect(joined).toContain(kubeconfig);
    expect(joined).toContain('nc 127.0.0.1 9999');
    for (const row of drawn) expect(row.length).toBeLessThanOrEqual(columns);
  });

  it('leaves out whole ways in where there is no room, and says how many', () => {
    const drawn = draw({ ...screen(80, 14), hints });
    expect(drawn.join('\n')).toContain('and 3 more ways in');
    expect(drawn.join('')).not.toContain('KUBECONFIG');
  });

  it('is a name, where only another way in is long', () => {
    const named = [
      { what: 'gateway istio-ingressgateway:31400', command: 'nc 127.0.0.1 21480' },
      { what: 'kubectl', command: `export KUBECONFIG=/home/${'x'.repeat(30)}.kubeconfig` },
      { what: 'clients', command: typed, note: 'SOCKS 127.0.0.1:1080' },
    ];
    const text = draw({ ...screen(80, 24), hints: named }).join('\n');
    expect(text).toContain('  gateway istio-ingressgateway:31400  nc 127.0.0.1 21480');
    expect(text).toMatch(/^ {2}kubectl +export KUBECONFIG=\S+\.kubeconfig$/m);
    expect(text).not.toContain('SOCKS');
    const roomy = draw({ ...screen(120, 24), hints: named }).join('\n');
    expect(roomy).toContain(`${typed}  SOCKS 127.0.0.1:1080`);
  });

  it('keeps its columns where a way in has wide characters', () => {
    const wide = '漢字'.repeat(60);
    const named = [
      { what: `gateway ${wide}`, command: 'nc 127.0.0.1 31400' },
      { what: 'kubectl', command: `export KUBECONFIG=/${wide}` },
    ];
    const drawn = draw({ ...screen(80, 24), hints: named });
    for (const row of drawn) expect(stringWidth(row)).toBeLessThanOrEqual(80);
    expect(drawn.map((row) => row.trim()).join('')).toContain(`export KUBECONFIG=/${wide}`);
  });

  it('is a line of the log, but for those that come with every connection', () => {
    const message = `Gateway default/gw port 7000: ${'TLS is not terminated here '.repeat(4)}at all`;
    const events = [
      { event: { event: 'notice', level: 'warning', message } as const, at: 0 },
      { event: { ...closed(1), from: 'a/'.repeat(60) } as const, at: 0 },
    ];
    const drawn = draw(reduceEvents(screen(80, 24), events, sample(0, 1, 0)));
    const text = drawn.map((row) => row.trim()).join(' ');
    expect(text).toContain(message);
    expect(drawn.filter((row) => row.includes('a/a/'))).toHaveLength(1);
  });

  it.each([3, 5, 6, 7, 8, 10])('is each row of a terminal of %i rows', (rows) => {
    const now = {
      ...sample(0, 0, 0),
      broken: [{ workload: 'default/tcp-echo-v2-0', fault: 'kill' }],
    };
    const refused = { event: 'refused', message: 'broken', findings: [] } as const;
    const drawn = draw(reduceEvents(screen(80, rows), [{ event: refused, at: 0 }], now));
    expect(drawn.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
    expect(drawn[0]).toMatch(/^tcpmesh {2}0 open/);
    // One text over another leaves a title that is none.
    if (rows > 5) expect(drawn.filter((row) => /^(Log|Connections: 0)$/.test(row))).toHaveLength(2);
  });

  it('is that something was broken on purpose', () => {
    const fault = 'delay of 500 ms';
    const line = (columns: number, ...workloads: string[]): string => {
      const broken = workloads.map((workload) => ({ workload, fault }));
      return draw(reduceEvents(screen(columns, 24), [], { ...sample(0, 0, 0), broken }))[1] ?? '';
    };
    expect(line(80, 'default/tcp-echo-v2-0')).toBe('Faults: default/tcp-echo-v2-0 delay of 500 ms');
    // Of what kind it is can be read, however long the name, which keeps what differs.
    const long = `team-${'a'.repeat(40)}/service-${'b'.repeat(40)}-v2-0`;
    expect(line(80, long)).toMatch(/^Faults: team-a+…b+-v2-0 delay of 500 ms$/);
    expect(line(80, long, 'x/y-0')).toMatch(
      /^Faults: team-a+…b+-v2-0 delay of 500 ms, x\/y-0 delay of 500 ms$/,
    );
    expect(line(40, long)).toMatch(/^Faults: team-.*…b*-v2-0 delay of 500 ms$/);
    expect(line(80, ...Array(9).fill(long))).toMatch(/^Faults: team-.* ms, and 8 more$/);
    expect(line(80, ...Array(2000).fill('漢字漢字漢字漢字漢字')).length).toBeLessThanOrEqual(80);
  });
});

describe('many ways in', () => {
  const gateway = (_: unknown, i: number) => ({
    what: `gateway gw:${7000 + i}`,
    command: `nc 127.0.0.1 ${7000 + i}`,
  });
  const hints = [
    ...Array.from({ length: 30 }, gateway),
    { what: 'clients', command: 'tcpmesh connect', note: 'SOCKS 127.0.0.1:1080', single: true },
    { what: 'admin', command: 'curl http://127.0.0.1:15000/stats', single: true },
    { what: 'kubectl', command: 'export KUBECONFIG=/tmp/api', single: true },
  ];
  const state = { ...screen(80, 24), hints };

  it('leave out gateways rather than what there is but one of', () => {
    const text = draw(state).join('\n');
    for (const one of ['gw:7000', '  clients', '  admin', '  kubectl']) expect(text).toContain(one);
    expect(text).toContain('more ways in: w shows all');
  });

  it('are reached by the filter', () => {
    expect(draw(state).join('\n')).not.toContain('gw:7023');
    expect(draw({ ...state, filter: 'GW:7023' }).join('\n')).toContain('gateway gw:7023');
  });

  it.each([
    [80, 24],
    [40, 10],
  ])('are all shown by a key, at %i by %i', (columns, rows) => {
    let asked = reduceKey({ ...state, columns, rows }, { text: 'w', name: 'text' }).state;
    const seen = new Set<string>();
    for (let i = 0; i < 50; i += 1) {
      const drawn = draw(asked);
      expect(drawn.length).toBeLessThanOrEqual(rows - 1);
      for (const row of drawn) seen.add(row.trim().replace(/ +/g, ' '));
      asked = reduceKey(asked, { text: '', name: 'down' }).state;
    }
    const text = [...seen].join('\n');
    for (const { what, command } of hints) {
      expect(text).toContain(what);
      expect(text).toContain(command);
    }
    expect(text).toContain('SOCKS 127.0.0.1:1080');
    for (const row of seen) expect(row.length).toBeLessThanOrEqual(columns);
    // No further than the last one: the way back begins at once.
    const last = draw(asked);
    expect(last.at(-2)).toContain('KUBECONFIG');
    expect(draw(reduceKey(asked, { text: '', name: 'up' }).state)).not.toEqual(last);
    expect(reduceKey(asked, { text: '', name: 'escape' }).state.prompt).toEqual({ kind: 'none' });
  });
});

describe('FrameWriter', () => {
  it('writes only rows that changed, each at its place', () => {
    const written: string[] = [];
    const writer = new FrameWriter((text) => written.push(text));
    writer.frame('a\nb\nc');
    writer.frame('a\nB\nc');
    writer.frame('a\nB\nc');
    writer.frame('a');
    expect(written).toHaveLength(3);
    expect(written[1]).toContain('\u001b[2;1HB');
    expect(written[1]).not.toContain('\u001b[1;1H');
    expect(written[2]).toContain('\u001b[2;1H\u001b[0m\u001b[K');
  });
  it('draws all again after a resize', () => {
    const written: string[] = [];
    const writer = new FrameWriter((text) => written.push(text));
    writer.frame('a\nb');
    writer.clear();
    writer.frame('a\nb');
    expect(written.at(-1)).toContain('\u001b[1;1Ha');
  });
});
