/** A baseline: the findings that are known and left for later, so that only new ones count. */
import { dirname, relative, resolve } from 'node:path';
import { type Finding, fingerprintsOf } from '../../diagnostic/index.ts';
import { CannotDo } from '../command.ts';
import type { Input } from '../input/read-input.ts';
import { failed, type World } from '../world.ts';
import type { Settings } from './settings.ts';

type Entry = { readonly fingerprint: string } & Readonly<Record<string, unknown>>;

/** entries: of the findings that are known. */
export type Baseline = { readonly entries: readonly Entry[] };

type BaselineFile = NonNullable<Settings['baseline']>;
type Reading = Pick<Input, 'sources' | 'paths' | 'named' | 'configuration'>;

/** others: entries of files that were not read now, which stay. */
export function baselineText(
  findings: readonly Finding[],
  others: readonly Entry[],
  file: BaselineFile,
  input: Reading,
): string {
  const prints = fingerprintsOf(findings);
  const fresh = findings.map(({ code, rule, resource, span, message }, i) => ({
    fingerprint: prints[i] ?? '',
    code,
    rule,
    resource: resource === null ? null : `${resource.kind} ${resource.name}.${resource.namespace}`,
    file: entryFileOf(span.source.name, file, input),
    message,
  }));
  const entries = others.length === 0 ? fresh : countedAnew([...others, ...fresh]);
  return `${JSON.stringify({ schemaVersion: 1, findings: entries }, null, 2)}\n`;
}

/** From the folder of the baseline, so that it is the same wherever the command is started. */
function entryFileOf(name: string, { path }: BaselineFile, { paths }: Reading): string {
  const source = paths.get(name);
  return source === undefined || source === '-' ? name : relative(dirname(path), source);
}

/** Equal findings, of two overlays say, are told apart by their count. */
function countedAnew(entries: readonly Entry[]): readonly Entry[] {
  const counts = new Map<string, number>();
  return entries.map((entry) => {
    const print = printOf(entry.fingerprint);
    const count = (counts.get(print) ?? 0) + 1;
    counts.set(print, count);
    return { ...entry, fingerprint: `${print}:${count}` };
  });
}

/** Without the count of equal ones. */
function printOf(fingerprint: string): string {
  return fingerprint.replace(/:\d+$/, '');
}

/** Entries that say nothing of today's findings: of files that are there and were not read. */
export function entriesNotRead(
  world: World,
  { entries }: Baseline,
  { path }: BaselineFile,
  { sources, paths, named, configuration }: Reading,
): readonly Entry[] {
  const read = new Set(sources.flatMap(({ name }) => [name, paths.get(name) ?? name]));
  // Its own entries are judged where nobody names files.
  if (!named) read.add(configuration.name);
  return entries.filter(({ file }) => {
    if (typeof file !== 'string' || read.has(file)) return false;
    const source = resolve(dirname(path), file);
    return !read.has(source) && (file === '<stdin>' || !failed(world.files.info(source)));
  });
}

export function readBaseline(world: World, path: string, name: string): Baseline {
  const bytes = world.files.read(path);
  if (failed(bytes))
    throw new CannotDo(
      `${name}: ${bytes.message}`,
      'Write it first: tcpmesh validate --baseline FILE --write-baseline.',
    );
  const entries = entriesIn(Buffer.from(bytes).toString());
  if (entries === null)
    throw new CannotDo(
      `${name}: this is not a baseline of tcpmesh`,
      'Write it anew: tcpmesh validate --baseline FILE --write-baseline.',
    );
  return { entries };
}

/** Of what is no baseline, nothing: it is written over. */
export function readOldBaseline(world: World, path: string): Baseline {
  const bytes = world.files.read(path);
  return { entries: (failed(bytes) ? null : entriesIn(Buffer.from(bytes).toString())) ?? [] };
}

function entriesIn(text: string): readonly Entry[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('findings' in value)) return null;
  if (!Array.isArray(value.findings)) return null;
  const entries: Entry[] = [];
  for (const entry of value.findings as readonly unknown[]) {
    if (typeof entry !== 'object' || entry === null || !('fingerprint' in entry)) return null;
    entries.push({ ...entry, fingerprint: String(entry.fingerprint) });
  }
  return entries;
}

/**
 * gone: entries of the baseline that nothing matches any more, but for the others. Those excuse nothing either: what is alike in a
 * file that was read is new.
 */
export function withoutBaseline(
  findings: readonly Finding[],
  { entries }: Baseline,
  others: readonly Entry[],
): { readonly kept: readonly Finding[]; readonly known: number; readonly gone: number } {
  const prints = fingerprintsOf(findings).map(printOf);
  const unread = new Set(others);
  const left = tally(entries.filter((entry) => !unread.has(entry)));
  const kept = findings.filter((_, i) => !takeOne(left, prints[i] ?? ''));
  let gone = 0;
  for (const count of left.values()) gone += count;
  return { kept, known: findings.length - kept.length, gone };
}

function takeOne(counts: Map<string, number>, print: string): boolean {
  const count = counts.get(print) ?? 0;
  if (count > 0) counts.set(print, count - 1);
  return count > 0;
}

function tally(entries: readonly Entry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { fingerprint } of entries) {
    const print = printOf(fingerprint);
    counts.set(print, (counts.get(print) ?? 0) + 1);
  }
  return counts;
}
