/** Opens a listener where it is wanted, or near it where that cannot be had, and says why it is elsewhere. */
import type { SocketAddress } from '../proxy/index.ts';

/** instead: null where it is what was wanted, else the reason in words. */
export type Opened<T> = { readonly value: T; readonly instead: string | null };

/** Why an address could not be had, and what to do; `code` is the system's. */
export class PortError extends Error {
  readonly code: string;
  readonly remedy: string;
  constructor(message: string, code: string, remedy: string) {
    super(message);
    this.name = 'PortError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** How many ports beyond a taken one are tried before any free one is taken. */
const nearbyPorts = 20;

/** Tries the wanted address, then others. `fixed`: a person asked for just this one, so nothing else will do. */
export async function openPort<T>(
  wanted: SocketAddress,
  fixed: boolean,
  open: (address: SocketAddress) => Promise<T>,
): Promise<Opened<T>> {
  try {
    return { value: await open(wanted), instead: null };
  } catch (error) {
    const code = codeOf(error);
    const reason = reasonText(wanted, code, error);
    if (fixed) throw new PortError(reason, code, remedyFor(code));
    for (const address of alternatives(wanted, code)) {
      try {
        return { value: await open(address), instead: reason };
      } catch {}
    }
    throw new PortError(reason, code, remedyFor(code));
  }
}

function alternatives({ host, port }: SocketAddress, code: string): readonly SocketAddress[] {
  // Most systems other than Linux have 127.0.0.1 alone.
  const hosts = code === 'EADDRNOTAVAIL' ? ['127.0.0.1'] : [host];
  // 80 becomes 8080, 443 becomes 8443.
  const first = port < 1024 ? port + 8000 : port;
  const ports = Array.from({ length: nearbyPorts }, (_, i) => first + i).filter((n) => n <= 65535);
  return hosts.flatMap((at) => [
    ...ports.map((n) => ({ host: at, port: n })),
    { host: at, port: 0 },
  ]);
}

function reasonText({ host, port }: SocketAddress, code: string, error: unknown): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use`;
    case 'EACCES':
      return `port ${port} is privileged: only an administrator may listen below 1024`;
    case 'EADDRNOTAVAIL':
      return `this computer has no address ${host}`;
    default:
      return `${host}:${port} cannot be had: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function remedyFor(code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'Stop what listens there (another mesh, perhaps), or choose another address with --listen.';
    case 'EACCES':
      return 'Choose a port from 1024 on with --listen.';
    default:
      return 'Choose another address with --listen.';
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
