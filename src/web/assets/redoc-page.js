import { find } from './dom.js';

/** @typedef {{ init: (document: string, options: object, place: HTMLElement) => void }} Redoc */

const { Redoc } = /** @type {typeof globalThis & { Redoc: Redoc }} */ (globalThis);
const place = find('#redoc', HTMLElement);
const prefersDark = matchMedia('(prefers-color-scheme: dark)');

/** ReDoc computes shades from its colours: it is told them as they are, since it cannot read custom properties. */
function show() {
  const colour = colours();
  const font = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif';
  const code = 'ui-monospace, "SF Mono", "Cascadia Code", "Noto Sans Mono", "DejaVu Sans Mono", monospace';
  const [good, bad, warn, accent] = [colour('good'), colour('bad'), colour('warn'), colour('accent')];
  const [ink, quiet, line] = [colour('ink'), colour('quiet'), colour('line')];
  const theme = {
    spacing: { sectionVertical: 24 },
    colors: {
      primary: { main: accent },
      success: { main: good },
      warning: { main: warn },
      error: { main: bad },
      text: { primary: ink, secondary: quiet },
      border: { dark: line, light: line },
      responses: {
        success: { color: good, backgroundColor: colour('good-soft'), tabTextColor: '#5fd6a8' },
        error: { color: bad, backgroundColor: colour('bad-soft'), tabTextColor: '#ff9aa6' },
        redirect: { color: warn, backgroundColor: colour('warn-soft'), tabTextColor: '#f3c26b' },
        info: { color: accent, backgroundColor: colour('accent-soft'), tabTextColor: '#aaa5ff' },
      },
    },
    schema: { linesColor: line, typeNameColor: quiet, typeTitleColor: quiet, requireLabelColor: bad },
    typography: {
      fontFamily: font,
      headings: { fontFamily: font, fontWeight: '700' },
      code: { fontFamily: code, color: ink, backgroundColor: colour('sunken'), wrap: true },
      links: { color: accent, visited: accent, hover: accent },
    },
    sidebar: {
      backgroundColor: colour('paper'),
      textColor: ink,
      activeTextColor: accent,
      arrow: { color: quiet },
    },
    rightPanel: { backgroundColor: colour('code-paper'), textColor: colour('code-ink') },
    codeBlock: { backgroundColor: colour('code-sunken') },
  };
  const scrollYOffset = () => find('.site-header', HTMLElement).offsetHeight;
  const fresh = document.createElement('div');
  place.replaceChildren(fresh);
  Redoc.init('/api/schema/', { disableGoogleFont: true, nativeScrollbars: true, scrollYOffset, theme }, fresh);
}

/** The pages' colours by name, as the present scheme has them. */
function colours() {
  const probe = document.createElement('i');
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const names = 'paper sunken ink quiet line accent accent-soft good good-soft bad bad-soft warn warn-soft'.split(' ');
  const found = new Map(
    [...names, 'code-paper', 'code-sunken', 'code-ink'].map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, style.color];
    }),
  );
  probe.remove();
  return (/** @type {string} */ name) => found.get(name) ?? '';
}

prefersDark.addEventListener('change', show);
show();
