/** Errors in input that a cluster takes all the same: connections come to nothing for them. Those that `validate` would show. */
import type { Finding } from '../../diagnostic/index.ts';
import { type StandIn, standInSources } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { count, locationOf } from '../../text/index.ts';
import { admit } from '../../validation/index.ts';
import type { Input } from '../input/read-input.ts';
import { findAll } from '../validate/find.ts';
import { settingsOf } from '../validate/settings.ts';
import type { World } from '../world.ts';

/** Errors that are said; the rest are counted. */
const shownMax = 5;
/** Characters beyond which a look at all of the input would hold up connections for seconds. */
const textMax = 2_000_000;

type Line = { readonly level: 'error' | 'info'; readonly message: string };

/** Tells the errors of one input after the other, each as long as it stays there once. */
export class LintErrors {
  readonly #world: World;
  #known: ReadonlySet<string> = new Set();

  constructor(world: World) {
    this.#world = world;
  }

  /** A line for each error that the input before had not; a line too where it had some and this one has none. */
  linesFor(input: Input, standIns: readonly StandIn[]): readonly Line[] {
    const length = input.sources.reduce((sum, { text }) => sum + text.length, 0);
    if (length > textMax) return this.#tooMuch();
    const errors = lintErrors(this.#world, input, standIns);
    const before = this.#known;
    this.#known = new Set(errors.map(identity));
    if (errors.length === 0)
      return before.size === 0
        ? []
        : [{ level: 'info', message: 'the files have no errors any more' }];
    const fresh = errors.filter((finding) => !before.has(identity(finding)));
    const shown = fresh.slice(0, shownMax).map(inWords);
    const more = fresh.length - shown.length;
    return [
      ...shown,
      ...(more > 0 ? [`and ${count(more, 'error')} more: tcpmesh validate shows them`] : []),
    ].map((message) => ({ level: 'error', message }));
  }

  #tooMuch(): readonly Line[] {
    const message = 'so much input is not looked through for errors here: tcpmesh validate does it';
    const before = this.#known;
    this.#known = new Set([message]);
    return before.has(message) ? [] : [{ level: 'info', message }];
  }
}

/** What is stood in for is not missing. */
function lintErrors(world: World, input: Input, standIns: readonly StandIn[]): readonly Finding[] {
  const madeUp = standInSources(standIns);
  const { findings, decoded } = findAll(
    world,
    input,
    [...input.sources, ...madeUp],
    settingsOf(world, {}, input.configuration),
  );
  // Why a document is left out is said where it is left out.
  const leftOut = new Set(admit(decoded.resources).refused.map(({ resource }) => nameOf(resource)));
  return findings.filter(
    ({ severity, resource, span }) =>
      severity === 'error' &&
      !madeUp.some(({ name }) => name === span.source.name) &&
      resource !== null &&
      !leftOut.has(nameOf(resource)),
  );
}

function nameOf({
  kind,
  namespace,
  name,
}: Pick<Resource, 'kind' | 'namespace' | 'name'> | NonNullable<Finding['resource']>): string {
  return `${kind} ${namespace}/${name}`;
}

/** Lines come and go above an error; what it is about stays. */
function identity({ code, path, message, resource }: Finding): string {
  return JSON.stringify([code, path, message, resource]);
}

function inWords({ code, message, span }: Finding): string {
  return `${locationOf(span)}: ${message} [${code}]`;
}
