/** Addresses with ports, as the mesh and people write them: `10.1.2.3:9000`, `[fd00::1]:9000`, `echo-server:19000`. */
import { formatAddress, parseAddress } from '../address/index.ts';

export type HostPort = { readonly host: string; readonly port: number };

/** Null where it is none, or the port is not from 1 to 65535. */
export function parseHostPort(text: string): HostPort | null {
  const found = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  if (host === undefined || port < 1 || port > 65535) return null;
  return { host, port };
}

export function hostPortText({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** However they are written. */
export function sameAddress(a: string, b: string): boolean {
  const [one, other] = [parseAddress(a), parseAddress(b)];
  return one !== null && other !== null && formatAddress(one) === formatAddress(other);
}

/** 127.0.0.0/8 or ::1. */
export function isLoopback(address: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(address) || address === '::1';
}
