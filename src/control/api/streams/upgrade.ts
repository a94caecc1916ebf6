/** Requests that take their connection over: exec and port-forward, over WebSocket or SPDY. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type JsonObject, textAt } from '../../json.ts';
import { keyOf } from '../../stored-object.ts';
import type { ApiContext } from '../context.ts';
import type { ProgramContext } from '../programs/program.ts';
import { type ApiRequest, flag, parseTarget, type Target } from '../request.ts';
import { ApiError } from '../status.ts';
import { completePod, ownCommand } from './attach.ts';
import { type CommandRequest, type CommandStreams, runCommand } from './command.ts';
import { type PodTarget, podTarget } from './pod-target.ts';
import { portForwardProtocol, type Reach, servePortForward } from './port-forward.ts';
import { openSpdyStreams, spdyCommandProtocol } from './spdy-command.ts';
import { exitStatus, failureStatus } from './stream-end.ts';
import { websocketCarrier } from './websocket-carrier.ts';
import { channelProtocols, openChannels } from './websocket-channels.ts';

/** How Pods reach the mesh and are reached. */
export type PodNetwork = {
  /** Connects as a workload, `namespace/name`. Rejects with a DialError. */
  readonly dial: (from: string, host: string, port: number) => ReturnType<ProgramContext['dial']>;
  /** Connects to a port of a workload itself. */
  readonly reach: (workload: string, port: number) => Promise<Duplex>;
};

export type Upgrade = (
  request: ApiRequest,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
) => boolean;

const tunnelProtocol = `SPDY/3.1+${portForwardProtocol}`;
const messageMax = 1024 * 1024;

export function createUpgrade(context: ApiContext, network: PodNetwork): Upgrade {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: messageMax,
    perMessageDeflate: false,
    handleProtocols: (offered) =>
      [...channelProtocols, tunnelProtocol].find((known) => offered.has(known)) ?? false,
  });
  return (request, message, socket, head) => {
    const target = parseTarget(request.path);
    const what = target?.subresource;
    if (target === undefined || (what !== 'exec' && what !== 'portforward' && what !== 'attach'))
      return false;
    const found = podTarget(context, target, request.query);
    if (textAt(found.pod, 'status', 'phase') !== 'Running')
      throw new ApiError('BadRequest', `pod ${found.pod.metadata.name} is not running`);
    const handlers =
      what === 'portforward'
        ? forwardHandlers(network, found)
        : commandHandlers(context, network, request, found, what);
    const kind = (message.headers.upgrade ?? '').toLowerCase();
    if (kind === 'websocket') {
      checkProtocol(message, what);
      server.handleUpgrade(message, socket, head, handlers.websocket);
    } else if (kind === 'spdy/3.1') {
      acceptSpdy(
        message,
        socket,
        head,
        what === 'portforward' ? portForwardProtocol : spdyCommandProtocol,
      );
      handlers.spdy(socket);
    } else throw new ApiError('BadRequest', `unable to upgrade to ${JSON.stringify(kind)}`);
    return true;
  };
}

type Handlers = {
  readonly websocket: (socket: WebSocket) => void;
  readonly spdy: (socket: Duplex) => void;
};

/** attach starts the container's own command: nothing runs in a Pod before somebody is there to see it. */
function commandHandlers(
  context: ApiContext,
  network: PodNetwork,
  request: ApiRequest,
  found: PodTarget,
  what: 'exec' | 'attach',
): Handlers {
  const { query } = request;
  const command = what === 'exec' ? query.getAll('command') : ownCommand(found);
  if (command.length === 0)
    throw new ApiError(
      'BadRequest',
      what === 'exec'
        ? 'you must specify at least 1 command'
        : `container ${found.container} has no command to attach to; use exec`,
    );
  const wants = {
    stdin: flag(query, 'stdin'),
    stdout: flag(query, 'stdout'),
    stderr: flag(query, 'stderr') && !flag(query, 'tty'),
    tty: flag(query, 'tty'),
  };
  const asked: CommandRequest = { ...found, command, tty: wants.tty };
  const { namespace, name } = keyOf(found.pod);
  const world = {
    now: context.now,
    dial: (host: string, port: number) => network.dial(`${namespace}/${name}`, host, port),
  };
  const run = (streams: CommandStreams & { end: (status: JsonObject) => void }): void => {
    const finish = (status: JsonObject): void => {
      if (what === 'attach') completePod(context, found, status);
      // Who attached reads the exit code from the Pod.
      streams.end(what === 'attach' ? exitStatus(0) : status);
    };
    runCommand(asked, streams, world).then(finish, () =>
      finish(failureStatus('the command failed: this is a defect of tcpmesh, please report it')),
    );
  };
  return {
    websocket: (socket) => run(openChannels(socket, wants)),
    spdy: (socket) => {
      void openSpdyStreams(socket, wants).then((streams) => {
        if (streams !== null) run(streams);
      });
    },
  };
}

function forwardHandlers(network: PodNetwork, { pod }: PodTarget): Handlers {
  const { namespace, name } = keyOf(pod);
  const reach: Reach = (port) => network.reach(`${namespace}/${name}`, port);
  return {
    websocket: (socket) => servePortForward(websocketCarrier(socket), reach),
    spdy: (socket) => servePortForward(socket, reach),
  };
}

function checkProtocol(message: IncomingMessage, what: Target['subresource']): void {
  const offered = (message.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((one) => one.trim());
  const known = what === 'portforward' ? [tunnelProtocol] : channelProtocols;
  if (!known.some((one) => offered.includes(one)))
    throw new ApiError(
      'BadRequest',
      `none of the protocols offered (${offered.join(', ')}) is known: ${known.join(', ')}`,
    );
}

function acceptSpdy(
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string,
): void {
  const given = message.headers['x-stream-protocol-version'] ?? '';
  const offered = (Array.isArray(given) ? given.join(',') : given)
    .split(',')
    .map((one) => one.trim());
  if (!offered.includes(protocol))
    throw new ApiError(
      'Forbidden',
      `unable to negotiate protocol: client supports ${offered.join(', ')}, server accepts ${protocol}`,
    );
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  );
  if (head.length > 0) socket.unshift(head);
}
