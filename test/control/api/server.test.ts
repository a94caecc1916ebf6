/** The API over real sockets: who is let in, what is bounded, and the conventions that clients rely on. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApiServer,
  createClusterStore,
  type ObjectStore,
  startApiServer,
} from '../../../src/control/index.ts';

const token = 'sesame';

type Answer = {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: unknown;
};

let server: ApiServer;
let store: ObjectStore;
let port = 0;
/** Names of objects as they are written. */
let written: string[] = [];

beforeAll(async () => {
  let ids = 0;
  store = createClusterStore({
    now: Date.now,
    random: Math.random,
    standIns: true,
    uid: () => {
      ids += 1;
      return `uid-${ids}`;
    },
  });
  server = await serverAt('127.0.0.1');
  port = Number(new URL(server.url).port);
});
afterAll(() => server.close());

function serverAt(host: string): Promise<ApiServer> {
  return startApiServer({
    context: {
      store,
      now: Date.now,
      random: Math.random,
      lint: ({ metadata }) => {
        written.push(metadata.name);
        return metadata.name === 'doubtful' ? ['first "doubt"\nof two', 'ünsure'] : [];
      },
      logs: { lines: () => [], follow: () => () => {} },
      standIns: () => [],
      unserved: () => [],
      program: 'test',
    },
    host,
    port: 0,
    token,
    limits: {
      ...{ bodyMax: 100_000, queueMax: 200_000, headersTimeoutMs: 400, bodyTimeoutMs: 400 },
      connectionsMax: 40,
    },
  });
}

type Asked = {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly raw?: string | Buffer;
};

function call(path: string, asked: Asked = {}): Promise<Answer> {
  const body = asked.raw ?? (asked.body === undefined ? undefined : JSON.stringify(asked.body));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: asked.method ?? (body === undefined ? 'GET' : 'POST'),
        agent: false,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined
            ? {}
            : {
                'content-type': 'application/json',
                'content-length': String(Buffer.byteLength(body)),
              }),
          ...asked.headers,
        },
      },
      (message) => {
        let text = '';
        message.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        message.on('end', () => {
          const json =
            (message.headers['content-type'] ?? '').includes('json') && !text.includes('}\n{');
          resolve({
            code: message.statusCode ?? 0,
            headers: message.headers,
            text,
            body: json ? JSON.parse(text) : {},
          });
        });
        message.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const configMaps = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string, data: Record<string, string> = {}): unknown => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

it.each(['//', '//[', 'http://[::1/x', '/%'])('refuses the path %s', async (path) => {
  expect(await call(path)).toMatchObject({ code: 400, body: { reason: 'BadRequest' } });
});

it('keeps no connection that was refused another protocol, though its client talks on', async () => {
  const head = `GET /exec HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  for (let i = 0; i < 50; i += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.write(head);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /);
    socket.end('what nobody reads');
  }
  expect((await call('/version')).code).toBe(200);
});

describe('a flood of requests', () => {
  it('lets other work be done between any two of them', async () => {
    const names = Array.from({ length: 5 }, (_, i) => `in-turn-${i}`);
    const requests = names.map((name) => {
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
      const head = `POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      return head + body;
    });
    written = [];
    const seen: number[] = [];
    let over = false;
    const look = (): void => {
      seen.push(written.length);
      if (!over) setImmediate(look);
    };
    look();
    // All of them come at once.
    const socket = connect(port, '127.0.0.1', () => socket.write(requests.join('')));
    socket.on('error', () => {}).resume();
    await expect.poll(() => written.length).toBe(names.length);
    over = true;
    socket.destroy();
    expect(written).toEqual(names);
    expect([...new Set(seen)]).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('an EndpointSlice', () => {
  const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
  const slice = (address: string): object => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'db-1', labels: { 'kubernetes.io/service-name': 'db' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address] }],
    ports: [{ port: 9000 }],
  });

  it('is filled in as by a cluster, and refused for what is no address, when it is changed too', async () => {
    const made = await call(slices, { body: slice('192.0.2.1') });
    expect(made.code).toBe(201);
    expect(made.body).toMatchObject({ ports: [{ name: '', protocol: 'TCP', port: 9000 }] });
    for (const asked of [
      { body: { ...slice('db.example.com'), metadata: { name: 'db-2' } } },
      { method: 'PUT', body: slice('db.example.com') },
    ]) {
      const refused = await call(asked.method === 'PUT' ? `${slices}/db-1` : slices, asked);
      expect(refused.code).toBe(422);
      expect(refused.body).toMatchObject({
        details: { causes: [{ field: 'endpoints[0].addresses[0]' }] },
      });
    }
  });
});

