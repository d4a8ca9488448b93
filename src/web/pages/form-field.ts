import { html, type SafeHtml } from '@remix-run/html-template';

interface Field {
  readonly id: string;
  /** Name in the request; the id where it is left out. */
  readonly name?: string;
  readonly label: string;
  readonly type: 'text' | 'email' | 'password' | 'url' | 'date';
  readonly autocomplete?: string;
  /** Whether it may be left empty. */
  readonly optional?: boolean;
  readonly hint?: string;
}

/** A labelled field with room for its hint and its error. */
export function field({ id, name = id, label, type, autocomplete = 'off', optional = false, hint }: Field): SafeHtml {
  const describedBy = `${hint ? `${id}-hint ` : ''}${id}-error`;
  return html`<div class="field">
<label for="${id}">${label}</label>
<input id="${id}" name="${name}" type="${type}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false"${optional ? null : ' required'} aria-describedby="${describedBy}">
${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : null}
<p class="error" id="${id}-error" data-error-for="/${name}" hidden></p>
</div>`;
}
