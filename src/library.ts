/**
 * tcpmesh as a library: a mesh inside a test suite or a program of one's own.
 *
 *   import { startMesh } from 'tcpmesh';
 *   const mesh = await startMesh({ files: 'samples/tcp-echo-20-v2.yaml', seed: 7 });
 *   const answer = await mesh.say({ to: 'istio-ingressgateway:31400' }, 'hello\n');
 *   await mesh.close();
 *
 * Everything that its types name is in this file, so that they stay what they are when the inside changes.
 */
import { connect as connectSocket, type Socket } from 'node:net';
import {
  allFaultTargets,
  faultTargets,
  firstOf,
  type Missing,
  noClient,
  noGateway,
  noName,
  OwnEnds,
  PortError,
  parseHostPort,
  RunningMesh as Running,
  reaches,
  seededRandom,
  whyNoSubset,
  whyUnserved,
} from './control/index.ts';
import {
  problemsOfDial,
  problemsOfFault,
  problemsOfInput,
  problemsOfOptions,
  problemsOfTarget,
  problemsOfTime,
} from './library-checks.ts';
import { type NamedText, readInput } from './library-input.ts';
import { dialSocks } from './proxy/index.ts';

/** What a mesh is made of. At least one of files, yaml and sources; several are taken together, in this order. */
export type MeshInput = {
  /** Paths of files, folders and globs, relative to the working directory. */
  readonly files?: string | readonly string[];
  /** Documents as text. */
  readonly yaml?: string | readonly string[];
  /** The same with the names that messages use. */
  readonly sources?: readonly { readonly name: string; readonly text: string }[];
};

export type MeshOptions = MeshInput & {
  /** Of objects that name none. Default: default. */
  readonly namespace?: string;
  /** Of everything that is drawn at random, 0 to 2^32 - 1. Default: another one each time; see RunningMesh.seed. */
  readonly seed?: number;
  /** free: gateways get free ports, so that suites can run side by side; as-written: the ports of their servers. Default: free. */
  readonly ports?: 'free' | 'as-written';
  /** Make up what routes need and the input lacks. Default: true. */
  readonly standIns?: boolean;
  /** Real processes that stand for workloads: `{'default/postgres-v1': '127.0.0.1:5432'}`. */
  readonly backends?: Readonly<Record<string, string>>;
  /** Let passthrough leave this computer. Default: false. */
  readonly allowPassthrough?: boolean;
};

export type MeshAddress = {
  readonly purpose: 'gateway' | 'publish' | 'socks' | 'admin' | 'api';
  /** `istio-system/istio-ingressgateway:31400`, `istio-system/istio-ingressgateway@10.1.2.3:31400` */
  readonly name: string;
  /** Of a gateway's port that is open at one address of its Pod alone: that address. */
  readonly bind?: string;
  readonly host: string;
  readonly port: number;
};

/**
 * Whom to be and what to dial. With `from`, a workload `namespace/name`, `to` is a service or address with its port
 * (`echo-server:19000`); without, it is a gateway and port (`istio-ingressgateway:31400`, or the port alone).
 */
export type Dial = { readonly from?: string; readonly to: string | number };

export type Connection = {
  /** Counts from 1 in one mesh. */
  readonly id: number;
  readonly from: string;
  readonly proxy: string | null;
  readonly to: string;
  readonly listener: string;
  readonly outcome:
    | 'routed'
    | 'passthrough'
    | 'blackhole'
    | 'no-listener'
    | 'no-filter-chain'
    | 'listener-rejected'
    | 'http';
  /** `default/tcp-echo spec.tcp[0]`; null where no VirtualService decided. */
  readonly rule: string | null;
  /** The cluster, `outbound|9000|v2|tcp-echo.default.svc.cluster.local`. */
  readonly destination: string | null;
  readonly host: string | null;
  readonly subset: string | null;
  readonly port: number | null;
  /** `ip:port` in the mesh. */
  readonly endpoint: string | null;
  /** `namespace/name` */
  readonly workload: string | null;
};

export type MeshEvent =
  | ({ readonly event: 'connection' } & Connection)
  | ({
      readonly event: 'closed';
      /** `ended` where both sides ended in order. */
      readonly reason: string;
      /** Envoy's response flags. */
      readonly flags: readonly string[];
      /** From the client, and to it. */
      readonly bytesReceived: number;
      readonly bytesSent: number;
      readonly durationMs: number;
      readonly detail: string | null;
    } & Connection)
  | { readonly event: 'listening' | 'stopped-listening'; readonly address: MeshAddress }
  | { readonly event: 'stand-in'; readonly object: string; readonly why: string }
  | { readonly event: 'changed'; readonly generation: number; readonly lines: readonly string[] }
  | {
      readonly event: 'notice';
      readonly level: 'info' | 'warning' | 'error';
      readonly message: string;
    }
  | { readonly event: 'refused' | 'mended'; readonly message: string }
  | { readonly event: 'summary' };

