/**
 * One mesh alone keeps its objects in a folder. Its lock is a file that says who holds it, and a port on which the holder says so
 * itself as long as it lives: what a killed mesh leaves behind is known by its silence, and the next one takes it over.
 */
import { randomUUID } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { CannotDo } from '../command.ts';
import { failed, type World } from '../world.ts';

/** token: what the port says, and no other has ever said. */
type Holder = {
  readonly mesh: string;
  readonly process: number;
  /** Where its clients connect. */
  readonly address: string;
  readonly port: number;
  readonly token: string;
};

export type StateLock = { readonly release: () => void };

const fileName = 'in-use.json';

/** Throws CannotDo where another mesh has the folder. */
export async function lockStateFolder(
  world: World,
  folder: string,
  { mesh, address }: Pick<Holder, 'mesh' | 'address'>,
): Promise<StateLock> {
  const token = randomUUID();
  const { server, port } = await answering(token);
  const own: Holder = { mesh, process: world.process.id, address, port, token };
  const path = join(folder, fileName);
  const release = (): void => {
    if (readHolder(world, path)?.token === token) world.files.remove(path);
    server.close();
  };
  try {
    await take(world, path, own, refuse(folder));
  } catch (error) {
    release();
    throw error;
  }
  return { release };
}

function refuse(folder: string): (holder: Holder) => never {
  return (holder) => {
    throw new CannotDo(
      `--state: ${folder} is in use by another mesh: ${holder.mesh}, process ${holder.process}, clients at ${holder.address}`,
      'Name another folder, or end that mesh first.',
    );
  };
}

/** How often a lock is tried that others let go of, or fight for, in the meantime. */
const triesMax = 100;
const pauseMs = 50;

/**
 * The lock of a dead holder is replaced under a lock of its own, named after the dead one: of two that find it, one replaces it, and
 * neither can take the other's new lock for the dead one.
 */
async function take(
  world: World,
  path: string,
  own: Holder,
  onHeld: (holder: Holder) => void,
): Promise<void> {
  const text = `${JSON.stringify(own)}\n`;
  for (let i = 0; i < triesMax; i++) {
    const failure = world.files.create(path, text, 0o600);
    if (failure === undefined) return;
    if (failure.failure !== 'exists')
      throw new CannotDo(
        `--state: ${path}: ${failure.message}`,
        'Name a folder that you can write to.',
      );
    const holder = readHolder(world, path);
    if (holder !== null && (await lives(world, holder))) onHeld(holder);
    else if (holder !== null && (await replace(world, path, holder, own))) return;
    await pause(world);
  }
  throw new CannotDo(
    `--state: ${path} was not written by tcpmesh`,
    'Remove it if no mesh uses the folder, or name another folder.',
  );
}

async function replace(world: World, path: string, dead: Holder, own: Holder): Promise<boolean> {
  const claim = `${path}.${dead.token}`;
  // Whoever is at it already will be done in a moment.
  await take(world, claim, own, () => {});
  try {
    if (readHolder(world, path)?.token !== dead.token) return false;
    return world.files.write(path, `${JSON.stringify(own)}\n`, 0o600) === undefined;
  } finally {
    world.files.remove(claim);
  }
}

function pause({ clock }: World): Promise<void> {
  return new Promise((resolve) => {
    clock.after(pauseMs, resolve);
  });
}

/** Null where it is gone, or is none. */
function readHolder(world: World, path: string): Holder | null {
  const bytes = world.files.read(path);
  if (failed(bytes)) return null;
  try {
    const read: Partial<Holder> = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const { mesh, process, address, port, token } = read;
    if (typeof mesh !== 'string' || typeof address !== 'string') return null;
    if (typeof process !== 'number' || typeof port !== 'number') return null;
    // The token becomes part of a file's name.
    if (typeof token !== 'string' || !/^[0-9a-f-]{36}$/.test(token)) return null;
    return { mesh, process, address, port, token };
  } catch {
    return null;
  }
}

/** Long for a socket on the same computer. */
const answerTimeoutMs = 2000;

/** A holder that is stopped, or very busy, says nothing and holds its lock; a dead one's port may be another program's by now. */
async function lives(world: World, { port, token, process }: Holder): Promise<boolean> {
  const said = await new Promise<'token' | 'silence' | 'other'>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    const done = (answer: 'token' | 'silence' | 'other'): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(answerTimeoutMs, () => done('silence'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      // Anything else is trouble of our own, and says nothing of the holder.
      done(error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET' ? 'other' : 'silence'),
    );
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      if (text === token) done('token');
      else if (!token.startsWith(text)) done('other');
    });
    socket.on('end', () => done('other'));
  });
  return said === 'silence' ? world.process.isThere(process) : said === 'token';
}

function answering(token: string): Promise<{ readonly server: Server; readonly port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(token);
      socket.resume();
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.unref();
      resolve({ server, port: typeof address === 'object' && address !== null ? address.port : 0 });
    });
  });
}
