/** The formats of a report on findings, by name; each is loaded when it is asked for. */
import type { FindingReport } from './finding-report.ts';
import type { TextStyle } from './finding-text.ts';

type Render = (report: FindingReport, style: TextStyle) => string;

const loaders = {
  text: async (): Promise<Render> => (await import('./finding-text.ts')).findingText,
  concise: async (): Promise<Render> => (await import('./finding-concise.ts')).findingConcise,
  json: async (): Promise<Render> => (await import('./finding-json.ts')).findingJson,
  yaml: async (): Promise<Render> => (await import('./finding-yaml.ts')).findingYaml,
  sarif: async (): Promise<Render> => (await import('./finding-sarif.ts')).findingSarif,
  github: async (): Promise<Render> => (await import('./finding-github.ts')).findingGithub,
  junit: async (): Promise<Render> => (await import('./finding-junit.ts')).findingJunit,
  markdown: async (): Promise<Render> => (await import('./finding-markdown.ts')).findingMarkdown,
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