export type Shares = {
  readonly rule: string;
  readonly connections: number;
  readonly destinations: readonly {
    readonly destination: string;
    /** The subset, or the first label of the host. */
    readonly label: string;
    /** 0 to 1. */
    readonly expected: number;
    /** Connections that it was given. */
    readonly observed: number;
  }[];
  /** off: chance does it but once in ten thousand runs; none: a single destination, or no connection. */
  readonly verdict: 'within' | 'off' | 'none';
};

export type Fault =
  | { readonly kind: 'kill' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'delay'; readonly delayMs: number };

export type RunningMesh = {
  readonly seed: number;
  readonly addresses: readonly MeshAddress[];
  /** Sentences on what was made up. */
  readonly standIns: readonly string[];
  /** Opens a connection. The socket is the caller's to end; it allows half-close. */
  readonly connect: (dial: Dial) => Promise<Socket>;
  /** Opens one, says something, ends its side, and gives back the whole answer. Rejects where the mesh closed it, with its reason. */
  readonly say: (dial: Dial, text: string) => Promise<string>;
  /** Called for every event until the returned function is called. */
  readonly onEvent: (listener: (event: MeshEvent) => void) => () => void;
  /** Events so far, the last 10,000. */
  readonly events: readonly MeshEvent[];
  readonly shares: () => readonly Shares[];
  /** target: `[namespace/]workload` or `service:subset`; undefined makes it well again. */
  readonly setFault: (target: string, fault: Fault | undefined) => Promise<void>;
  /** Takes new input; open connections keep their route. Resolves with what is another, a line each. */
  readonly update: (input: MeshInput) => Promise<readonly string[]>;
  /**
   * Stops accepting, lets open connections end for at most drainTimeoutMs (default: 0), then ends them. From then on connect, say,
   * setFault and update reject with a MeshError; what was seen and counted stays to be read. A second call changes nothing.
   */
  readonly close: (drainTimeoutMs?: number) => Promise<void>;
};

/**
 * The one error that startMesh and a mesh's functions reject with: the input cannot be run, an argument is none, or what was asked for is
 * not there. `problems`: a line each, with its place where it has one. `cause`: what the system said, where it said something.
 */
export class MeshError extends Error {
  readonly problems: readonly string[];

  constructor(message: string, problems: readonly string[] = [], options?: { cause?: unknown }) {
    super([message, ...problems].join('\n'), options);
    this.name = 'MeshError';
    this.problems = problems;
  }
}

const eventsMax = 10_000;
const dialTimeoutMs = 10_000;

/** Rejects with a MeshError where the input cannot be read or holds nothing to run. */
export async function startMesh(options: MeshOptions): Promise<RunningMesh> {
  refuse('startMesh cannot take these options', problemsOfOptions(options));
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
  const defaultNamespace = options.namespace ?? 'default';
  const free = { host: '127.0.0.1', port: 0 };
  const running = await Running.start({
    sources: sourcesOf(options, defaultNamespace),
    defaultNamespace,
    standIns: options.standIns ?? true,
    listen: () => (options.ports === 'as-written' ? null : free),
    publish: [],
    socks: null,
    backends: new Map(Object.entries(options.backends ?? {}).map(backendOf)),
    allowPassthrough: options.allowPassthrough ?? false,
    now: () => performance.now(),
    wallClock: Date.now,
    random: seededRandom(seed),
  }).catch(asMeshError);
  const events: MeshEvent[] = [];
  running.subscribe((event) => {
    events.push(event);
    if (events.length > eventsMax) events.splice(0, events.length - eventsMax);
  });
  for (const warning of running.warnings()) running.notice('warning', warning);
  const ends = new OwnEnds(running, after);
  const handedOut = new Set<Socket>();
  let closed = false;
  const whileOpen = (): void => {
    if (closed) throw new MeshError('this mesh is closed');
  };
  const dial = async (to: Dial): Promise<Socket> => {
    whileOpen();
    refuse('there is nowhere to connect', problemsOfDial(to));
    return open(running, to).catch((error: unknown) => {
      // What the system says of it then is by chance: nobody listens, or nobody answers.
      if (closed && !(error instanceof MeshError))
        throw new MeshError('this mesh was closed meanwhile', [], { cause: error });
      return asMeshError(error);
    });
  };
  return {
    seed,
    get addresses() {
      return running.addresses();
    },
    get standIns() {
      return running.snapshot.standIns.map(({ why }) => why);
    },
    connect: async (to) => {
      const socket = await dial(to);
      handedOut.add(socket);
      if (closed) ignoreErrors(socket);
      return socket.once('close', () => handedOut.delete(socket));
    },
    say: async (to, text) => {
      if (typeof text !== 'string') throw new MeshError('there is no text to say');
      const socket = await dial(to);
      const { localAddress: host = '', localPort: port = 0 } = socket;
      const said = await say(socket, text).catch((error: Error) => error);
      // That the other side ended in order is not all: the mesh knows whether anybody was there.
      const end = await ends.of({ host, port });
      if (end !== null && end.trouble !== null && end.reason !== 'downstream-reset')
        throw new MeshError(end.trouble, [], said instanceof Error ? { cause: said } : {});
      return said instanceof Error ? asMeshError(said) : said;
    },
    onEvent: (listener) => {
      if (typeof listener !== 'function') throw new MeshError('onEvent takes a function');
      return running.subscribe((event) => tell(listener, event));
    },
    events,
    shares: () => running.shares().filter(({ connections }) => connections > 0),
    setFault: async (target, fault) => {
      whileOpen();
      refuse('there is no workload to find', problemsOfTarget(target));
      refuse('this is no fault', problemsOfFault(fault));
      const workloads = faultTargets(running.planned, target);
      if (workloads.length === 0) {
        const known = [...allFaultTargets(running.planned).keys()];
        const why =
          whyUnserved(running.planned.mesh, target) ??
          whyNoSubset(running.planned, target) ??
          `no workload is called ${target}`;
        throw new MeshError(why, [`there are ${firstOf(known)}`]);
      }
      running.holdFault(target, fault);
      for (const workload of workloads) await running.setFault(workload, fault).catch(asMeshError);
    },
    update: async (input) => {
      whileOpen();
      refuse('update cannot take this input', problemsOfInput(input));
      return running.follow(sourcesOf(input, defaultNamespace)).catch(asMeshError);
    },
    close: async (drainTimeoutMs = 0) => {
      refuse('close waits for no such time', problemsOfTime(drainTimeoutMs));
      closed = true;
      for (const socket of handedOut) ignoreErrors(socket);
      await running.stop(drainTimeoutMs);
      ends.close();
    },
  };
}

