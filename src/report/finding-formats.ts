/** The formats of a report on findings, by name; each is loaded when it is asked for. */
import type { FindingReport } from './finding-report.ts';
import type { TextStyle } from './finding-text.ts';

type Render = (report: FindingReport, style: TextStyle) => string;

const loaders = {
  text: async (): Promise<Render> => (await import('./finding-text.ts')).findingText,
  json: async (): Promise<Render> => (await import('./finding-json.ts')).findingJson,
} as const satisfies { readonly [format: string]: () => Promise<Render> };

export type FindingFormat = keyof typeof loaders;

// Object.keys knows the names but not their type.
export const findingFormats = Object.keys(loaders) as readonly FindingFormat[];

export async function renderFindings(
  format: FindingFormat,
  report: FindingReport,
  style: TextStyle,
): Promise<string> {
  const render = await loaders[format]();
  return render(report, style);
}
