/** Addresses that something listens at: an IP or the path of a unix socket. */
import { isIp } from '../names.ts';

const unix = 'unix://';

export function isUnix(address: string): boolean {
  return address.startsWith(unix);
}

/** A unix:// path must be absolute and no folder; `@name` is an abstract socket (validation.go:ValidateUnixAddress). */
export function isUnixPath(address: string): boolean {
  const path = address.slice(unix.length);
  return path.startsWith('@') || (path.startsWith('/') && !path.endsWith('/'));
}

/** What is wrong with `bind` where an IP or a unix socket is taken; null where nothing is. */
export function bindDefect(bind: string): string | null {
  if (isUnix(bind)) return isUnixPath(bind) ? null : 'is not an absolute path of a socket';
  return isIp(bind) ? null : 'is no IP address';
}

export function isPort(port: number | undefined): boolean {
  return port !== undefined && port >= 1 && port <= 65_535;
}
