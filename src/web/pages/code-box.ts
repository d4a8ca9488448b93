import hljs from '@highlightjs/cdn-assets/es/core.min.js';
import bash from '@highlightjs/cdn-assets/es/languages/bash.min.js';
import http from '@highlightjs/cdn-assets/es/languages/http.min.js';
import javascript from '@highlightjs/cdn-assets/es/languages/javascript.min.js';
import json from '@highlightjs/cdn-assets/es/languages/json.min.js';
import python from '@highlightjs/cdn-assets/es/languages/python.min.js';
import { html, type SafeHtml } from '@remix-run/html-template';

const LANGUAGES = { bash, http, javascript, json, python };

for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);

/** A language whose grammar the pages know. */
export type CodeLanguage = keyof typeof LANGUAGES;

/** A piece of code; `caption` is what stands above it. */
export interface Code {
  readonly text: string;
  readonly language: CodeLanguage;
  readonly caption: string;
  /** Whether it may become so long that its box scrolls. */
  readonly isLong?: boolean;
}

/** Code in colours, with a button that copies it. Long lines are wrapped, never cut. */
export function codeBox({ text, language, caption, isLong = false }: Code): SafeHtml {
  const { value } = hljs.highlight(text, { language });
  return html`<figure class="code-box${isLong ? ' long' : null}"><figcaption>${caption}<button type="button" class="copy" hidden>Copy</button></figcaption><pre${isLong ? html` tabindex="0"` : null}><code>${html.raw`${value}`}</code></pre></figure>`;
}
