import { html, type SafeHtml } from '@remix-run/html-template';
import { DEFAULT_YEARS, MOST_YEARS } from '../../accounts/domain/api-key.ts';
import { SCOPES, type Scope } from '../../accounts/domain/scope.ts';
import { field } from './form-field.ts';

const years = (count: number) => (count === 1 ? 'a year' : `${count} years`);

/** The account's API keys: a list, and a form that makes one with some of these scopes and shows it once. */
export const keysBody = (
  scopes: readonly Scope[],
): SafeHtml => html`<p class="hint">For programs, in place of your password: <code>Authorization: Bearer ipk_…</code>. See the <a href="/api/documentation/#keys">guide</a>.</p>
<div id="keys" aria-live="polite"></div>
<div class="notice" id="made-key" role="status" hidden>
<p>This is the key. It is shown this once: copy it now.</p>
<figure class="code-box"><figcaption>API key<button type="button" class="copy" hidden>Copy</button></figcaption><pre><code id="made-key-text"></code></pre></figure>
</div>
<form id="make-key" class="fields" method="post" novalidate>
<div class="alert" role="alert" id="make-key-problem" hidden></div>
${field({ id: 'key-name', name: 'name', label: 'Name', type: 'text', hint: 'For you to tell it by, e.g. nightly import' })}
<fieldset class="checks"><legend>What it is for</legend>
${scopes.map(
  (scope) =>
    html`<label class="check"><input type="checkbox" name="scopes" value="${scope}"${scope.startsWith('images:') ? ' checked' : null} aria-describedby="key-scopes-error"> <span><code>${scope}</code>: ${SCOPES[scope]}</span></label>\n`,
)}<p class="error" id="key-scopes-error" data-error-for="/scopes" hidden></p>
</fieldset>
${field({ id: 'key-expires', name: 'expires_at', label: 'Ends on', type: 'date', optional: true, hint: `In ${years(DEFAULT_YEARS)} when left empty; at most in ${years(MOST_YEARS)}` })}
<p><button class="button" type="submit">Make a key</button></p>
</form>`;
