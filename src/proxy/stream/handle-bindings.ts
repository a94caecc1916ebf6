/**
 * The bare TCP handles under node:net, which has no public door to them. They spare the two stream objects, the events and the
 * allocation per read that a net.Socket costs; everything here has been the same from Node 12 to 26. Where they cannot be had
 * (a permission model, another runtime, a changed shape) the answer is undefined and node:net itself does the work.
 */

export type WriteRequest = {
  oncomplete: (status: number) => void;
  stream: unknown;
  /** Keeps the memory alive while the kernel has not taken it. */
  bytes: Uint8Array | undefined;
};
export type ShutdownRequest = { oncomplete: (status: number) => void; stream: unknown };
export type ConnectRequest = { oncomplete: (status: number) => void; stream: unknown };

/** `status` values are 0 or a negative error number, as libuv gives them. */
export type TcpHandle = {
  readonly fd?: number;
  stream: unknown;
  onread: (this: TcpHandle) => Uint8Array | undefined;
  useUserBuffer(buffer: Uint8Array): void;
  readStart(): number;
  readStop(): number;
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
  shutdown(request: ShutdownRequest): number;
  connect(request: ConnectRequest, host: string, port: number): number;
  connect6(request: ConnectRequest, host: string, port: number): number;
  setNoDelay(on: boolean): number;
  setKeepAlive(on: boolean, delaySeconds: number): number;
  getpeername(out: { address?: string; port?: number }): number;
  close(): void;
  reset(): number;
};

export type HandleBindings = {
  readonly createHandle: () => TcpHandle;
  readonly createWriteRequest: () => WriteRequest;
  readonly createShutdownRequest: () => ShutdownRequest;
  readonly createConnectRequest: () => ConnectRequest;
  /** Shared with the runtime: what the last read and write came to. */
  readonly state: Int32Array;
  readonly readResult: number;
  readonly lastWriteWasQueued: number;
  readonly endOfFile: number;
  readonly errorName: (status: number) => string;
};

type Constructor<T> = new (kind?: number) => T;
type StreamWrap = {
  readonly WriteWrap: Constructor<WriteRequest>;
  readonly ShutdownWrap: Constructor<ShutdownRequest>;
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
  readonly kLastWriteWasAsync: number;
};
type TcpWrap = {
  readonly TCP: Constructor<TcpHandle>;
  readonly TCPConnectWrap: Constructor<ConnectRequest>;
  readonly constants: { readonly SOCKET: number };
};
type Uv = { readonly UV_EOF: number; readonly errname: (status: number) => string };

export function loadHandleBindings(): HandleBindings | undefined {
  try {
    const { binding } = globalThis.process as unknown as { binding: (name: string) => unknown };
    const wrap = binding('stream_wrap') as StreamWrap;
    const { TCP, TCPConnectWrap, constants } = binding('tcp_wrap') as TcpWrap;
    const uv = binding('uv') as Uv;
    const bindings: HandleBindings = {
      createHandle: () => new TCP(constants.SOCKET),
      createWriteRequest: () => new wrap.WriteWrap(),
      createShutdownRequest: () => new wrap.ShutdownWrap(),
      createConnectRequest: () => new TCPConnectWrap(),
      state: wrap.streamBaseState,
      readResult: wrap.kReadBytesOrError,
      lastWriteWasQueued: wrap.kLastWriteWasAsync,
      endOfFile: uv.UV_EOF,
      errorName: (status) => uv.errname(status),
    };
    return isComplete(bindings) ? bindings : undefined;
  } catch {
    return undefined;
  }
}

function isComplete(bindings: HandleBindings): boolean {
  const handle = bindings.createHandle();
  const methods: readonly (keyof TcpHandle)[] = [
    'useUserBuffer',
    'readStart',
    'readStop',
    'writeBuffer',
    'shutdown',
    'connect',
    'connect6',
    'setNoDelay',
    'setKeepAlive',
    'getpeername',
    'close',
    'reset',
  ];
  const complete =
    methods.every((method) => typeof handle[method] === 'function') &&
    bindings.state instanceof Int32Array &&
    bindings.readResult < bindings.state.length &&
    bindings.lastWriteWasQueued < bindings.state.length &&
    bindings.endOfFile < 0 &&
    bindings.errorName(bindings.endOfFile) === 'EOF';
  handle.close();
  return complete;
}
