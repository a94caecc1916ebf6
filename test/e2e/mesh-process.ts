/** Runs the built command as a child process: a mesh that runs, and commands that connect to it. All waits are bounded. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'bin', 'tcpmesh.js');
const patienceMs = 20_000;

/** Gateways on free ports, so that no test meets what else uses this computer's. */
export const freePorts: readonly string[] = ['--listen', '*=0'];

export type Finished = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type MeshEventLine = { readonly event: string; readonly [key: string]: unknown };

export class MeshProcess {
  readonly stateFolder: string;
  readonly #child: ChildProcess;
  readonly #done: Promise<Finished>;
  stdout = '';
  stderr = '';

  /** Resolves when it is ready; rejects with what it said when it ends before. */
  static async start(
    args: readonly string[],
    options: { cwd?: string; ownPorts?: boolean } = {},
  ): Promise<MeshProcess> {
    const ports = options.ownPorts === true ? [] : freePorts;
    const mesh = new MeshProcess([...args, ...ports], options.cwd ?? root);
    await mesh.until(() => /\bready\b[\s\S]*\n/.test(mesh.stderr), 'ready');
    return mesh;
  }

  private constructor(args: readonly string[], cwd: string) {
    this.stateFolder = mkdtempSync(join(tmpdir(), 'tcpmesh-state-'));
    this.#child = spawn(process.execPath, [bin, 'run', ...args], {
      cwd,
      env: { ...process.env, TCPMESH_STATE_DIR: this.stateFolder, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#done = new Promise((resolve) => {
      this.#child.on('close', (code) => {
        rmSync(this.stateFolder, { recursive: true, force: true });
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** Polls a condition until it holds; fails with what the process said when it does not in time or when the process ends. */
  async until(holds: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!holds()) {
      const over = performance.now() > deadline;
      if (over || this.#child.exitCode !== null)
        throw new Error(`no ${what}; the mesh ${over ? 'runs' : 'has ended'}:\n${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  events(): readonly MeshEventLine[] {
    return this.stdout
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line): MeshEventLine => JSON.parse(line));
  }

  /** Where a gateway's port is, by the end of the listener's name, `istio-ingressgateway:31400`. */
  gateway(name: string): { host: string; port: number } {
    const line = this.stderr
      .split('\n')
      .find((text) => text.includes(`${name}`) && text.includes('gateway '));
    const found = /^\s+([\d.]+):(\d+)\s/.exec(line ?? '');
    if (found === null) throw new Error(`no gateway ${name} in:\n${this.stderr}`);
    return { host: found[1] ?? '', port: Number(found[2]) };
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  finished(): Promise<Finished> {
    return this.#done;
  }

  /** Ctrl-C, and what came of it. */
  async stop(): Promise<Finished> {
    this.signal('SIGINT');
    return this.#done;
  }

  /** `tcpmesh connect` to this mesh. */
  connect(args: readonly string[], input: string): Promise<Finished> {
    return tcpmesh(['connect', ...args], { input, state: this.stateFolder });
  }
}

/** Without `state` it has a folder of its own for that: no other mesh is to be found there. */
export function tcpmesh(
  args: readonly string[],
  options: { input?: string; cwd?: string; state?: string } = {},
): Promise<Finished> {
  const own = options.state === undefined ? mkdtempSync(join(tmpdir(), 'tcpmesh-state-')) : null;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: options.cwd ?? root,
      env: { ...process.env, TCPMESH_STATE_DIR: own ?? options.state, NO_COLOR: '1' },
      timeout: patienceMs,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (own !== null) rmSync(own, { recursive: true, force: true });
      resolve({ code, stdout, stderr });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

/** What nc does: sends, ends, reads to the end. */
export function netcat(address: { host: string; port: number }, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, allowHalfOpen: true });
    let answer = '';
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer in time')));
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', reject);
    socket.on('end', () => {
      socket.end();
      resolve(answer);
    });
    socket.end(input);
  });
}

/** Many at a time, few at once. */
export async function netcats(
  address: { host: string; port: number },
  count: number,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const [word = ''] = (await netcat(address, 'hi\n')).split(' ');
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return counts;
}
