/** What a caller may choose about a run over a mesh. */
import type { Severity } from '../diagnostic/index.ts';

/**
 * What a name means that none of the objects defines. auto: it is missing, unless the input has no object of the kind that would define it;
 * require: it is missing, the input is all that the cluster holds; ignore: it is elsewhere.
 */
export type References = 'auto' | 'require' | 'ignore';

export type SeveritySetting = Severity | 'off';

export type LintOptions = {
  readonly refs: References;
  /**
   * ambient: workloads without sidecars. auto: nobody said, so as with sidecars, which is said where files have ambient namespaces.
   * Profiles of ambient: istio (ztunnel, waypoints), asm (the table that Alibaba ASM publishes).
   */
  readonly mode: 'auto' | 'sidecar' | 'ambient';
  readonly ambientProfile: 'istio' | 'asm';
  /** `cluster.local` */
  readonly clusterDomain: string;
  /** Milliseconds since 1970, for certificates that are valid for a time; null: that is not judged. */
  readonly now: number | null;
  /** By code or by rule name, the name winning; what is not named here keeps its own gravity. */
  readonly severities: Readonly<Record<string, SeveritySetting>>;
};

export const defaultLintOptions: LintOptions = {
  refs: 'auto',
  mode: 'auto',
  ambientProfile: 'istio',
  clusterDomain: 'cluster.local',
  now: null,
  severities: {},
};
