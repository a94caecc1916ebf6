/** exportTo of VirtualService, DestinationRule and ServiceEntry (validation.go:validateExportTo). */
import type { Placed } from '../../resource/index.ts';
import { isDnsLabel } from '../names.ts';
import { quote, type Report } from '../report.ts';
import { decodingRules as rules } from '../rules/decoding.ts';

/** namespace: the resource's own. mayHide: `~` is allowed (ServiceEntry). */
export function checkExportTo(
  exportTo: (readonly string[] & Placed) | undefined,
  namespace: string,
  mayHide: boolean,
  report: Report,
): void {
  if (exportTo === undefined) return;
  const seen = new Set<string>();
  for (const [i, entry] of exportTo.entries()) {
    const name = entry === '.' ? namespace : entry;
    if (seen.has(name)) report(rules.exportTo, exportTo, [i], repeated(entry, namespace));
    else if (entry === '~' && !mayHide)
      report(rules.exportTo, exportTo, [i], '"~" (nobody) is for ServiceEntries only');
    else if (name !== '*' && name !== '~' && !isDnsLabel(name))
      report(rules.exportTo, exportTo, [i], `${quote(entry)} is no namespace`);
    seen.add(name);
  }
  for (const all of ['*', '~']) {
    if (seen.has(all) && exportTo.length > 1 && (all === '*' || mayHide))
      report(rules.exportTo, exportTo, [exportTo.indexOf(all)], `"${all}" must stand alone`);
  }
}

function repeated(entry: string, namespace: string): string {
  return entry === '.' || entry === namespace
    ? `${quote(entry)} and "." both mean the own namespace ${quote(namespace)}, or it is given twice`
    : `${quote(entry)} is given twice`;
}
