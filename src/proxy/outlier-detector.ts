/**
 * Ejects endpoints that fail again and again, as Envoy does for TCP (`outlier_detection_impl.cc`): only the attempt to connect
 * counts. Time comes in with each call; there is no timer, the interval's sweeps are made up for when somebody looks.
 */
import type { OutlierDetection } from './cluster-config.ts';

/** Envoy's default for `max_ejection_time`, unless the base time is longer. */
const longestEjectionMs = 300_000;
/** Sweeps to make up for after a long silence: by then every back-off has run out. */
const sweepsAtMost = 1_000;

/** What is known of one endpoint; kept by the cluster beside it. */
export type OutlierRecord = {
  consecutive5xx: number;
  consecutiveGatewayErrors: number;
  consecutiveLocalOriginFailures: number;
  ejectedAt: number | undefined;
  /** Multiplies the ejection time; goes up with each ejection, and down with each quiet interval. */
  backoff: number;
  returnedAt: number | undefined;
};

export const freshRecord = (): OutlierRecord => ({
  consecutive5xx: 0,
  consecutiveGatewayErrors: 0,
  consecutiveLocalOriginFailures: 0,
  ejectedAt: undefined,
  backoff: 0,
  returnedAt: undefined,
});

/** forMs: null where the endpoint would go, if maxEjectionPercent let one more go (Envoy counts it as `ejections_overflow`). */
export type Ejection = { readonly failures: number; readonly forMs: number | null };

/** A connect went well: every row of failures ends. */
export function noteSuccess(record: OutlierRecord): void {
  record.consecutive5xx = 0;
  record.consecutiveGatewayErrors = 0;
  record.consecutiveLocalOriginFailures = 0;
}

/**
 * A connect failed or timed out. Without splitExternalLocalOriginErrors that counts as a 503 or 504, so as a gateway error and as a
 * 5xx; with it as a failure of local origin alone. Answers the ejection if there is one.
 */
export function noteFailure(
  record: OutlierRecord,
  all: readonly OutlierRecord[],
  settings: OutlierDetection,
  now: number,
): Ejection | undefined {
  const reached = count(record, settings);
  if (reached === undefined || record.ejectedAt !== undefined) return undefined;
  const ejected = all.filter(({ ejectedAt }) => ejectedAt !== undefined).length;
  const percent = (100 * (ejected + 1)) / Math.max(1, all.length);
  if (percent > Math.min(100, settings.maxEjectionPercent))
    return { failures: reached, forMs: null };
  const longest = longestFor(settings);
  record.ejectedAt = now;
  if (record.backoff * settings.baseEjectionTimeMs < longest + settings.baseEjectionTimeMs)
    record.backoff += 1;
  return { failures: reached, forMs: ejectionTime(record, settings) };
}

/** The counter that came to its limit starts anew, ejected or not. */
function count(record: OutlierRecord, settings: OutlierDetection): number | undefined {
  if (settings.splitExternalLocalOriginErrors) {
    record.consecutiveLocalOriginFailures += 1;
    if (record.consecutiveLocalOriginFailures !== settings.consecutiveLocalOriginFailures)
      return undefined;
    record.consecutiveLocalOriginFailures = 0;
    return settings.consecutiveLocalOriginFailures;
  }
  record.consecutiveGatewayErrors += 1;
  record.consecutive5xx += 1;
  let reached: number | undefined;
  if (record.consecutiveGatewayErrors === settings.consecutiveGatewayErrors) {
    reached = settings.consecutiveGatewayErrors;
    record.consecutiveGatewayErrors = 0;
  }
  if (record.consecutive5xx === settings.consecutive5xxErrors) {
    reached ??= settings.consecutive5xxErrors;
    record.consecutive5xx = 0;
  }
  return reached;
}

const longestFor = (settings: OutlierDetection): number =>
  Math.max(longestEjectionMs, settings.baseEjectionTimeMs);

const ejectionTime = (record: OutlierRecord, settings: OutlierDetection): number =>
  Math.min(settings.baseEjectionTimeMs * record.backoff, longestFor(settings));

/**
 * The sweeps that were due since `sweptAt`: an ejected endpoint returns at the first sweep after its time, and each later sweep
 * takes one step off its back-off. Answers the time of the last sweep; `returned` is told of each endpoint that comes back.
 */
export function sweep(
  records: readonly OutlierRecord[],
  settings: OutlierDetection,
  sweptAt: number,
  now: number,
  returned: (record: OutlierRecord) => void,
): number {
  const intervalMs = Math.max(1, settings.intervalMs);
  const due = Math.floor((now - sweptAt) / intervalMs);
  const skipped = Math.max(0, due - sweepsAtMost);
  for (let index = skipped + 1; index <= due; index += 1) {
    const at = sweptAt + index * intervalMs;
    for (const record of records) sweepOne(record, settings, at, returned);
  }
  return sweptAt + due * intervalMs;
}

function sweepOne(
  record: OutlierRecord,
  settings: OutlierDetection,
  at: number,
  returned: (record: OutlierRecord) => void,
): void {
  if (record.ejectedAt !== undefined) {
    if (at - record.ejectedAt < ejectionTime(record, settings)) return;
    record.ejectedAt = undefined;
    record.returnedAt = at;
    noteSuccess(record);
    returned(record);
    return;
  }
  if (record.returnedAt === undefined || at - record.returnedAt < settings.intervalMs) return;
  if (record.backoff > 0) record.backoff -= 1;
}
