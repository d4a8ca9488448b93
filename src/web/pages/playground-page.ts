import { html, type SafeHtml } from '@remix-run/html-template';
import { MOST_OUTPUTS, NAME_PATTERN, NAME_WORDS } from '../../image-jobs/domain/output.ts';
import { operationControls } from '../../imaging/operations/operation-controls.ts';
import { OPERATIONS } from '../../imaging/operations/operations.ts';
import type { Settings } from '../../settings/settings.ts';
import { codeBox } from './code-box.ts';
import { page } from './page.ts';
import { policyTable } from './policy-table.ts';
import { drawingTemplates } from './value-drawings.ts';

/** Id, tab, grammar and caption of each form of the request. */
const LANGUAGES = [
  ['json', 'Operations', 'json', 'The field operations'],
  ['curl', 'curl', 'bash', 'For a shell'],
  ['javascript', 'JavaScript', 'javascript', 'For Node 20 or later, saved as an .mjs file'],
  ['python', 'Python', 'python', 'For Python 3 with requests'],
] as const;

/** What an output or a preset may be called, as a person is told. */
const NAME_RULE = `Use ${NAME_WORDS}.`;

/** The guided builder of requests; its scripts do the rest. */
export function playgroundPage(
  address: string,
  settings: Pick<Settings, 'policies' | 'throttle' | 'batches' | 'security'>,
): string {
  const offersRegistration = settings.security.registration === 'open';
  return page({
    offersRegistration,
    title: 'Playground',
    description: 'Choose pictures, say what should happen to them, see the results, and copy the request.',
    path: '/playground/',
    styles: ['compare.css', 'playground.css'],
    scripts: ['playground.js'],
    body: html`<div class="title-row"><h1>Playground</h1><p id="limits-line" class="limits-line" role="status"></p></div>
<noscript><p class="notice">The playground needs JavaScript. The API does not: see the <a href="/api/documentation/">guide</a>.</p></noscript>
<div class="bench" id="bench" data-address="${address}"${offersRegistration ? html` data-register` : null}>
<form id="builder" class="builder" novalidate>
<section class="card" aria-labelledby="picture-title">
<h2 id="picture-title"><span class="step" aria-hidden="true">1</span>Picture</h2>
<div class="dropzone" id="dropzone" data-batch-files="${settings.batches.files}" data-batch-bytes="${settings.batches.bytes}">
<div id="picture" class="picture" hidden></div>
<div class="picture-choice">
<label class="button" for="file">Choose a file</label>
<input class="visually-hidden" id="file" type="file" multiple accept="image/jpeg,image/png,image/webp" aria-describedby="file-hint file-error">
<button class="button quiet" type="button" id="sample">Use the built-in picture</button>
<p class="hint" id="file-hint">JPEG, PNG or WebP. You can also drop it here, or paste it.</p>
</div>
<p class="error" id="file-error" data-error-for="/original_image" role="alert" hidden></p>
<p class="error" data-error-for="/images" role="alert" hidden></p>
</div>
</section>
<section class="card" aria-labelledby="operations-title">
<h2 id="operations-title"><span class="step" aria-hidden="true">2</span>Operations</h2>
${outputChoice()}<figure id="preview" class="preview" hidden>
<div id="preview-drawing"></div>
<figcaption id="preview-caption" class="hint"></figcaption>
<div class="turns" role="group" aria-label="Turn the picture">
<button class="button quiet small" type="button" data-turn="left">↺ Rotate left</button>
<button class="button quiet small" type="button" data-turn="right">↻ Rotate right</button>
<button class="button quiet small" type="button" data-turn="horizontal">⇆ Flip across</button>
<button class="button quiet small" type="button" data-turn="vertical">⇅ Flip down</button>
</div>
</figure>
<ol id="operations" class="operations" data-known="${JSON.stringify(operationControls())}"></ol>
${drawingTemplates()}<p id="operations-empty" class="hint">None yet: the picture would be encoded anew, in its own format.</p>
<p class="error" data-error-for="/operations" id="operations-error" role="alert" hidden></p>
<div class="adders" role="group" aria-label="Add an operation">
${OPERATIONS.map(({ type, title, about }) => html`<button class="button quiet small" type="button" data-add="${type}" title="${about}">+ ${title}</button>\n`)}</div>
<p id="operations-limit" class="hint"></p>
<div class="more">
<button class="button quiet small" type="button" id="add-output" hidden>+ Another result of the picture</button>
<p id="account-gives" class="hint" hidden>An account gives more: several results of one picture, lists that are kept as presets, and up to ${settings.batches.files} pictures at once.${offersRegistration ? html` <a href="/register/">Register</a>` : null}</p>
${presetChoice()}</div>
<p id="operations-news" class="visually-hidden" role="status"></p>
</section>
<section class="card send" aria-labelledby="send-title">
<h2 id="send-title"><span class="step" aria-hidden="true">3</span>Send</h2>
<div class="alert" role="alert" id="send-problem" hidden></div>
<button class="button wide" type="submit" id="send">Process the picture</button>
</section>
</form>
<div class="outcome">
<section class="card" aria-labelledby="result-title">
<h2 id="result-title" tabindex="-1">Result</h2>
<div id="job"><p class="empty">Your result appears here, beside the original.</p></div>
<p id="pause" class="pause" hidden></p>
<p id="job-news" class="visually-hidden" role="status"></p>
</section>
<section class="card" aria-labelledby="request-title">
<h2 id="request-title">The same request from your program</h2>
<div class="tabs" role="tablist" aria-label="Language">
${LANGUAGES.map(([id, name], at) => html`<button role="tab" type="button" id="tab-${id}" aria-controls="code-${id}" aria-selected="${at === 0}"${at === 0 ? null : html` tabindex="-1"`}>${name}</button>\n`)}
</div>
${LANGUAGES.map(([id, , language, caption], at) => html`<div role="tabpanel" id="code-${id}" aria-labelledby="tab-${id}" ${at === 0 ? null : ' hidden'}>${codeBox({ text: '', language, caption, isLong: true })}</div>\n`)}
<details id="exchange"><summary>The raw request and response</summary><p class="hint" id="exchange-empty">Nothing has been sent yet.</p>
<div id="exchange-text" hidden>
<div id="exchange-request">${codeBox({ text: '', language: 'http', caption: 'Request', isLong: true })}</div>
<div id="exchange-response">${codeBox({ text: '', language: 'http', caption: 'Response', isLong: true })}</div>
</div></details>
</section>
</div>
</div>
<section aria-labelledby="history-title" class="history">
<h2 id="history-title">Your jobs</h2>
<div id="history"></div>
</section>
<section aria-labelledby="table-title" class="lifted" id="lifted">
<h2 id="table-title">${settings.security.anonymous === 'off' ? 'Limits' : offersRegistration ? 'What registering lifts' : 'What an account lifts'}</h2>
${policyTable(settings)}
</section>`,
  });
}

