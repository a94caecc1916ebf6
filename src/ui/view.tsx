/**
 * The terminal view: draws at most ten frames a second, whatever the number of events, on the alternate screen, and leaves the
 * terminal as it was. The only file that is loaded for it; ink, react and string-width come with it.
 */
import { Box, render, useInput } from 'ink';
import { Screen } from './components/screen.tsx';
import { FrameWriter } from './frame-writer.ts';
import { reduceEvents } from './reduce-events.ts';
import { type Command, type Key, reduceKey, typedKeys } from './reduce-key.ts';
import { initialScreen, type MeshEventAt, type ScreenState } from './screen-state.ts';
import type { View, ViewOptions } from './view-options.ts';

const frameMs = 100;
/** Of the time no more than this part goes into frames: a slow computer gets fewer of them, not a slower mesh. */
const drawingShare = 0.2;
/** Events that wait for the next frame; a flood beyond it is counted by the samples all the same. */
const waitingMax = 50_000;

const enterScreen = '\u001b[?1049h\u001b[2J\u001b[H\u001b[?25l';
const leaveScreen = '\u001b[?25h\u001b[?1049l';

export function openView(options: ViewOptions): View {
  const { stdout, stdin, source, now } = options;
  let state = initialScreen({
    columns: stdout.columns ?? 80,
    rows: stdout.rows ?? 24,
    seed: options.seed,
    now: now(),
    hints: source.hints(),
  });
  let waiting: MeshEventAt[] = [];
  let closed = false;
  /** While it is not the shell's. */
  let hasTerminal = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = (): void => instance.rerender(<App state={state} press={press} />);
  const press = (key: Key): void => {
    const pressed = reduceKey(state, key);
    state = pressed.state;
    if (pressed.command !== null) obey(pressed.command);
    draw();
  };
  const obey = (command: Command): void => {
    switch (command.kind) {
      case 'quit':
        return options.onQuit();
      case 'suspend':
        return suspend();
      case 'test':
        return source.test(command.from, command.to);
      case 'fault':
        return source.toggleFault(command.target, command.fault);
    }
  };
  const frame = (): void => {
    const events = waiting;
    waiting = [];
    state = { ...reduceEvents(state, events, source.sample()), hints: source.hints() };
    const began = now();
    draw();
    const cost = now() - began;
    timer = setTimeout(frame, Math.max(frameMs, cost / drawingShare));
  };
  const onResize = (): void => {
    state = { ...state, columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 };
    writer.clear();
    draw();
  };

  const take = (): void => {
    // First: in the background this stops the process, before anything is drawn. And no key is the terminal's own once it is.
    stdin.setRawMode(true);
    stdout.write(enterScreen);
  };
  const giveBack = (): void => {
    stdin.setRawMode(false);
    stdout.write(leaveScreen);
  };
  const suspend = (): void => {
    if (!hasTerminal) return;
    hide();
    giveBack();
    options.onSuspend();
  };
  const hide = (): void => {
    hasTerminal = false;
    clearTimeout(timer);
    // Who reads in the background is stopped at the next key. pause() does nothing while ink listens for what can be read; this is
    // what it would tell, and Node reads no more.
    stdin.emit('pause');
  };
  const show = (): void => {
    if (closed) return;
    hasTerminal = true;
    clearTimeout(timer);
    take();
    stdin.read(0);
    writer.repaint();
    frame();
  };

  take();
  const writer = new FrameWriter((text) => {
    if (hasTerminal) stdout.write(text);
  });
  const instance = render(<App state={state} press={press} />, {
    stdout: frameSink(stdout, writer),
    stdin,
    exitOnCtrlC: false,
    patchConsole: false,
    // Whole frames, each handed to the writer, which knows what is on the screen already.
    debug: true,
  });
  const unsubscribe = source.subscribe((event) => {
    if (waiting.length < waitingMax) waiting.push({ event, at: now() });
  });
  stdout.on('resize', onResize);
  // These stay: to a terminal that is gone, what leaves it as it was is written in vain, too.
  stdout.on('error', options.onGone);
  stdin.on('error', options.onGone);
  stdin.on('end', options.onGone);
  frame();

  return {
    show,
    hide,
    close: () => {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      unsubscribe();
      stdout.off('resize', onResize);
      instance.unmount();
      if (hasTerminal) giveBack();
    },
  };
}

/** What ink takes for its terminal: the size of the real one; frames go to the writer. */
function frameSink(stdout: NodeJS.WriteStream, writer: FrameWriter): NodeJS.WriteStream {
  return new Proxy(stdout, {
    get: (target, key) => {
      if (key === 'write')
        return (frame: string): boolean => {
          writer.frame(frame);
          return true;
        };
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function App({
  state,
  press,
}: {
  readonly state: ScreenState;
  readonly press: (key: Key) => void;
}) {
  useInput((input, key) => {
    const name = nameOf(input, key);
    if (name === 'text' && input.length > 1) typedKeys(input).forEach(press);
    else press({ text: input, name });
  });
  return (
    <Box>
      <Screen state={state} />
    </Box>
  );
}

function nameOf(input: string, key: Parameters<Parameters<typeof useInput>[0]>[1]): Key['name'] {
  if (key.ctrl && input === 'c') return 'interrupt';
  if (key.ctrl && input === 'z') return 'suspend';
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.pageUp) return 'page-up';
  if (key.pageDown) return 'page-down';
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  if (key.backspace || key.delete) return 'backspace';
  return 'text';
}
