/** Where a socket is. `host` is an IP address, never a name. */
export type SocketAddress = { readonly host: string; readonly port: number };
