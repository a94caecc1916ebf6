/** A described connection: who opens it, to what, with which first bytes. */

export type Labels = { readonly [key: string]: string };

/**
 * Whose proxy decides: the sidecar of a client workload, a gateway workload that the connection arrives at, or what a client in
 * ambient mode has: the ztunnel of its node, and the waypoint of the service that it dials.
 */
export type Viewpoint =
  | {
      readonly kind: 'sidecar';
      readonly namespace: string;
      readonly labels: Labels;
      /** The client's own pod address: a headless pod has no listener for itself. */
      readonly ip?: string | undefined;
    }
  | {
      readonly kind: 'ambient';
      readonly namespace: string;
      readonly labels: Labels;
      readonly ip?: string | undefined;
    }
  | { readonly kind: 'gateway'; readonly namespace: string; readonly labels: Labels };

/** What the first bytes look like: http (1.1 or h2c), a TLS client hello, or neither. */
export type Protocol = 'tcp' | 'http' | 'tls';

/**
 * to.host: a service's name (any form that DNS of the client's namespace resolves); to.ip: what was dialled, or what the
 * name resolved to. For a gateway the port (of the server, as clients dial it) alone.
 */
export type Call = {
  readonly from: Viewpoint;
  readonly to: {
    readonly host?: string | undefined;
    readonly ip?: string | undefined;
    readonly port: number;
  };
  readonly sni?: string | undefined;
  readonly protocol: Protocol;
};
