/** What one validation is to do: flags first, then .tcpmesh.yaml, then the defaults. */
import { resolve } from 'node:path';
import type { Severity } from '../../diagnostic/index.ts';
import { defaultLintOptions, type LintOptions } from '../../lint/index.ts';
import type { MeshOptions } from '../../mesh/index.ts';
import type { Invocation } from '../command.ts';
import type { Configuration } from '../input/configuration.ts';
import { checkName } from '../input/name-option.ts';
import type { validateOptions } from '../options/validate.ts';
import type { World } from '../world.ts';

export type ValidateOptions = Invocation<typeof validateOptions>['options'];

export type Settings = {
  readonly lint: LintOptions;
  readonly mesh: MeshOptions;
  readonly failOn: Severity | 'never';
  readonly maxWarnings: number | undefined;
  /** Absolute. */
  readonly baseline: { readonly path: string; readonly name: string } | null;
};

/** What may be told otherwise than by .tcpmesh.yaml. */
type Told = Partial<
  Pick<
    ValidateOptions,
    'clusterDomain' | 'refs' | 'mode' | 'ambientProfile' | 'baseline' | 'failOn' | 'maxWarnings'
  >
>;

export function settingsOf(world: World, options: Told, configuration: Configuration): Settings {
  if (options.clusterDomain !== undefined)
    checkName('clusterDomain', options.clusterDomain, '--cluster-domain');
  const clusterDomain =
    options.clusterDomain ?? configuration.clusterDomain ?? defaultLintOptions.clusterDomain;
  const baseline = options.baseline ?? configuration.baseline;
  return {
    lint: {
      ...defaultLintOptions,
      refs: options.refs ?? configuration.refs ?? defaultLintOptions.refs,
      mode: options.mode ?? configuration.mode ?? defaultLintOptions.mode,
      ambientProfile:
        options.ambientProfile ?? configuration.ambientProfile ?? defaultLintOptions.ambientProfile,
      clusterDomain,
      now: world.clock.now(),
    },
    mesh: { clusterDomain, systemNamespace: configuration.rootNamespace },
    failOn: options.failOn ?? configuration.failOn ?? 'error',
    maxWarnings: options.maxWarnings ?? configuration.maxWarnings,
    baseline:
      baseline === undefined ? null : { path: resolve(world.cwd, baseline), name: baseline },
  };
}
