/** Runs a built-in program in a Pod: standard streams there and back over one WebSocket. */
import { type RawData, WebSocket } from 'ws';
import { escapeControls } from '../../report/index.ts';
import {
  type ApiAnswer,
  type ApiClient,
  connectApi,
  type JsonMap,
  readAnswer,
} from '../api-client/api-client.ts';
import { listAt, textAt } from '../api-client/json-at.ts';
import { CannotDo, type ExitCode, type Invocation, type ProgramCode } from '../command.ts';
import type { execOptions } from '../options/exec.ts';
import type { World } from '../world.ts';
import { findPod, pathOfPod, sayPodRefusal } from './find-pod.ts';

type Asked = Invocation<typeof execOptions>;

export async function run({ world, options, operands, rest }: Asked): Promise<ExitCode> {
  if (rest === null || rest.length === 0)
    throw new CannotDo('exec: which program?', 'Write it behind --: … -- telnet echo-server:19000');
  const client = await connectApi(world, options.mesh);
  const namespace = options.namespace ?? client.namespace;
  const pod = await findPod(world, client, namespace, operands[0]);
  if (pod === null) return 1;
  const tty = options.tty && options.stdin && world.terminal !== null && world.stdin.isTTY;
  if (options.tty && !tty)
    world.stderr.write('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  const query = new URLSearchParams();
  for (const word of rest) query.append('command', word);
  if (options.container !== undefined) query.set('container', options.container);
  for (const [name, wanted] of Object.entries({
    stdin: options.stdin,
    stdout: true,
    stderr: !tty,
    tty,
  }))
    if (wanted) query.set(name, 'true');
  const opened = await open(client, `${pathOfPod(namespace, pod, 'exec')}?${query}`);
  if ('code' in opened) return sayPodRefusal(world, opened) ? 1 : 0;
  return relay(world, opened, { stdin: options.stdin, tty });
}

/** The refusal of the API where there is one. */
function open(client: ApiClient, path: string): Promise<WebSocket | ApiAnswer> {
  const host = client.host.includes(':') ? `[${client.host}]` : client.host;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${host}:${client.port}${path}`, 'v5.channel.k8s.io', {
      headers: { Authorization: `Bearer ${client.token}` },
      perMessageDeflate: false,
    });
    socket.binaryType = 'nodebuffer';
    // What a short command has to say may come with the answer itself: it is held back until somebody listens.
    socket.once('open', () => {
      socket.pause();
      resolve(socket);
    });
    socket.once('error', (error) => reject(new CannotDo(`exec: ${error.message}`, '')));
    socket.once('unexpected-response', (_request, response) => {
      readAnswer(response).then(resolve, reject);
    });
  });
}

async function relay(
  world: World,
  socket: WebSocket,
  how: { readonly stdin: boolean; readonly tty: boolean },
): Promise<ExitCode> {
  const raw = how.tty ? world.terminal?.stdin : undefined;
  raw?.setRawMode(true);
  let code: ExitCode = 1;
  const ended = new Promise<void>((resolve) => {
    socket.on('message', (data: RawData) => {
      const message = Buffer.isBuffer(data) ? data : Buffer.from(data as ArrayBuffer);
      const body = message.subarray(1);
      if (message[0] === 1) world.stdout.writeBytes(body);
      else if (message[0] === 2) world.stderr.writeBytes(body);
      else if (message[0] === 3)
        code = exitCode(world, JSON.parse(body.toString('utf8')) as JsonMap);
    });
    socket.on('close', () => resolve());
    socket.on('error', () => socket.terminate());
    socket.resume();
  });
  const stop = world.onSignal('SIGINT', () => {
    code = 130;
    socket.terminate();
  });
  if (how.stdin) void send(world, socket);
  await ended;
  raw?.setRawMode(false);
  raw?.unref();
  stop();
  return code;
}

async function send(world: World, socket: WebSocket): Promise<void> {
  for await (const chunk of world.stdin.chunks()) {
    if (socket.readyState !== socket.OPEN) return;
    await new Promise<void>((resolve) => {
      socket.send(Buffer.concat([Buffer.from([0]), chunk]), () => resolve());
    });
  }
  if (socket.readyState === socket.OPEN) socket.send(Buffer.from([255, 0]));
}

function exitCode(world: World, status: JsonMap): ExitCode {
  if (status.status === 'Success') return 0;
  const cause = listAt(status, 'details', 'causes').find(
    (one) => textAt(one, 'reason') === 'ExitCode',
  );
  if (cause === undefined) {
    world.stderr.write(`error: ${escapeControls(textAt(status, 'message'))}\n`);
    return 1;
  }
  const code = Number(textAt(cause, 'message'));
  world.stderr.write(`command terminated with exit code ${code}\n`);
  return Number.isInteger(code) && code > 0 && code < 256 ? (code as ProgramCode) : 1;
}
