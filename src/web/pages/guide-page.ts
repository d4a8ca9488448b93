import type { OpenAPIObject } from '@nestjs/swagger';
import { html, type SafeHtml } from '@remix-run/html-template';
import { SCOPES, scopesOf } from '../../accounts/domain/scope.ts';
import { MOST_OUTPUTS } from '../../image-jobs/domain/output.ts';
import type { Settings } from '../../settings/settings.ts';
import { DEFAULT_DAYS, KEPT_DAYS } from '../../usage/domain/usage-entry.ts';
import { KEPT_DAYS as KEPT_DELIVERY_DAYS } from '../../webhooks/domain/webhook-delivery.ts';
import { WEBHOOK_EVENT_NAMES, WEBHOOK_EVENTS } from '../../webhooks/domain/webhook-event.ts';
import { OF_JOBS, OF_REQUESTS } from '../problem-list.ts';
import { codeBox } from './code-box.ts';
import { type Answer, guideAnswers } from './guide-answers.ts';
import { guideExamples } from './guide-examples.ts';
import { VERIFYING } from './guide-webhooks.ts';
import { operationReference } from './operation-reference.ts';
import { page } from './page.ts';
import { duration, policyTable, size } from './policy-table.ts';
import { problemTable } from './problem-pages.ts';
import type { Examples } from './section-examples.ts';

const LANGUAGES = {
  curl: { name: 'curl', language: 'bash' },
  javascript: { name: 'JavaScript', language: 'javascript' },
  python: { name: 'Python', language: 'python' },
} as const;

const SECTIONS = [
  ['register', 'Get an account'],
  ['login', 'Log in'],
  ['upload', 'Upload'],
  ['wait', 'Wait'],
  ['download', 'Download'],
  ['outputs', 'Several results'],
  ['keys', 'Programs: API keys'],
  ['usage', 'Usage'],
  ['webhooks', 'Be told: webhooks'],
  ['errors', 'Limits and errors'],
] as const;

