/** The real kubectl against a running mesh, where it is installed. All waits are bounded. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Finished, MeshProcess } from './mesh-process.ts';

const program = process.env.KUBECTL ?? 'kubectl';

/** null when there is no kubectl: tests then skip, and say so. */
export const kubectlVersion: string | null = findVersion();

function findVersion(): string | null {
  const { status, stdout } = spawnSync(program, ['version', '--client'], { encoding: 'utf8' });
  if (status === 0) return stdout.split('\n')[0] ?? '';
  process.stderr.write(
    'SKIPPED: there is no kubectl here, so nothing proves that it works against a mesh; install one, or name it in KUBECTL\n',
  );
  return null;
}

export function kubeconfigOf(mesh: MeshProcess): string {
  const found = /export KUBECONFIG=(\S+)/.exec(mesh.stderr)?.[1];
  if (found === undefined || !existsSync(found))
    throw new Error(`no kubeconfig in:\n${mesh.stderr}`);
  return found;
}

export type KubectlOptions = {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
};

const patienceMs = 30_000;
/** A cache of its own: discovery of another mesh at the same port must not be taken for this one's. */
const cache = mkdtempSync(join(tmpdir(), 'tcpmesh-kube-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

export class Kubectl {
  readonly kubeconfig: string;
  private readonly cwd: string;

  constructor(kubeconfig: string, cwd: string) {
    this.kubeconfig = kubeconfig;
    this.cwd = cwd;
  }

  start(args: readonly string[], options: KubectlOptions = {}): ChildProcess {
    return spawn(program, [`--cache-dir=${cache}`, ...args], {
      cwd: options.cwd ?? this.cwd,
      env: { ...process.env, KUBECONFIG: this.kubeconfig, HOME: cache, ...options.env },
      timeout: patienceMs,
    });
  }

  run(args: readonly string[], options: KubectlOptions = {}): Promise<Finished> {
    return finish(this.start(args, options), options.input ?? '');
  }

  /** What it printed; fails with what it said when it did not end well. */
  async ok(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: code ${code}\n${stderr}`);
    return stdout;
  }

  /** A line of a shell, with kubectl on its way: what the pages print is typed as it stands. */
  shell(line: string, input = ''): Promise<Finished> {
    const child = spawn('bash', ['-c', line], {
      cwd: this.cwd,
      env: { ...process.env, KUBECONFIG: this.kubeconfig, HOME: cache },
      timeout: patienceMs,
    });
    return finish(child, input);
  }
}

export function finish(child: ChildProcess, input: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** Polls until it holds. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`it never came to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const hasScript = existsSync('/usr/bin/script') && readdirSync('/dev').includes('ptmx');
