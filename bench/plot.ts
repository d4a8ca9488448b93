const WIDTH = 760;
const ROW = 34;
const LABELS = 400;

/** Bars beside their names as an SVG; a line marks 1, where both are equal. */
export function plot(title: string, bars: readonly { name: string; value: number }[]): string {
  const most = Math.max(1.1, ...bars.map(({ value }) => value));
  const scale = (value: number) => Math.round((value / most) * (WIDTH - LABELS - 60));
  const height = 50 + bars.length * ROW;
  const rows = bars.map(({ name, value }, i) => {
    const y = 40 + i * ROW;
    return [
      `<text x="${LABELS - 10}" y="${y + 16}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${LABELS}" y="${y}" width="${scale(value)}" height="${ROW - 10}" fill="#3b6ea5"/>`,
      `<text x="${LABELS + scale(value) + 6}" y="${y + 16}">${value.toFixed(2)}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="white"/>
<text x="10" y="22" font-size="15">${escaped(title)}</text>
${rows.join('\n')}
<line x1="${LABELS + scale(1)}" y1="34" x2="${LABELS + scale(1)}" y2="${height - 8}" stroke="#c33" stroke-dasharray="4 3"/>
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
