/** Replies as bytes: JSON, text, streams that are cut when their client is too slow, and refusals. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from './request.ts';
import { ApiError } from './status.ts';

export function send(
  response: ServerResponse,
  reply: Reply,
  limits: { readonly queueMax: number },
): void {
  switch (reply.type) {
    case 'json': {
      for (const warning of warningsOf(reply.warnings ?? []))
        response.appendHeader('Warning', warning);
      const text = `${JSON.stringify(reply.body)}\n`;
      response.writeHead(reply.code, {
        ...headers(reply.contentType ?? 'application/json'),
        'Content-Length': Buffer.byteLength(text),
      });
      response.end(text);
      return;
    }
    case 'text':
      response.writeHead(reply.code, headers('text/plain; charset=utf-8'));
      response.end(reply.text);
      return;
    case 'bytes':
      response.writeHead(200, {
        ...headers(reply.contentType),
        'Content-Length': reply.bytes.length,
      });
      response.end(reply.bytes);
      return;
    case 'stream':
      return stream(response, reply, limits.queueMax);
  }
}

function stream(
  response: ServerResponse,
  reply: Extract<Reply, { type: 'stream' }>,
  queueMax: number,
): void {
  response.writeHead(200, headers(reply.contentType));
  response.flushHeaders();
  let open = true;
  let stop: () => void = () => undefined;
  const finish = (): void => {
    if (!open) return;
    open = false;
    stop();
  };
  response.on('close', finish);
  response.on('error', finish);
  stop = reply.start({
    write: (chunk) => {
      if (!open) return false;
      response.write(chunk);
      if (response.writableLength <= queueMax) return true;
      response.destroy();
      return false;
    },
    close: () => {
      response.end();
    },
  });
  if (!open) stop();
}

function headers(contentType: string): Record<string, string> {
  return {
    'Content-Type': contentType,
    'Cache-Control': 'no-cache, private',
    'X-Content-Type-Options': 'nosniff',
  };
}

const warningsMax = 20;
const warningLengthMax = 1000;

/** RFC 7234 warnings: quoted, one line, not too many. */
function warningsOf(warnings: readonly string[]): readonly string[] {
  return [...new Set(warnings)].slice(0, warningsMax).map((text) => {
    const clean = text
      .slice(0, warningLengthMax)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a header cannot hold them
      .replace(/[\u0000-\u001f\u007f]+/g, ' ')
      // Header values are bytes; kubectl reads them as Latin-1 or plain ASCII.
      .replace(/[^\u0020-\u007e]/g, '?')
      .replace(/[\\"]/g, (char) => `\\${char}`);
    return `299 - "${clean}"`;
  });
}

export function fail(message: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(
          'InternalError',
          'Internal error occurred: this is a defect of tcpmesh, please report it',
        );
  const text = `${JSON.stringify(known.status)}\n`;
  // The rest of a body that nobody reads would be taken for the next request.
  const unread = !message.complete;
  response.writeHead(known.code, {
    ...headers('application/json'),
    'Content-Length': Buffer.byteLength(text),
    ...(known.code === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...(unread ? { Connection: 'close' } : {}),
  });
  response.end(text);
  if (unread) drainBriefly(message);
}

/** A client that is still sending sees the answer only when its bytes are taken; for a bounded time. */
function drainBriefly(message: IncomingMessage): void {
  message.resume();
  const timer = setTimeout(() => message.socket.destroy(), 2000);
  message.once('close', () => clearTimeout(timer));
}
