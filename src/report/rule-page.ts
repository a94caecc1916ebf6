/** The page of a rule in docs/rules: what it finds, why, what to do, what Istio says, with the fixtures that test it. */
import type { RuleMeta } from '../diagnostic/index.ts';

/** kiali: Kiali's code for the same. bad, good: fixtures, null where the rule has none. */
export type RulePage = {
  readonly meta: RuleMeta;
  readonly kiali: string | null;
  readonly reads: readonly string[];
  readonly bad: string | null;
  readonly good: string | null;
};

export function rulePage({ meta, kiali, reads, bad, good }: RulePage): string {
  const { code, name, severity, summary, why, help, istio } = meta;
  const facts = [
    `| Code | ${code} |`,
    `| Severity | ${severity} |`,
    `| In Istio | ${istioSays(istio)} |`,
    ...(kiali === null ? [] : [`| In Kiali | ${kiali} |`]),
    ...(reads.length === 0 ? [] : [`| Looks at | ${reads.join(', ')} |`]),
  ];
  const sections = [
    `# ${name}`,
    summary,
    ['| | |', '|---|---|', ...facts].join('\n'),
    `## Why\n\n${why}`,
    `## What to do\n\n${help}`,
  ];
  if (bad !== null)
    sections.push(
      `## What it finds\n\nThe carets show where, with what is said there.\n\n${fenced(bad)}`,
    );
  if (good !== null) sections.push(`## What it leaves alone\n\n${fenced(good)}`);
  sections.push(
    `Set its severity in \`.tcpmesh.yaml\` (\`severities: {${name}: off}\`), or leave one place out with \`# tcpmesh-ignore ${code}: reason\`.`,
  );
  return `${sections.join('\n\n')}\n`;
}

/** The table of all rules. */
export function ruleIndexPage(rules: readonly RuleMeta[]): string {
  const rows = [...rules]
    .sort((a, b) => (a.code === b.code ? (a.name < b.name ? -1 : 1) : a.code < b.code ? -1 : 1))
    .map(
      ({ code, name, severity, summary }) =>
        `| ${code} | [${name}](${name}.md) | ${severity} | ${summary.replaceAll('|', '\\|')} |`,
    );
  return [
    '# Rules',
    '',
    'Codes that begin with `IST` are those of `istioctl analyze`; several rules may share one. Codes that begin with `TCM` are ours.',
    '',
    '| Code | Rule | Severity | What it finds |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function istioSays({ rejects, code, source }: RuleMeta['istio']): string {
  const where = source === '' ? '' : ` (\`${source}\`)`;
  if (rejects)
    return `its validation refuses the document${code === null ? '' : `, ${code}`}${where}`;
  return code === null ? 'nothing' : `${code}${where}`;
}

function fenced(yaml: string): string {
  return `\`\`\`yaml\n${yaml.trimEnd()}\n\`\`\``;
}