/** Who closes the mesh expects its connections to end: one that nobody listens to would bring the process down. */
function ignoreErrors(socket: Socket): void {
  socket.on('error', () => {});
}

function refuse(message: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new MeshError(message, problems);
}

function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

/** What goes wrong on the way is one kind of error for who calls. */
function asMeshError(error: unknown): never {
  if (error instanceof MeshError) throw error;
  const message = error instanceof Error ? error.message : String(error);
  const remedy = error instanceof PortError ? [error.remedy] : [];
  throw new MeshError(message, remedy, { cause: error });
}

/** What a listener throws is its owner's alone: it goes to the process as uncaught, and neither the mesh nor other listeners hear of it. */
function tell(listener: (event: MeshEvent) => void, event: MeshEvent): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function sourcesOf(input: MeshInput, defaultNamespace: string): readonly NamedText[] {
  const read = readInput(input, defaultNamespace);
  if ('problems' in read) throw new MeshError(read.message, read.problems);
  return read.sources;
}

function backendOf([name, at]: readonly [string, string]): readonly [
  string,
  { host: string; port: number },
] {
  const address = parseHostPort(at);
  if (address === null)
    throw new MeshError(`${at} is not an address for ${name}: write 127.0.0.1:5432`);
  const host = address.host === 'localhost' ? '127.0.0.1' : address.host;
  return [name, { host, port: address.port }];
}

async function open(running: Running, { from, to }: Dial): Promise<Socket> {
  if (from !== undefined) {
    const target = typeof to === 'number' ? null : parseHostPort(to);
    if (target === null)
      throw new MeshError(`${to} is no HOST:PORT, which a client dials`, [
        'leave out from to connect to a gateway',
      ]);
    const { planned, socksAddress: proxy } = running;
    const client = planned.client(from);
    if (client === null) throw missing(noClient(planned, 'connect', from));
    if (!reaches(planned, client, target.host))
      throw missing(noName(planned, 'connect', client, target.host));
    return dialSocks({ proxy, user: from, ...target, timeoutMs: dialTimeoutMs });
  }
  const { host, port } = gatewayAddress(running, String(to));
  return new Promise((done, fail) => {
    const socket = connectSocket({ host, port, allowHalfOpen: true, noDelay: true });
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      done(socket);
    });
  });
}

function missing({ message, remedy }: Missing): MeshError {
  return new MeshError(message, [remedy]);
}

/** `31400`, `istio-ingressgateway:31400` or `istio-system/istio-ingressgateway:31400`. */
function gatewayAddress(running: Running, wanted: string): MeshAddress {
  const found = running.gatewayAt(wanted);
  if (found !== null) return found;
  const names = running.addresses().flatMap((one) => (one.purpose === 'gateway' ? one.name : []));
  throw missing(noGateway(names, wanted));
}

function say(socket: Socket, text: string): Promise<string> {
  return new Promise((done, fail) => {
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.once('error', fail);
    socket.once('end', () => {
      socket.end();
      done(answer);
    });
    socket.end(text);
  });
}