/** Which of several results the operations are for; hidden as long as there is one. */
function outputChoice(): SafeHtml {
  return html`<div id="outputs" class="outputs-choice" data-most="${MOST_OUTPUTS}" hidden>
<fieldset class="field"><legend>Results of the picture</legend>
<div class="chips" id="output-choices"></div>
<p class="hint">What follows is for the chosen one.</p>
</fieldset>
<div class="named">
<div class="field"><label for="output-name">Name of the chosen result</label>
<input id="output-name" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" data-pattern="${NAME_PATTERN}" title="${NAME_RULE}" aria-describedby="output-name-error"></div>
<button class="button quiet" type="button" id="remove-output">Remove it</button>
</div>
<p class="error" id="output-name-error" data-error-for="/output-name" hidden></p>
<p class="error" data-error-for="/outputs" role="alert" hidden></p>
</div>
`;
}

/** Lists under a name, for accounts. */
function presetChoice(): SafeHtml {
  return html`<p class="error" data-error-for="/preset" role="alert" hidden></p>
<details id="presets" class="presets" hidden><summary>Presets</summary>
<div class="named">
<div class="field"><label for="preset">Preset</label><select id="preset"></select></div>
<button class="button quiet" type="button" id="use-preset">Use</button>
<button class="button quiet" type="button" id="delete-preset">Delete</button>
</div>
<div class="named">
<div class="field"><label for="preset-name">Save as</label>
<input id="preset-name" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" data-pattern="${NAME_PATTERN}" title="${NAME_RULE}" aria-describedby="preset-name-hint preset-name-error"></div>
<button class="button quiet" type="button" id="save-preset">Save</button>
</div>
<p class="hint" id="preset-name-hint"></p>
<p class="error" id="preset-name-error" data-error-for="/preset-name" hidden></p>
<p class="hint" id="preset-news" role="status"></p>
</details>
`;
}
