/** Starts another program and collects what it says. */
import type { Child, World } from './world.ts';

export const startProgram: World['spawn'] = (program, args, options): Child => {
  // Loaded here, for hardly any command starts a program.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(program, [...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // The child may end without reading.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const done = new Promise<Awaited<Child['done']>>((resolve) => {
    const finish = (code: number | null, said: string): void =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: said });
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (code) => finish(code, Buffer.concat(err).toString()));
  });
  return { done, kill: (signal) => child.kill(signal) };
};
