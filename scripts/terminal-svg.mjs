// Text with ANSI styles to an SVG of a terminal window. Knows the styles that the view uses: bold, dim, inverse, the eight colours.

const colors = [
  '#3b4252',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#d8dee9',
];
const escapeCharacter = String.fromCharCode(27);
const stylePattern = new RegExp(`(${escapeCharacter}\\[[\\d;]*m)`);
const foreground = '#d8dee9';
const background = '#1f2430';
const charWidth = 8.4;
const lineHeight = 18;
const padding = 14;
const titleHeight = 30;

export function svgOfTerminal(text, { columns, title }) {
  const lines = text.replace(/\n+$/, '').split('\n').map(runsOf);
  const width = Math.ceil(columns * charWidth + 2 * padding);
  const height = titleHeight + lines.length * lineHeight + 2 * padding;
  const body = lines.flatMap((runs, row) => runs.map((run) => drawRun(run, row)));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    ...[0, 1, 2].map(
      (i) =>
        `<circle cx="${20 + i * 18}" cy="16" r="5.5" fill="${['#ff5f57', '#febc2e', '#28c840'][i]}"/>`,
    ),
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">`,
    `<text x="50%" y="21" text-anchor="middle" fill="#8a93a6">${escapeXml(title)}</text>`,
    ...body,
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

function drawRun({ text, at, style }, row) {
  const top = titleHeight + padding + row * lineHeight;
  const color = style.color ?? foreground;
  const place = (column) => (padding + column * charWidth).toFixed(1);
  const wide = (count) => (count * charWidth).toFixed(1);
  const box = style.inverse
    ? `<rect x="${place(at)}" y="${top}" width="${wide(text.length)}" height="${lineHeight}" fill="${color}"/>`
    : '';
  // Blanks at the ends are left to the place: not every reader keeps them.
  const shown = text.trim();
  if (shown === '') return box;
  const x = place(at + text.indexOf(shown));
  const weight = style.bold ? ' font-weight="bold"' : '';
  const opacity = style.dim ? ' opacity="0.6"' : '';
  const fill = style.inverse ? background : color;
  return `${box}<text x="${x}" y="${top + 14}" textLength="${wide(shown.length)}" fill="${fill}"${weight}${opacity}>${escapeXml(shown)}</text>`;
}

/** A row as pieces of one style each, with the column where each begins. */
function runsOf(line) {
  const runs = [];
  let style = {};
  let at = 0;
  for (const part of line.split(stylePattern)) {
    const codes = part.startsWith(escapeCharacter) ? part.slice(2, -1) : undefined;
    if (codes !== undefined)
      for (const code of codes.split(';').map(Number)) style = styled(style, code);
    else if (part !== '') {
      runs.push({ text: part, at, style });
      at += part.length;
    }
  }
  return runs;
}

function styled(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 27) return { ...style, inverse: false };
  if (code === 39) return { ...style, color: undefined };
  if (code >= 30 && code <= 37) return { ...style, color: colors[code - 30] };
  return style;
}

function escapeXml(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
