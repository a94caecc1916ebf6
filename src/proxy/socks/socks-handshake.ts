/** The server's half of a SOCKS 5 handshake on an accepted stream. The user name is the workload that the client connects as. */

import type { SocksRefusal } from '../data-plane.ts';
import type { SocksRequest } from '../decision.ts';
import type { SocketAddress } from '../socket-address.ts';
import { nobody, type Stream, type StreamOwner } from '../stream/stream.ts';
import { Deadline, type TimerWheel } from '../timer-wheel.ts';
import {
  answerLogin,
  answerRequest,
  chooseMethod,
  commands,
  type Parsed,
  type RawRequest,
  readGreeting,
  readLogin,
  readRequest,
} from './socks-messages.ts';

export type SocksPolicy = {
  readonly knowsUser: (user: string) => boolean;
  readonly refuses: (request: SocksRequest) => SocksRefusal | undefined;
  /** Why a client's earlier connection, told by its own address, came to nothing. */
  readonly account: (client: SocketAddress) => string | undefined;
  /** Where a gateway listens, told by what people call it. */
  readonly gateway: (name: string) => string | undefined;
};

export type HandshakeEnd =
  | { readonly kind: 'granted'; readonly request: SocksRequest; readonly rest: Uint8Array[] }
  /** The stream is closed already. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The client wanted no connection: it looked whether somebody is there, or asked something. */
  | { readonly kind: 'left' };

const otherCommands: { readonly [command: number]: string } = { 2: 'BIND', 3: 'UDP ASSOCIATE' };

const refusalsInWords: { readonly [refusal in SocksRefusal]: string } = {
  'not-allowed': 'it may not go there',
  'host-unreachable': 'the name does not resolve',
  'network-unreachable': 'there is no way',
  failure: 'it failed',
};

const withPassword = 2;
const noMethod = 0xff;
/** A whole handshake is below 800 bytes. */
const longest = 2048;
const timeLimitMs = 10_000;

export class SocksHandshake implements StreamOwner {
  readonly #stream: Stream;
  readonly #policy: SocksPolicy;
  readonly #wheel: TimerWheel;
  readonly #deadline: Deadline;
  readonly #done: (end: HandshakeEnd) => void;
  #bytes: Buffer = Buffer.alloc(0);
  #stage: 'greeting' | 'login' | 'request' | 'done' = 'greeting';
  #user = '';

  constructor(
    stream: Stream,
    policy: SocksPolicy,
    clock: { readonly wheel: TimerWheel; readonly now: number },
    done: (end: HandshakeEnd) => void,
  ) {
    this.#stream = stream;
    this.#policy = policy;
    this.#wheel = clock.wheel;
    this.#done = done;
    this.#deadline = new Deadline(() => this.cancel('took longer than 10 s'));
    clock.wheel.set(this.#deadline, clock.now + timeLimitMs);
    stream.owner = this;
    stream.resume();
  }

  cancel(why: string): void {
    this.#refuse(undefined, why);
  }

  onBytes(buffer: Uint8Array, length: number): undefined {
    this.#bytes = Buffer.concat([this.#bytes, buffer.subarray(0, length)]);
    let before: string;
    do {
      before = this.#stage;
      this.#step();
    } while (this.#stage !== before && this.#stage !== 'done');
    // What comes after the request belongs to the connection, and may be long.
    if (this.#stage !== 'done' && this.#bytes.length > longest)
      this.cancel('sent too much for a handshake');
  }

  onEnd(): void {
    this.#leave('the client left during the handshake');
  }

  onFailed(code: string): void {
    this.#leave(code);
  }

  onConnected(): void {}
  onFlushed(): void {}
  onEnded(): void {}

  #step(): void {
    switch (this.#stage) {
      case 'greeting':
        this.#take(readGreeting(this.#bytes), (methods) => this.#onGreeting(methods));
        return;
      case 'login':
        this.#take(readLogin(this.#bytes), (user) => this.#onLogin(user));
        return;
      case 'request':
        this.#take(readRequest(this.#bytes), (request) => this.#onRequest(request));
        return;
      case 'done':
        return;
    }
  }

  #take<T>(parsed: Parsed<T>, next: (value: T) => void): void {
    if (parsed.kind === 'more') return;
    if (parsed.kind === 'bad') {
      this.cancel(parsed.why);
      return;
    }
    this.#bytes = this.#bytes.subarray(parsed.used);
    next(parsed.value);
  }

  #onGreeting(methods: readonly number[]): void {
    if (!methods.includes(withPassword)) {
      this.#refuse(chooseMethod(noMethod), 'no user name: it says which workload connects');
      return;
    }
    this.#stream.write(chooseMethod(withPassword));
    this.#stage = 'login';
  }

  #onLogin(user: string): void {
    if (!this.#policy.knowsUser(user)) {
      this.#refuse(answerLogin(false), `no workload ${JSON.stringify(user)}`);
      return;
    }
    this.#user = user;
    this.#stream.write(answerLogin(true));
    this.#stage = 'request';
  }

  get #who(): string {
    return this.#user === '' || this.#user === '-' ? 'a client' : this.#user;
  }

  #onRequest({ command, addressType, host, ip, port }: RawRequest): void {
    if (addressType === undefined) {
      this.#refuse(answerRequest('address-type-not-supported'), 'an unknown type of address');
      return;
    }
    if (command === commands.account) {
      this.#tell(this.#policy.account({ host: host ?? ip ?? '', port }));
      return;
    }
    if (command === commands.gateway) {
      this.#tell(this.#policy.gateway(host ?? ip ?? ''));
      return;
    }
    if (command !== commands.connect) {
      this.#refuse(
        answerRequest('command-not-supported'),
        `${this.#who} asked for ${otherCommands[command] ?? `command ${command}`}: only CONNECT is there`,
      );
      return;
    }
    const request: SocksRequest = { user: this.#user, host, ip, port };
    const refusal = this.#policy.refuses(request);
    if (refusal !== undefined) {
      this.#refuse(
        answerRequest(refusal),
        `${this.#who} asked for ${host ?? ip}:${port}: ${refusalsInWords[refusal]}`,
      );
      return;
    }
    this.#stop();
    this.#stream.write(answerRequest('granted'));
    const rest = this.#bytes.length > 0 ? [this.#bytes] : [];
    this.#done({ kind: 'granted', request, rest });
  }

  #tell(answer: string | undefined): void {
    this.#stop();
    this.#stream.write(answerRequest('granted'));
    if (answer !== undefined) this.#stream.write(Buffer.from(answer));
    this.#stream.close();
    this.#done({ kind: 'left' });
  }

  #refuse(answer: Buffer | undefined, why: string): void {
    if (this.#stage === 'done') return;
    this.#stop();
    if (answer !== undefined) this.#stream.write(answer);
    this.#stream.close();
    this.#done({ kind: 'refused', why });
  }

  #leave(why: string): void {
    if (this.#stage === 'request') this.cancel(why);
    if (this.#stage === 'done') return;
    this.#stop();
    this.#stream.close();
    this.#done({ kind: 'left' });
  }

  #stop(): void {
    this.#stage = 'done';
    this.#wheel.clear(this.#deadline);
    this.#stream.owner = nobody;
    this.#stream.pause();
  }
}