describe('who is let in', () => {
  it.each([
    ['no token', { authorization: '' }, 401],
    ['a wrong token', { authorization: 'Bearer sesamf' }, 401],
    ['a longer token', { authorization: 'Bearer sesame1' }, 401],
    ['another scheme', { authorization: `Basic ${token}` }, 401],
    ['a host of another name', { host: 'evil.example' }, 403],
    ['a host at another port', { host: '127.0.0.1:1' }, 403],
    ['the right ones', {}, 200],
  ])('%s', async (_name, headers, code) => {
    const answer = await call('/api/v1/namespaces', { headers });
    expect(answer.code).toBe(code);
    expect(answer.body).toMatchObject({ kind: code === 200 ? 'NamespaceList' : 'Status' });
  });

  /** Of a request over TLS, to the address that the server gives. */
  function secureStatus({ url, certificate: ca }: ApiServer): Promise<number | undefined> {
    const headers = { authorization: `Bearer ${token}` };
    return new Promise((resolve, reject) => {
      const outgoing = secureRequest(`${url}/version`, { ca, agent: false, headers }, (message) => {
        message.resume();
        resolve(message.statusCode);
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  it('speaks TLS at the same port, with the certificate that it gives', async () => {
    expect(await secureStatus(server)).toBe(200);
  });

  it.skipIf(process.platform !== 'linux')(
    'does so at another address of loopback too',
    async () => {
      const other = await serverAt('127.0.0.5');
      expect(await secureStatus(other).finally(() => other.close())).toBe(200);
    },
  );
});

describe('what is bounded', () => {
  it.each<[string, Asked, number]>([
    ['a huge body', { raw: 'x'.repeat(200_000) }, 413],
    ['a deep body', { raw: '['.repeat(5000) }, 400],
    ['no JSON', { raw: '{' }, 400],
    ['no UTF-8', { raw: Buffer.from([0x22, 0xff, 0x22]) }, 400],
    ['a key of JavaScript', { raw: '{"__proto__":{"x":1}}' }, 400],
    ['an unknown media type', { raw: 'x', headers: { 'content-type': 'text/csv' } }, 415],
    [
      'protobuf that is none',
      { raw: 'k8s', headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } },
      400,
    ],
    ['a body that is no object', { raw: '[1]' }, 400],
    ['a name that is none', { body: configMap('Not_A_Name') }, 422],
    ['no name', { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} } }, 422],
    ['another kind', { body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } } }, 400],
    [
      'another namespace',
      { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'foo' } } },
      400,
    ],
    ['a wrong method', { method: 'PUT', body: configMap('x') }, 405],
  ])('%s', async (_name, asked, code) => {
    const answer = await call(configMaps, asked);
    expect(answer.code).toBe(code);
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code });
  });

  it.each([
    ['/api/v1/nothing', 404],
    ['/apis/networking.istio.io/v2/virtualservices', 404],
    ['/api/v1/namespaces/default/pods/none', 404],
    ['/api/v1/pods?labelSelector=a%20in', 400],
    ['/api/v1/pods?fieldSelector=spec.x=1', 400],
    ['/api/v1/pods?limit=-1', 400],
    ['/api/v1/pods?continue=made-up', 410],
    ['/%zz', 400],
    ['/../../etc/passwd', 404],
  ])('%s', async (path, code) => {
    expect((await call(path)).code).toBe(code);
  });

  it.each([
    ['a head that does not come', ''],
    ['half a head', 'GET /version HTTP/1.1\r\nHost: x'],
    [
      'a body that does not come',
      `POST ${configMaps} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAuthorization: Bearer ${token}\r\nContent-Length: 9\r\n\r\n{`,
    ],
  ])('waits for %s a bounded time', async (_name, sent) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(sent.replace('PORT', String(port)));
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await call('/healthz')).text).toBe('ok');
  });

  it('cuts a watcher that does not read', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `GET ${configMaps}?watch=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once('readable', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await call(configMaps, { body: configMap('large', { v: '0' }) });
    // Kernel buffers take some megabytes before the server's own queue grows.
    for (let i = 0; i < 200; i += 1)
      await call(`${configMaps}/large`, {
        method: 'PATCH',
        body: { data: { v: `${i}${'x'.repeat(90_000)}` } },
        headers: { 'content-type': 'application/merge-patch+json' },
      });
    socket.resume();
    await closed;
    expect((await call(`${configMaps}/large`, { method: 'DELETE' })).code).toBe(200);
  });
});

describe('the conventions', () => {
  it('refuse a stale update, and take one without a version', async () => {
    const made = await call(configMaps, { body: configMap('conflict') });
    expect(made.code).toBe(201);
    const put = (body: unknown): Promise<Answer> =>
      call(`${configMaps}/conflict`, { method: 'PUT', body });
    expect((await put({ ...(made.body as object), data: { a: '1' } })).code).toBe(200);
    expect(await put({ ...(made.body as object), data: { a: '2' } })).toMatchObject({
      code: 409,
      body: { reason: 'Conflict' },
    });
    expect((await put(configMap('conflict', { a: '3' }))).code).toBe(200);
    expect(await call(configMaps, { body: configMap('conflict') })).toMatchObject({
      code: 409,
      body: { reason: 'AlreadyExists' },
    });
    const wrong = await call(`${configMaps}/conflict`, {
      method: 'DELETE',
      body: { preconditions: { uid: 'other' } },
    });
    expect(wrong.code).toBe(409);
  });

  it('list in pages of one moment', async () => {
    for (const name of ['p1', 'p2', 'p3'])
      await call(configMaps, {
        body: { ...(configMap(name) as object), metadata: { name, labels: { page: '1' } } },
      });
    const query = `${configMaps}?labelSelector=page=1&limit=2`;
    const first = (await call(query)).body as {
      items: { metadata: { name: string } }[];
      metadata: { continue: string; resourceVersion: string };
    };
    expect(first.items.map(({ metadata }) => metadata.name)).toEqual(['p1', 'p2']);
    await call(`${configMaps}/p3`, { method: 'DELETE' });
    const second = (await call(`${query}&continue=${first.metadata.continue}`))
      .body as typeof first;
    expect(second.items.map(({ metadata }) => metadata.name)).toEqual(['p3']);
    expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
  });

  it('watch from a version, with selectors, until the timeout', async () => {
    const from = store.version();
    const labelled = (name: string, w: string): unknown => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels: { w } },
    });
    await call(configMaps, { body: labelled('w1', 'yes') });
    await call(configMaps, { body: labelled('w2', 'no') });
    await call(`${configMaps}/w1`, { method: 'PUT', body: labelled('w1', 'no') });
    await call(`${configMaps}/w2`, { method: 'PUT', body: labelled('w2', 'yes') });
    const { text } = await call(
      `${configMaps}?watch=1&labelSelector=w=yes&resourceVersion=${from}&timeoutSeconds=1&allowWatchBookmarks=true`,
    );
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; object: { metadata: { name?: string } } });
    expect(events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`)).toEqual([
      'ADDED w1',
      'DELETED w1',
      'ADDED w2',
      'BOOKMARK ',
    ]);
  });

  it('tell a watcher of a version long gone to list anew', async () => {
    const { text } = await call(`${configMaps}?watch=1&resourceVersion=1`);
    expect(JSON.parse(text)).toMatchObject({
      type: 'ERROR',
      object: { code: 410, reason: 'Expired' },
    });
  });

  it('tell a reader from the future that this server has not come so far', async () => {
    const { code, body } = await call(`${configMaps}?resourceVersion=99999999999999`);
    expect(code).toBe(504);
    expect(body).toMatchObject({
      reason: 'Timeout',
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }] },
    });
  });

  it('label every Namespace with its name, and keep the label', async () => {
    const made = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'named' } };
    const label = { 'kubernetes.io/metadata.name': 'named' };
    const { body } = await call('/api/v1/namespaces', { body: made });
    expect(body).toMatchObject({ metadata: { labels: label } });
    const put = await call('/api/v1/namespaces/named', {
      method: 'PUT',
      body: { ...made, metadata: { name: 'named', labels: { a: 'b' } } },
    });
    expect(put.body).toMatchObject({ metadata: { labels: { ...label, a: 'b' } } });
  });

  it('hold an object with a finalizer until that is gone', async () => {
    const held = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', finalizers: ['x/y'] },
    };
    await call(configMaps, { body: held });
    expect((await call(`${configMaps}/held`, { method: 'DELETE' })).body).toMatchObject({
      metadata: { deletionTimestamp: expect.any(String) },
    });
    expect((await call(`${configMaps}/held`)).code).toBe(200);
    await call(`${configMaps}/held`, {
      method: 'PATCH',
      body: { metadata: { finalizers: null } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect((await call(`${configMaps}/held`)).code).toBe(404);
  });

  it('make names, print tables and metadata, and warn in headers', async () => {
    const made = (
      await call(configMaps, {
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'gen-' } },
      })
    ).body as { metadata: { name: string } };
    expect(made.metadata.name).toMatch(/^gen-[a-z0-9]{5}$/);
    const table = await call('/api/v1/namespaces/default', {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    expect(table.body).toMatchObject({
      kind: 'Table',
      rows: [{ cells: ['default', 'Active', expect.any(String)] }],
    });
    const partial = await call('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' },
    });
    expect(partial.body).toMatchObject({ kind: 'PartialObjectMetadataList' });
    const warned = await call(configMaps, { body: configMap('doubtful') });
    expect(warned.headers.warning).toBe('299 - "first \\"doubt\\" of two", 299 - "?nsure"');
  });

  it('give each version of a kind that was asked for', async () => {
    const path = (version: string): string =>
      `/apis/networking.istio.io/${version}/namespaces/default/gateways`;
    const gateway = {
      apiVersion: 'networking.istio.io/v1alpha3',
      kind: 'Gateway',
      metadata: { name: 'g' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [{ port: { number: 80, name: 'tcp', protocol: 'TCP' }, hosts: ['*'] }],
      },
    };
    expect((await call(path('v1alpha3'), { body: gateway })).code).toBe(201);
    for (const version of ['v1', 'v1beta1', 'v1alpha3'])
      expect((await call(`${path(version)}/g`)).body).toMatchObject({
        apiVersion: `networking.istio.io/${version}`,
      });
    // Its selector is nobody's: a gateway workload is stood in for, while the Gateway is there.
    const service = '/api/v1/namespaces/istio-system/services/istio-ingressgateway';
    expect((await call(service)).body).toMatchObject({
      spec: { ports: [{ name: 'tcp', port: 80 }] },
    });
    await call(`${path('v1')}/g`, { method: 'DELETE' });
    expect((await call(service)).code).toBe(404);
  });
});
