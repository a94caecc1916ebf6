/** Where the events of a run go: the terminal view, lines of text, or lines of JSON. */
import type { MadeConnections, MeshEvent, ShareReport } from '../../control/index.ts';
import { CannotDo } from '../command.ts';
import { readsStdin } from '../input/read-input.ts';
import type { Terminal } from '../world.ts';
import type { Ending } from './ending.ts';
import { eventAsJson, eventAsText, type ToldEvent } from './event-lines.ts';
import type { Session } from './session.ts';
import { standInEvents } from './stand-in-events.ts';
import { viewSource } from './view-source.ts';

/** `end` may be called twice; only the first counts. */
export type Show = {
  /** Whatever else is written to the terminal would stand across it. */
  readonly coversTerminal: boolean;
  readonly end: (shares: readonly ShareReport[], made: MadeConnections | null) => Promise<void>;
};

/** How long the end waits, twice, for a reader that has not taken everything yet: no longer than for connections, within reason. */
export function lastWordsMs({ drainTimeoutMs }: Pick<Session, 'drainTimeoutMs'>): number {
  return Math.min(2000, Math.max(500, drainTimeoutMs / 2));
}

/** To be asked before anything is opened. Throws CannotDo for what cannot be shown here. */
export function checkShow({ world, options }: Session['invocation']): void {
  if (options.output === 'view' && !world.stdout.isTTY) throw noTerminal();
}

/** Where the mesh comes by standard input, keys come from the terminal itself. */
function terminalOf({ world, operands, options }: Session['invocation']): Terminal | null {
  const opens = options.output === 'view' || readsStdin(options, operands);
  return world.terminal ?? (opens ? world.openTerminal() : null);
}

function noTerminal(): CannotDo {
  return new CannotDo('the view needs a terminal', 'Take -o text or -o json here.');
}

export async function openShow(session: Session, ending: Ending): Promise<Show> {
  const { options } = session.invocation;
  switch (options.output) {
    case 'auto': {
      if (options.connections !== undefined) return lines(session, ending, () => null);
      const terminal = terminalOf(session.invocation);
      return terminal === null
        ? lines(session, ending, eventAsJson)
        : openView(session, terminal, ending);
    }
    case 'view': {
      const terminal = terminalOf(session.invocation);
      if (terminal === null) throw noTerminal();
      return openView(session, terminal, ending);
    }
    case 'text':
      return lines(session, ending, eventAsText);
    case 'json':
      return lines(session, ending, eventAsJson);
  }
}

/**
 * Lines of one turn of the event loop go out in one write: a busy mesh tells thousands of events a second. Connections
 * never wait for who reads them: what a slow reader leaves no room for is dropped, and the next line says how much.
 */
function lines(
  session: Session,
  ending: Ending,
  render: (event: ToldEvent) => string | null,
): Show {
  const { invocation, running } = session;
  const { world } = invocation;
  let waiting: string[] = [];
  let dropped = 0;
  const flush = (): void => {
    if (waiting.length === 0) return;
    const lost = dropped === 0 ? null : render({ event: 'dropped', events: dropped });
    const text = waiting.join('');
    if (world.stdout.offer(lost === null ? text : `${lost}\n${text}`)) dropped = 0;
    else dropped += waiting.length;
    waiting = [];
  };
  const take = (event: MeshEvent): void => {
    const line = render(event);
    if (line === null) return;
    if (waiting.push(`${line}\n`) === 1) world.clock.after(0, flush);
  };
  for (const event of standInEvents(running)) take(event);
  for (const address of running.addresses()) take({ event: 'listening', address });
  const unsubscribe = running.subscribe(take);
  const unwatch = world.stdout.onGone(() => ending.hangUp());
  let ended = false;
  return {
    coversTerminal: false,
    end: async (shares, made) => {
      if (ended) return;
      ended = true;
      unsubscribe();
      unwatch();
      flush();
      await world.stdout.settle(lastWordsMs(session));
      take({
        event: 'summary',
        shares: shares.filter(({ connections }) => connections > 0),
        ...(made === null ? {} : { made: summaryOf(made) }),
      });
      flush();
      await world.stdout.settle(lastWordsMs(session));
    },
  };
}

function summaryOf({
  connections,
  failed,
  passthrough,
  failures,
}: MadeConnections): MadeConnections {
  return { connections, failed, ...(passthrough === undefined ? {} : { passthrough }), failures };
}

/** Until a view in the background is seen to be in front again. */
const lookMs = 250;

async function openView(session: Session, terminal: Terminal, ending: Ending): Promise<Show> {
  const { openView: open } = await import('../../ui/index.ts');
  const view = await open({
    stdout: terminal.stdout,
    stdin: terminal.stdin,
    source: viewSource(session.running, session.invocation.world.clock.monotonic),
    seed: session.seed,
    now: session.invocation.world.clock.monotonic,
    onQuit: () => ending.now(),
    onGone: () => ending.hangUp(),
    onSuspend: () => terminal.suspend(goOn),
  });
  const { clock, onSignal } = session.invocation.world;
  let stopLooking = (): void => {};
  // To take the terminal in the background would stop it again. Not every shell tells who is there that it comes to the front.
  const goOn = (): void => {
    stopLooking();
    const isOurs = terminal.isOurs();
    if (!isOurs) view.hide();
    if (ending.over) return;
    if (isOurs) view.show();
    else stopLooking = clock.after(lookMs, goOn);
  };
  const settled = terminal.atExit(() => view.close());
  const unwatch = onSignal('SIGCONT', goOn);
  return {
    coversTerminal: true,
    end: async () => {
      settled();
      unwatch();
      stopLooking();
      view.close();
    },
  };
}
