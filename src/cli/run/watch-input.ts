/** --watch: reads the input again when it changed; what cannot be read or would be refused leaves the last good mesh in place. */
import { resolve } from 'node:path';
import type { Finding } from '../../diagnostic/index.ts';
import { decodeSources } from '../../resource/index.ts';
import { listed, locationOf } from '../../text/index.ts';
import { judge, judgeDocuments, misspeltKinds } from '../../validation/index.ts';
import { CannotDo } from '../command.ts';
import { type Input, namedByNobody, readInput } from '../input/read-input.ts';
import type { Session } from './session.ts';

/** Editors write in several steps. */
const settleMs = 100;
/** Where something is written all the time, that is no reason to wait for ever. */
const longestMs = 1000;
/** Findings that the message shows. */
const shownMax = 5;

/** say: takes a line for who reads along; taken: is told what the mesh follows from now on. Returns how to end it. */
export function watchInput(
  session: Session,
  say: (line: string) => void,
  taken: (input: Input) => void,
): () => void {
  const { invocation, loaded, running } = session;
  const { world } = invocation;
  if (loaded.names.includes('-'))
    throw new CannotDo('--watch cannot follow standard input', 'Name files or folders.');
  let cancelSettled: (() => void) | undefined;
  let cancelLongest: (() => void) | undefined;
  let last = textOf(loaded.sources);
  let refusal: string | null = null;
  let told: string | null = null;
  const ended = new AbortController();
  const follow = async (): Promise<void> => {
    const read = await reread(session, ended.signal);
    if ('message' in read) {
      watch(null);
      // Anything in a watched folder may bring us here: what was said already is not said again.
      if (read.message === refusal) return;
      refusal = read.message;
      running.emit({ event: 'refused', ...read });
      say(read.message);
      return;
    }
    watch(read);
    if (refusal !== null) {
      refusal = null;
      const message = 'mended: what is on disk is taken again';
      running.emit({ event: 'mended', message });
      say(message);
    }
    const unfollowed = startOnly(loaded.input, read);
    if (unfollowed !== null && unfollowed !== told) {
      running.notice('warning', unfollowed);
      say(unfollowed);
    }
    told = unfollowed;
    const text = textOf(read.sources);
    if (text === last) return;
    last = text;
    const lines = await session.follow(read.sources);
    if (lines.length > 0) say(`changed: ${lines.join('; ')}`);
    taken(read);
  };
  let following = false;
  let changedMeanwhile = false;
  const followInTurn = async (): Promise<void> => {
    changedMeanwhile = true;
    if (following) return;
    following = true;
    while (changedMeanwhile) {
      changedMeanwhile = false;
      await follow().catch((error: Error) => running.notice('error', error.message));
    }
    following = false;
  };
  const cancel = (): void => {
    cancelSettled?.();
    cancelLongest?.();
    cancelSettled = undefined;
    cancelLongest = undefined;
  };
  const waited = (): void => {
    cancel();
    void followInTurn();
  };
  const changed = (): void => {
    cancelSettled?.();
    cancelSettled = world.clock.after(settleMs, waited);
    cancelLongest ??= world.clock.after(longestMs, waited);
  };
  let watched = watchedPlaces(session, loaded.input);
  let stop = world.files.watch(watched, changed);
  // What cannot be read may come to be read from elsewhere, and from where it was.
  const watch = (input: Input | null): void => {
    const places =
      input === null
        ? [...new Set([...watched, ...watchedPlaces(session, null)])]
        : watchedPlaces(session, input);
    if (ended.signal.aborted || places.join('\n') === watched.join('\n')) return;
    stop();
    watched = places;
    stop = world.files.watch(watched, changed);
  };
  return () => {
    cancel();
    ended.abort();
    stop();
  };
}

/** What was read, and what was named: by whoever started the mesh, or by the configuration, or the folder where nobody named anything. */
function watchedPlaces(
  { invocation: { world, options, operands }, loaded }: Session,
  input: Input | null,
): readonly string[] {
  const named = loaded.names.map((name) => resolve(world.cwd, name));
  const byUser = operands.length + options.filename.length > 0 || options.empty;
  const others = byUser ? [] : namedByNobody(input?.configuration ?? null, world.cwd);
  return [...new Set([...(input?.paths.values() ?? []), ...named, ...others])];
}

/** What a mesh has from its start on; null where the configuration still says the same. */
function startOnly(before: Input | null, { configuration }: Input): string | null {
  const fields = ['mode', 'namespace', 'clusterDomain', 'rootNamespace'] as const;
  const changed = fields.filter((field) => configuration[field] !== before?.configuration[field]);
  if (changed.length === 0) return null;
  return `${listed(changed)} of ${configuration.name || 'the configuration'}: from the next start on, this mesh keeps what it has`;
}

type Refused = { readonly message: string; readonly findings: readonly Finding[] };

async function reread(
  { invocation, loaded }: Session,
  stop: AbortSignal,
): Promise<Input | Refused> {
  const { world, options, operands } = invocation;
  let input: Input;
  try {
    input = await readInput(world, options, operands, { again: true, stop });
  } catch (error) {
    if (error instanceof CannotDo) return refused(error.message, []);
    throw error;
  }
  const [problem] = input.problems;
  if (problem !== undefined) return refused(`${problem.name}: ${problem.message}`, []);
  const { defaultNamespace } = loaded;
  const decoded = decodeSources(input.sources, { defaultNamespace, atHand: judge });
  const errors = [
    ...judgeDocuments(decoded),
    ...decoded.resources.flatMap((resource) => judge(resource)),
  ].filter(({ severity }) => severity === 'error');
  // A slip in the kind of an object would otherwise take the object away.
  const findings = [...errors, ...misspeltKinds(decoded)];
  if (findings.length === 0)
    // A file that another program writes anew is empty at first, for as long as that program takes.
    return decoded.resources.length > 0 ? input : refused(`${namesOf(input)} no resources`, []);
  const said = findings.map(({ message, span }) => `${locationOf(span)}: ${message}`);
  const distinct = [...new Set(said)];
  const shown = distinct.slice(0, shownMax);
  const more = distinct.length - shown.length;
  return refused([...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; '), findings);
}

function namesOf({ sources }: Input): string {
  const [only, ...others] = sources;
  return only !== undefined && others.length === 0 ? `${only.name} holds` : 'the files hold';
}

function refused(why: string, findings: readonly Finding[]): Refused {
  return { message: `change refused, the last good mesh stays: ${why}`, findings };
}

function textOf(sources: Session['loaded']['sources']): string {
  return sources.map(({ name, text }) => `${name}\n${text}`).join('\n');
}
