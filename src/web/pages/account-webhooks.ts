import { html } from '@remix-run/html-template';
import { WEBHOOK_EVENT_NAMES, WEBHOOK_EVENTS } from '../../webhooks/domain/webhook-event.ts';
import { field } from './form-field.ts';

/** The account's webhooks: endpoints with what was sent to them, and a form that makes one, whose secret it shows once, or changes one. */
export const WEBHOOKS_BODY = html`<p class="hint">A URL of yours is told when images and batches end. See the <a href="/api/documentation/#webhooks">guide</a>.</p>
<div id="webhooks" aria-live="polite"></div>
<div class="notice" id="webhook-secret" role="status" hidden>
<p>This is the secret that verifies its messages. It is shown this once: copy it now.</p>
<figure class="code-box"><figcaption>Secret<button type="button" class="copy" hidden>Copy</button></figcaption><pre><code id="webhook-secret-text"></code></pre></figure>
</div>
<form id="make-webhook" class="fields" method="post" novalidate>
<div class="alert" role="alert" id="make-webhook-problem" hidden></div>
${field({ id: 'webhook-url', name: 'url', label: 'URL', type: 'url', hint: 'https, on the public internet, e.g. https://hooks.example.com/images' })}
<fieldset class="checks"><legend>What it is told of</legend>
${WEBHOOK_EVENT_NAMES.map(
  (event) =>
    html`<label class="check"><input type="checkbox" name="events" value="${event}"${event === 'image.expired' ? null : ' checked'} aria-describedby="webhook-events-error"> <span><code>${event}</code>: ${WEBHOOK_EVENTS[event]}</span></label>\n`,
)}<p class="error" id="webhook-events-error" data-error-for="/events" hidden></p>
</fieldset>
<p><button class="button" type="submit">Add a webhook</button> <button class="button quiet" type="reset" hidden>Leave it as it is</button></p>
</form>`;
