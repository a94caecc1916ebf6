/** What a running mesh tells: one union of plain values, a line of JSON each. The view, the log and the library read the same. */
import type { Finding } from '../diagnostic/index.ts';
import type { CloseReason, ResponseFlag } from '../proxy/index.ts';
import type { Outcome } from '../routing/index.ts';
import type { ShareReport } from './shares.ts';

/** A connection and why it went where it went. `id` counts from 1 in one run. */
export type ConnectionRecord = {
  readonly id: number;
  /** The client workload `namespace/name`; at a gateway the address that connected. */
  readonly from: string;
  /** The workload whose proxy decided, `namespace/name`: the client, or the gateway. */
  readonly proxy: string | null;
  /** What was dialled: `echo-server:19000`, `10.96.20.1:19000`; at a gateway the address of the listener. */
  readonly to: string;
  /** The listener that accepted it: `gateway istio-system/istio-ingressgateway:31400`, `client default/telnet-client`. */
  readonly listener: string;
  readonly outcome: Outcome;
  /** `default/tcp-echo spec.tcp[0]`; null where no VirtualService decided. */
  readonly rule: string | null;
  /** The cluster, as Envoy names it: `outbound|9000|v2|tcp-echo.default.svc.cluster.local`; null where none was chosen. */
  readonly destination: string | null;
  readonly host: string | null;
  readonly subset: string | null;
  readonly port: number | null;
  /** The endpoint's address in the mesh; null until one is picked. */
  readonly endpoint: string | null;
  /** The workload behind the endpoint, `namespace/name`, where it is known. */
  readonly workload: string | null;
};

/** An address that the mesh listens on, and what for. */
export type OpenAddress = {
  readonly purpose: 'gateway' | 'publish' | 'socks' | 'admin' | 'api';
  /** `istio-system/istio-ingressgateway:31400`, `default/client -> echo-server:19000`… */
  readonly name: string;
  /** Of a gateway's port that is open at one address of its Pod alone: that address. */
  readonly bind?: string;
  readonly host: string;
  readonly port: number;
  /** Set where another address was wanted and could not be had, with the reason. */
  readonly instead: string | null;
};

export type MeshEvent =
  | ({ readonly event: 'connection' } & ConnectionRecord)
  | ({
      readonly event: 'closed';
      readonly reason: CloseReason | 'passthrough-not-allowed';
      readonly flags: readonly ResponseFlag[];
      readonly bytesReceived: number;
      readonly bytesSent: number;
      readonly durationMs: number;
      readonly detail: string | null;
    } & ConnectionRecord)
  | { readonly event: 'listening'; readonly address: OpenAddress }
  | { readonly event: 'stopped-listening'; readonly address: OpenAddress }
  | { readonly event: 'stand-in'; readonly object: string; readonly why: string }
  /** The mesh follows a new configuration. lines: what is another, a sentence each. */
  | { readonly event: 'changed'; readonly generation: number; readonly lines: readonly string[] }
  /** A new configuration was refused; the last good one stays. */
  | { readonly event: 'refused'; readonly message: string; readonly findings: readonly Finding[] }
  /** After a refusal: what is there now can be taken. */
  | { readonly event: 'mended'; readonly message: string }
  | {
      readonly event: 'notice';
      readonly level: 'info' | 'warning' | 'error';
      readonly message: string;
    }
  | {
      readonly event: 'summary';
      readonly shares: readonly ShareReport[];
      /** Of a run that made connections itself. */
      readonly made?: MadeConnections;
    };

/** failures: connections that did not end in order, by what kept them from it; the most frequent first. */
export type MadeConnections = {
  readonly connections: number;
  readonly failed: number;
  /** Went well, to the very address that was dialled: no rule and no Service had it. Left out where there were none. */
  readonly passthrough?: number;
  readonly failures: readonly { readonly connections: number; readonly why: string }[];
};

export type MeshEventListener = (event: MeshEvent) => void;
