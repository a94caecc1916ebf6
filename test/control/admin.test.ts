/** The admin address over real sockets: what it refuses, and that it goes on. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AdminServer, type RunningMesh, startAdmin } from '../../src/control/index.ts';
import { startMesh } from './start-mesh.ts';

let mesh: RunningMesh;
let admin: AdminServer;
beforeEach(async () => {
  mesh = await startMesh('apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n', 1);
  admin = await startAdmin(mesh, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await admin.close();
  await mesh.stop(0);
});

/** The status of a request whose path is just this, which no client would send. */
async function statusOf(path: string, host: string): Promise<string> {
  const socket = connect(admin.address);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return answer.slice(0, answer.indexOf('\r\n'));
}

it.each([
  ['/healthz', '127.0.0.1', 'HTTP/1.1 200 OK'],
  ['//', '127.0.0.1', 'HTTP/1.1 400 Bad Request'],
  ['//[', '127.0.0.1', 'HTTP/1.1 400 Bad Request'],
  ['http://[::1/x', '127.0.0.1', 'HTTP/1.1 400 Bad Request'],
  ['/%', '127.0.0.1', 'HTTP/1.1 404 Not Found'],
  ['/healthz', 'a.example', 'HTTP/1.1 421 Misdirected Request'],
])('answers %s for %s with %s', async (path, host, status) => {
  expect(await statusOf(path, host)).toBe(status);
  expect(await statusOf('/healthz', 'localhost')).toBe('HTTP/1.1 200 OK');
});
