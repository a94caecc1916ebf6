/** Where the events of a run go: the terminal view, lines of text, or lines of JSON. */
import type { ShareReport } from '../../control/index.ts';
import { CannotDo } from '../command.ts';
import { eventAsJson, eventAsText } from './event-lines.ts';
import type { Live } from './run-mesh.ts';
import { viewSource } from './view-source.ts';

/** `end` may be called twice; only the first counts. */
export type Show = { readonly end: (shares: readonly ShareReport[]) => void };

export async function openShow(session: Live, onQuit: () => void): Promise<Show> {
  const { world, options } = session.invocation;
  const { terminal } = world;
  switch (options.output) {
    case 'auto':
      return terminal === null || options.connections !== undefined
        ? lines(session, options.connections === undefined ? eventAsJson : () => null)
        : openView(session, terminal, onQuit);
    case 'view':
      if (terminal === null)
        throw new CannotDo('the view needs a terminal', 'Take -o text or -o json here.');
      return openView(session, terminal, onQuit);
    case 'text':
      return lines(session, eventAsText);
    case 'json':
      return lines(session, eventAsJson);
  }
}

function lines({ invocation, running }: Live, render: Parameters<typeof writeLine>[1]): Show {
  const write = (event: Parameters<typeof render>[0]): void =>
    writeLine(invocation.world, render, event);
  for (const { object, why } of running.snapshot.standIns)
    write({
      event: 'stand-in',
      object: `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`,
      why,
    });
  for (const address of running.addresses()) write({ event: 'listening', address });
  const unsubscribe = running.subscribe(write);
  let ended = false;
  return {
    end: (shares) => {
      if (ended) return;
      ended = true;
      unsubscribe();
      write({ event: 'summary', shares: shares.filter(({ connections }) => connections > 0) });
    },
  };
}

function writeLine(
  world: Live['invocation']['world'],
  render: (event: Parameters<typeof eventAsJson>[0]) => string | null,
  event: Parameters<typeof eventAsJson>[0],
): void {
  const line = render(event);
  if (line !== null) world.stdout.write(`${line}\n`);
}

async function openView(
  session: Live,
  terminal: NonNullable<Live['invocation']['world']['terminal']>,
  onQuit: () => void,
): Promise<Show> {
  const { openView: open } = await import('../../ui/index.ts');
  const view = await open({
    stdout: terminal.stdout,
    stdin: terminal.stdin,
    source: viewSource(session.running, session.invocation.world.clock.monotonic),
    seed: session.seed,
    now: session.invocation.world.clock.monotonic,
    onQuit,
  });
  const settled = terminal.atExit(() => view.close());
  return {
    end: () => {
      settled();
      view.close();
    },
  };
}
