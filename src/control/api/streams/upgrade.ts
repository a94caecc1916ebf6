/** Requests that take their connection over: exec and port-forward, over WebSocket or SPDY. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { keyOf } from '../../stored-object.ts';
import type { ApiContext } from '../context.ts';
import type { ProgramContext } from '../programs/program.ts';
import { type ApiRequest, flag, parseTarget, type Target } from '../request.ts';
import { ApiError } from '../status.ts';
import { type CommandRequest, type CommandStreams, runCommand } from './command.ts';
import { type PodTarget, podTarget } from './pod-target.ts';
import { portForwardProtocol, type Reach, servePortForward } from './port-forward.ts';
import { openSpdyStreams, spdyCommandProtocol } from './spdy-command.ts';
import { failureStatus } from './stream-end.ts';
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
    if (what === 'attach')
      throw new ApiError(
        'BadRequest',
        'no process runs in a Pod of tcpmesh to attach to; use exec',
      );
    const found = podTarget(context, target, request.query);
    const handlers =
      what === 'exec'
        ? execHandlers(context, network, request, found)
        : forwardHandlers(network, found);
    const kind = (message.headers.upgrade ?? '').toLowerCase();
    if (kind === 'websocket') {
      checkProtocol(message, what);
      server.handleUpgrade(message, socket, head, handlers.websocket);
    } else if (kind === 'spdy/3.1') {
      acceptSpdy(
        message,
        socket,
        head,
        what === 'exec' ? spdyCommandProtocol : portForwardProtocol,
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

function execHandlers(
  context: ApiContext,
  network: PodNetwork,
  request: ApiRequest,
  found: PodTarget,
): Handlers {
  const { query } = request;
  const command = query.getAll('command');
  if (command.length === 0) throw new ApiError('BadRequest', 'you must specify at least 1 command');
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
  const run = (
    streams: CommandStreams & { end: (status: ReturnType<typeof failureStatus>) => void },
  ): void => {
    runCommand(asked, streams, world).then(streams.end, () =>
      streams.end(
        failureStatus('the command failed: this is a defect of tcpmesh, please report it'),
      ),
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
  const known = what === 'exec' ? channelProtocols : [tunnelProtocol];
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
