/** The client's side of a running mesh's API: finds the mesh, speaks HTTP with its token. */
import { type IncomingMessage, request } from 'node:http';
import { CannotDo } from '../command.ts';
import { findRunningMesh } from '../running-meshes.ts';
import { failed, type World } from '../world.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonMap;
export type JsonMap = { readonly [key: string]: Json };

export type ApiAnswer = {
  readonly code: number;
  readonly body: JsonMap;
  readonly text: string;
  readonly warnings: readonly string[];
};

export type ApiRequestOptions = {
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: JsonMap;
};

export type ApiClient = {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly namespace: string;
  /** What the objects lack, the mesh makes up. */
  readonly standsIn: boolean;
  readonly call: (method: string, path: string, options?: ApiRequestOptions) => Promise<ApiAnswer>;
  /** Calls with each line as it comes; resolves at the end. */
  readonly stream: (
    path: string,
    accept: string,
    line: (text: string) => void,
    signal: AbortSignal,
  ) => Promise<ApiAnswer>;
};

const timeoutMs = 30_000;

/** mesh: a name, else the mesh that was started last. */
export async function connectApi(world: World, mesh: string | undefined): Promise<ApiClient> {
  const state = await findRunningMesh(world, mesh);
  if (state.api === null)
    throw new CannotDo(
      `the mesh ${state.name} runs without its API`,
      'Start it without --api off and --connections.',
    );
  const { token, namespace } = readKubeconfig(world, state.api.kubeconfig);
  const { hostname, port } = new URL(state.api.url);
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
  const open = (
    method: string,
    path: string,
    options: ApiRequestOptions = {},
  ): Promise<IncomingMessage> => send({ ...address, token }, method, path, options);
  return {
    ...address,
    token,
    namespace,
    standsIn: state.api.standsIn,
    call: async (method, path, options) => readAnswer(await open(method, path, options)),
    stream: async (path, accept, line, signal) => {
      const message = await open('GET', path, { accept });
      if ((message.statusCode ?? 500) >= 300) return readAnswer(message);
      signal.addEventListener('abort', () => message.destroy(), { once: true });
      await readLines(message, line);
      return { code: 200, body: {}, text: '', warnings: [] };
    },
  };
}

type Kubeconfig = {
  readonly users?: readonly { readonly user?: { readonly token?: string } }[];
  readonly contexts?: readonly { readonly context?: { readonly namespace?: string } }[];
};

function readKubeconfig(
  world: World,
  path: string,
): { readonly token: string; readonly namespace: string } {
  const bytes = world.files.read(path);
  if (failed(bytes))
    throw new CannotDo(
      `${path}: ${bytes.message}`,
      'The mesh has another user, or is about to end.',
    );
  try {
    const config: Kubeconfig = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const token = config.users?.[0]?.user?.token;
    const namespace = config.contexts?.[0]?.context?.namespace ?? 'default';
    if (typeof token === 'string') return { token, namespace };
  } catch {}
  throw new CannotDo(`${path} is no kubeconfig of tcpmesh`, 'Start the mesh anew.');
}

function send(
  to: { readonly host: string; readonly port: number; readonly token: string },
  method: string,
  path: string,
  options: ApiRequestOptions,
): Promise<IncomingMessage> {
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: to.host,
        port: to.port,
        method,
        path,
        timeout: timeoutMs,
        headers: {
          Authorization: `Bearer ${to.token}`,
          Accept: options.accept ?? 'application/json',
          ...(body === undefined
            ? {}
            : {
                'Content-Type': options.contentType ?? 'application/json',
                'Content-Length': Buffer.byteLength(body),
              }),
        },
      },
      (message) => {
        outgoing.setTimeout(0);
        resolve(message);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', (error) =>
      reject(
        new CannotDo(
          `the mesh's API does not answer: ${error.message}`,
          'Is the mesh still running?',
        ),
      ),
    );
    outgoing.end(body);
  });
}

export async function readAnswer(message: IncomingMessage): Promise<ApiAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const isJson = (message.headers['content-type'] ?? '').includes('json');
  return {
    code: message.statusCode ?? 500,
    body: isJson ? (JSON.parse(text) as JsonMap) : {},
    text,
    warnings: warningsOf(message.headers.warning),
  };
}

/** `299 - "text"`, several of them joined by commas. */
function warningsOf(header: string | undefined): readonly string[] {
  return [...(header ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replace(/\\(.)/g, '$1'),
  );
}

async function readLines(message: IncomingMessage, line: (text: string) => void): Promise<void> {
  let rest = '';
  message.setEncoding('utf8');
  try {
    for await (const chunk of message) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const one of lines) line(one);
    }
  } catch {
    // The caller ended it, or the mesh did.
  }
  if (rest !== '') line(rest);
}
