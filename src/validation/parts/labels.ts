/** Labels that something is matched by, and selectors of workloads. */
import type { Placed } from '../../resource/index.ts';
import { isLabelKey, isLabelValue } from '../names.ts';
import { quote, type Report } from '../report.ts';
import { decodingRules as rules } from '../rules/decoding.ts';

type TextMap = { readonly [key: string]: string } & Placed;

/** Keys and values as pods could carry them (labels/instance.go:Validate). */
export function checkLabels(labels: TextMap | undefined, report: Report): void {
  if (labels === undefined) return;
  for (const [key, value] of Object.entries(labels)) {
    if (!isLabelKey(key))
      report(rules.labels, labels, [key], `${quote(key)} is not a label key`, { onKey: true });
    if (!isLabelValue(value))
      report(rules.labels, labels, [key], `${quote(value)} is not a label value`);
  }
}

/**
 * A selector of ServiceEntry, Sidecar or DestinationRule: no empty key, no wildcard, and a warning when it selects everything.
 * holder[field] is where its labels stand. False where it is refused: of a ServiceEntry or Sidecar Istio then looks at nothing else.
 */
export function checkSelector(
  selector: Placed,
  field: 'labels' | 'matchLabels',
  labels: TextMap | undefined,
  report: Report,
): boolean {
  const entries = labels === undefined ? [] : Object.entries(labels);
  if (labels === undefined || entries.length === 0) {
    report(
      rules.emptySelector,
      selector,
      [field],
      'this selector has no labels: it selects everything',
    );
    return true;
  }
  for (const [key, value] of entries) {
    if (key === '') {
      report(rules.selectorLabels, labels, [key], 'a label of this selector has no key', {
        onKey: true,
      });
      return false;
    }
    if (key.includes('*') || value.includes('*')) {
      report(
        rules.selectorLabels,
        labels,
        [key],
        `${quote(`${key}: ${value}`)} has a wildcard, which selectors do not know`,
      );
      return false;
    }
  }
  return true;
}
