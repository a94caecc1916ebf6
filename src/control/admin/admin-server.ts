/** The admin address: /healthz, /config, /stats, /metrics. Reads only; on loopback unless a person says otherwise. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isLoopback } from '../mesh-address.ts';
import { openPort } from '../open-port.ts';
import type { RunningMesh } from '../running-mesh.ts';
import { describeConfig } from './describe-config.ts';
import { describeStats } from './describe-stats.ts';
import { TcpMetrics } from './tcp-metrics.ts';

export type AdminServer = {
  readonly address: { readonly host: string; readonly port: number };
  readonly close: () => Promise<void>;
};

type Answer = { readonly status: number; readonly type: string; readonly body: string };

const base = 'http://admin';
const json = 'application/json; charset=utf-8';
const text = 'text/plain; charset=utf-8';
const prometheus = 'text/plain; version=0.0.4; charset=utf-8';

/** Rejects with a PortError where the address cannot be had. */
export async function startAdmin(
  running: RunningMesh,
  at: { readonly host: string; readonly port: number },
): Promise<AdminServer> {
  const metrics = new TcpMetrics(() => running.snapshot.mesh);
  const server = createServer((request, response) => {
    const answer = isForUs(request, at.host)
      ? answerTo(running, metrics, request)
      : { status: 421, type: text, body: 'this is the admin address of tcpmesh on loopback\n' };
    send(response, answer, request.method === 'HEAD');
  });
  server.requestTimeout = 10_000;
  server.maxConnections = 100;
  const opened = await openPort(
    at,
    { option: '--admin', fixed: true, own: () => running.addresses() },
    (address) => listen(server, address),
  );
  const unsubscribe = running.subscribe((event) => metrics.take(event));
  return {
    address: opened.value,
    close: async () => {
      unsubscribe();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(
  server: ReturnType<typeof createServer>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<AdminServer['address']> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') reject(new Error('no address'));
      else resolve({ host: bound.address, port: bound.port });
    });
  });
}

/** A page in a browser must not read it through a name of its own that resolves to this computer. */
function isForUs({ headers }: IncomingMessage, host: string): boolean {
  if (!isLoopback(host)) return true;
  const name = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return name === 'localhost' || isLoopback(name);
}

function answerTo(running: RunningMesh, metrics: TcpMetrics, request: IncomingMessage): Answer {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, type: text, body: 'read only\n' };
  const asked = request.url ?? '/';
  if (!URL.canParse(asked, base)) return { status: 400, type: text, body: 'this is no path\n' };
  const url = new URL(asked, base);
  switch (url.pathname) {
    case '/healthz':
    case '/ready':
      return { status: 200, type: text, body: 'ok\n' };
    case '/config': {
      const config = describeConfig(running, url.searchParams.get('proxy'));
      return { status: 200, type: json, body: `${JSON.stringify(config, null, 2)}\n` };
    }
    case '/stats': {
      const stats = describeStats(running);
      return url.searchParams.get('format') === 'json'
        ? { status: 200, type: json, body: `${JSON.stringify(stats, null, 2)}\n` }
        : {
            status: 200,
            type: text,
            body: stats.map(({ name, value }) => `${name}: ${value}\n`).join(''),
          };
    }
    // Where Envoy has them, and Istio's annotations for scrapers point to.
    case '/stats/prometheus':
    case '/metrics':
      return { status: 200, type: prometheus, body: metrics.render(running.plane.connections()) };
    default:
      return {
        status: 404,
        type: text,
        body: 'there are /healthz, /config, /stats and /metrics\n',
      };
  }
}

function send(response: ServerResponse, { status, type, body }: Answer, bodiless: boolean): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(bodiless ? undefined : body);
}