/** From registration to download in a few sections, with examples that run against the server at `address`. */
export function guidePage(address: string, settings: Settings, document: OpenAPIObject): string {
  const { registration, anonymous, accessTokenSeconds } = settings.security;
  const isOpen = registration === 'open';
  const hasWebhooks = settings.webhooks.enabled === 'on';
  const examples = guideExamples(address, isOpen);
  const answers = guideAnswers(address, document);
  const sections = SECTIONS.filter(([id]) => id !== 'webhooks' || hasWebhooks);
  const section = (id: SectionId) => heading(sections, id);
  return page({
    offersRegistration: isOpen,
    title: 'Guide',
    description: 'From registration to download in a few sections, with examples that run.',
    path: '/api/documentation/',
    styles: ['guide.css'],
    scripts: ['guide.js'],
    body: html`<div class="guide">
<nav class="contents" aria-label="Sections">
<ol>${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>\n`)}</ol>
<fieldset class="chips" id="language"><legend>Examples in</legend>
${Object.entries(LANGUAGES).map(
  ([id, { name }], at) =>
    html`<label><input type="radio" name="language" value="${id}"${at === 0 ? ' checked' : null}><span>${name}</span></label>\n`,
)}
</fieldset>
</nav>
<article class="reading">
<h1>Guide</h1>
<p class="lede">From an account to a finished file. The examples speak to <code>${address}</code> and go on from each other: run them in order, beside a <code>photo.jpg</code>. JavaScript is for Node 20 or later, saved as one <code>.mjs</code> file; Python needs <code>requests</code>.</p>
${
  anonymous === 'on'
    ? html`<p>Without an account, leave out sections 1 and 2 and the <code>Authorization</code> header; the <a href="#errors">limits</a> are tighter then.</p>`
    : html`<p>This server takes requests of accounts alone.</p>`
}
${section('register')}
${
  isOpen
    ? html`<p>Names and e-mails are unique, without regard to case. The password has 8 to 128 characters, is not a common one, not all digits, and not close to your name.</p>
${shown(examples.register)}
${answered(answers.register)}`
    : html`<p>Registration is closed: the operator of this server makes the accounts. Ask there for one; in the examples it is ada's.</p>
${shown(examples.register)}`
}
${section('login')}
<p>The answer holds two tokens. <code>access</code> proves who you are for ${duration(accessTokenSeconds)}; with <code>refresh</code> you get two new ones at <code>POST /accounts/refresh/</code>, and the old refresh token is dead. <code>POST /accounts/logout/</code> ends the session at once.</p>
${shown(examples.login)}
${answered(answers.login)}
${section('upload')}
<p>One file and a list of operations, run in the order given. An empty list encodes the picture anew in its own format.</p>
${operationReference(settings)}
<p>The answer is 201 with the image resource. Send an <code>Idempotency-Key</code> if you may have to repeat the request.</p>
${shown(examples.upload)}
${answered(answers.upload)}
${section('wait')}
<p><code>Prefer: wait=30</code> answers as soon as the job is done, or after 30 seconds with its state. It also works on the upload itself. To be told of each change, read <code>/api/images/{id}/events/</code>, a stream of server-sent events. A picture is <code>pending</code>, <code>processing</code>, and then <code>completed</code> or <code>failed</code>; while it is not done, <code>Retry-After</code> says when to ask again.</p>
${shown(examples.wait)}
${answered(answers.wait)}
${section('download')}
<p>The result can be fetched until <code>download_expires_at</code>. The first download shortens that window: keep what you have fetched. Ranges, <code>ETag</code> and <code>If-None-Match</code> work as usual; <code>Repr-Digest</code> holds the SHA-256.</p>
${shown(examples.download)}
${answered(answers.download)}
${section('outputs')}
<p>With an account one upload makes up to ${MOST_OUTPUTS} results: send <code>outputs</code>, each with a <code>name</code> and <code>operations</code> of its own, in place of <code>operations</code>. The picture is decoded once for all whose steps allow it, so they take less time than uploads of their own.</p>
<p><code>POST /api/images/plan/</code> answers what an upload would give: each size, format and warning, or the refusal. It takes <code>operations</code>, <code>outputs</code> or <code>preset</code>, and stores nothing.</p>
${shown(examples.plan)}
${answered(answers.plan)}
<p>What you want again and again is kept under a name with <code>PUT /api/presets/{name}/</code>; <code>preset</code> in the form then stands for it. A job keeps what the preset said when its picture was uploaded. A key needs <code>presets:manage</code> for <code>/api/presets/</code>, and only <code>images:write</code> to use one.</p>
<p>Each entry of the image's <code>outputs</code> has its own <code>result</code> and <code>download_url</code>; <code>/api/images/{id}/archive/</code> has all in one ZIP, named <code>photo-thumb.jpg</code>, <code>photo-web.webp</code>. An output that fails has its <code>error</code> and leaves the others their results. The first download of any shortens the window of all.</p>
${shown(examples.outputs)}
<p>Many pictures at once are a batch: <code>POST /api/batches/</code> takes up to ${settings.batches.files} files, ${size(settings.batches.bytes)} in all, as <code>images</code>, with <code>operations</code>, <code>outputs</code> or <code>preset</code> for all, as one request. A file that is refused is told of alone; when the batch is <code>completed</code>, its <code>archive_url</code> has every result.</p>
<p>The <a href="/playground/">playground</a> does the same by hand: it adds results to a list, keeps lists as presets, makes a batch of files that are dropped together, and shows each request as a program.</p>
${section('keys')}
<p>A program that runs for longer than a session needs no password: make it an API key on your <a href="/account/">account page</a>, or as below. The answer shows the key this once. It goes where the access token went, works for a year unless <code>expires_at</code> says otherwise, and is refused from the moment at which you revoke it (<code>DELETE /accounts/keys/{id}/</code>).</p>
<div class="table" tabindex="0" role="region" aria-label="Scopes"><table>
<thead><tr><th scope="col">Scope</th><th scope="col">Lets the program</th></tr></thead>
<tbody>
${scopesOf({ hasWebhooks }).map((scope) => html`<tr><th scope="row"><code>${scope}</code></th><td>${SCOPES[scope]}</td></tr>\n`)}</tbody></table></div>
<p>Whatever the scopes of a key are, it reads <code>GET /accounts/me/</code> and <code>GET /api/limits/</code>, and opens nothing else of <code>/accounts/</code>.</p>
${shown(examples.keys)}
${section('usage')}
<p>What your images came to: by <code>day</code>, <code>key</code> or <code>operation</code>, and in all. Without <code>from</code> and <code>to</code> it is the last ${DEFAULT_DAYS} days; at most ${KEPT_DAYS} can be asked for, and so many are kept. Days are in UTC. An image counts on the day on which its job ended, failed or not, and stays counted when it is deleted. By operation it counts with each that it asked for, so these groups overlap. A key needs the scope <code>usage:read</code>; your <a href="/account/">account page</a> shows the same as a chart.</p>
${shown(examples.usage)}
${answered(answers.usage)}
<p>Where there is a limit of images in a calendar month, in UTC, <code>GET /api/limits/</code> has it with what is used: <code>images_per_month</code> and <code>images_this_month</code>. An image takes its place when it is accepted, whatever becomes of it. Beyond the limit uploads are refused with <code>monthly_limit</code>, and <code>Retry-After</code> leads to the first of the next month.</p>
${hasWebhooks ? ofWebhooks(section('webhooks'), settings.webhooks.timeoutSeconds) : null}
${section('errors')}
<p>These are the limits of this server. <a href="/api/limits/"><code>GET /api/limits/</code></a> tells a program its own; <code>RateLimit</code> on each answer says how many requests are left.</p>
${policyTable(settings)}
<p>Every error is a problem document (RFC 9457): <code>code</code> is stable, <code>detail</code> says what was expected and what came, <code>errors</code> point at each field, and <code>request_id</code> finds the request in the log. After a 429 or 503, wait for the seconds in <code>Retry-After</code>.</p>
<h3>Answers to requests</h3>
${problemTable(OF_REQUESTS)}
<h3>Why jobs fail</h3>
${problemTable(OF_JOBS, true)}
</article>
</div>`,
  });
}

type SectionId = (typeof SECTIONS)[number][0];

function heading(sections: readonly (typeof SECTIONS)[number][], id: SectionId): SafeHtml {
  const at = sections.findIndex(([one]) => one === id);
  return html`<h2 id="${id}"><span class="step" aria-hidden="true">${at + 1}</span>${sections[at]?.[1]}</h2>`;
}

/** One example in every language; the page shows the one that is chosen. */
function shown(examples: Examples): SafeHtml {
  const said = Object.entries(LANGUAGES).filter(([id]) => examples[id as keyof Examples] !== '');
  return html`${said.map(
    ([id, { name, language }]) =>
      html`<div class="example" data-language="${id}">${codeBox({ text: examples[id as keyof Examples], language, caption: name })}</div>\n`,
  )}`;
}

/** Who is told, of what, and how they know that it is so. */
function ofWebhooks(heading: SafeHtml, timeoutSeconds: number): SafeHtml {
  return html`${heading}
<p>Instead of asking, be told: add a URL of yours on your <a href="/account/">account page</a>, or with <code>POST /api/webhooks/</code>. It is sent <code>{"type", "timestamp", "data"}</code> when an image or a batch ends, <code>data</code> being it as it then was; the answer that made it holds the secret, shown this once. A <code>webhook_url</code> in the form of an upload or a batch does the same for that one alone, signed with the account's own secret (<code>POST /accounts/webhook-secret/</code>).</p>
<div class="table" tabindex="0" role="region" aria-label="Events"><table>
<thead><tr><th scope="col">Event</th><th scope="col">Says that</th></tr></thead>
<tbody>
${WEBHOOK_EVENT_NAMES.map((event) => html`<tr><th scope="row"><code>${event}</code></th><td>${WEBHOOK_EVENTS[event]}</td></tr>\n`)}</tbody></table></div>
<p>Answer with any 2xx within ${timeoutSeconds} seconds, and do the work afterwards. Otherwise it comes again, ten times over three days; <code>Retry-After</code> is honoured up to an hour, and 410 ends it. A message may come twice and in any order: remember its <code>webhook-id</code>, which stays the same. <code>GET /api/webhooks/{id}/deliveries/</code> shows every try for ${KEPT_DELIVERY_DAYS} days, and <code>POST …/replay/</code> sends one again.</p>
<p>Verify each message before you trust it: over its raw bytes, with this, or with a library of <a href="https://www.standardwebhooks.com/" rel="external">Standard Webhooks</a>.</p>
${verifying()}`;
}

/** How a message is verified; there is nothing for curl, which receives none. */
function verifying(): SafeHtml {
  return html`${(['javascript', 'python'] as const).map((id) => {
    const { name, language } = LANGUAGES[id];
    return html`${codeBox({ text: VERIFYING[id], language, caption: `Verify a message, in ${name}` })}\n`;
  })}`;
}

/** What the server answers to an example. */
function answered({ status, language, text }: Answer): SafeHtml {
  return html`<details class="answer"><summary>The answer, ${status}</summary>${codeBox({ text, language, caption: status })}</details>`;
}
