/** One frame of the terminal view over a mesh that really runs, as ANSI text on standard output: scripts/pictures.mjs makes the SVG. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { render } from 'ink';
import { viewSource } from '../src/cli/run/view-source.ts';
import { RunningMesh, seededRandom } from '../src/control/index.ts';
import { Screen } from '../src/ui/components/screen.tsx';
import { reduceEvents } from '../src/ui/reduce-events.ts';
import { initialScreen, type MeshEventAt } from '../src/ui/screen-state.ts';

const [columns = 100, rows = 26] = process.argv.slice(2).map(Number);
const seed = 7;
const name = 'samples/tcp-echo-20-v2.yaml';
const now = (): number => performance.now();

const mesh = await RunningMesh.start({
  sources: [{ name, text: readFileSync(name, 'utf8') }],
  defaultNamespace: 'default',
  standIns: true,
  listen: () => null,
  publish: [],
  socks: null,
  backends: new Map(),
  allowPassthrough: false,
  now,
  wallClock: Date.now,
  random: seededRandom(seed),
});
const events: MeshEventAt[] = [];
mesh.subscribe((event) => events.push({ event, at: now() }));

const { host, port } = mesh.addresses().find(({ purpose }) => purpose === 'gateway') ?? {
  host: '',
  port: 0,
};

/** Says a line, waits for its answer; ends the connection unless it is to stay. */
function say(keep: boolean): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.write('Mon Nov 12 23:38:45 UTC 2018\n');
    socket.once('data', () => {
      if (keep) resolve(socket);
      else socket.end();
    });
    socket.once('close', () => resolve(socket));
  });
}

for (let i = 0; i < 400; i += 1) await say(false);
const open: Socket[] = [];
for (let i = 0; i < 6; i += 1) open.push(await say(true));

const source = viewSource(mesh, now);
const screen = initialScreen({ columns, rows, seed, now: now(), hints: source.hints() });
const state = reduceEvents(screen, events, source.sample());
let frame = '';
const stdout = Object.assign(new EventEmitter(), {
  columns,
  rows,
  write: (text: string) => {
    frame = text;
    return true;
  },
});
render(<Screen state={state} />, {
  stdout: stdout as unknown as NodeJS.WriteStream,
  debug: true,
  patchConsole: false,
}).unmount();
for (const socket of open) socket.destroy();
await mesh.stop(0);
process.stdout.write(frame);
