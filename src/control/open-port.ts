/** Opens a listener where it is wanted, or near it where that cannot be had, and says why it is elsewhere. */
import type { SocketAddress } from '../proxy/index.ts';
import type { OpenAddress } from './mesh-event.ts';

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

/** Which option names such an address, and what the same mesh has open already. */
export type Asked = {
  readonly option: '--listen' | '--socks' | '--publish' | '--admin' | '--api';
  /** A person asked for just this one, so nothing else will do. */
  readonly fixed: boolean;
  readonly own: () => readonly OpenAddress[];
};

/** Tries the wanted address, then others. */
export async function openPort<T>(
  wanted: SocketAddress,
  { option, fixed, own }: Asked,
  open: (address: SocketAddress) => Promise<T>,
): Promise<Opened<T>> {
  try {
    return { value: await open(wanted), instead: null };
  } catch (error) {
    const failure = portError(wanted, { option, own }, error);
    const { message: reason, code } = failure;
    if (fixed) throw failure;
    for (const address of alternatives(wanted, code)) {
      try {
        return { value: await open(address), instead: reason };
      } catch {}
    }
    throw failure;
  }
}

/** What the system said when it was asked for an address, in words. */
export function portError(
  wanted: SocketAddress,
  { option, own }: Pick<Asked, 'option' | 'own'>,
  error: unknown,
): PortError {
  const code = codeOf(error);
  const reason = reasonText(wanted, code, error);
  const holder = code === 'EADDRINUSE' ? own().find((one) => clashes(one, wanted)) : undefined;
  return holder === undefined
    ? new PortError(reason, code, remedyFor(code, option))
    : new PortError(
        `${reason} by this mesh itself, for ${holderText(holder)}`,
        code,
        `Give each an address of its own; ${option} takes port 0 for any free one.`,
      );
}

function holderText({ purpose, name }: OpenAddress): string {
  return purpose === 'gateway' || purpose === 'publish' ? `${purpose} ${name}` : `--${purpose}`;
}

function clashes(open: SocketAddress, wanted: SocketAddress): boolean {
  const everywhere = ['0.0.0.0', '::'];
  return (
    open.port === wanted.port &&
    (open.host === wanted.host ||
      [open.host, wanted.host].some((host) => everywhere.includes(host)))
  );
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

function remedyFor(code: string, option: Asked['option']): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Stop what listens there (another mesh, perhaps), or choose another address with ${option}.`;
    case 'EACCES':
      return `Choose a port from 1024 on with ${option}.`;
    default:
      return `Choose another address with ${option}.`;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
