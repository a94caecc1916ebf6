/** exportTo of VirtualService, DestinationRule and ServiceEntry (validation.go:validateExportTo). */
import type { Placed } from '../../resource/index.ts';
import { isDnsLabel } from '../names.ts';
import { alsoAt, quote, type Report } from '../report.ts';
import { decodingRules as rules } from '../rules/decoding.ts';

/** namespace: the resource's own. mayHide: `~` is allowed (ServiceEntry). */
export function checkExportTo(
  exportTo: (readonly string[] & Placed) | undefined,
  namespace: string,
  mayHide: boolean,
  report: Report,
): void {
  if (exportTo === undefined) return;
  const seen = new Map<string, number>();
  for (const [i, entry] of exportTo.entries()) {
    const name = entry === '.' ? namespace : entry;
    const first = seen.get(name);
    if (first !== undefined)
      report(
        rules.exportTo,
        exportTo,
        [i],
        exportTo[first] === entry
          ? `${quote(entry)} is given twice`
          : `"." and ${quote(namespace)} are one namespace here`,
        alsoAt('the first one', exportTo, first),
      );
    else if (entry === '~' && !mayHide)
      report(rules.exportTo, exportTo, [i], '"~" (nobody) is for ServiceEntries only');
    else if (name !== '*' && name !== '~' && !isDnsLabel(name))
      report(rules.exportTo, exportTo, [i], `${quote(entry)} is not a namespace`);
    if (first === undefined) seen.set(name, i);
  }
  for (const all of ['*', '~']) {
    if (seen.has(all) && exportTo.length > 1 && (all === '*' || mayHide))
      report(rules.exportTo, exportTo, [exportTo.indexOf(all)], `"${all}" must stand alone`);
  }
}
