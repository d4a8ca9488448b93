import { showDeliveries } from './account-deliveries.js';
import { changeWebhook, createWebhook, deleteWebhook, rotateWebhook, testWebhook, webhooks } from './api.js';
import { element, find } from './dom.js';
import { clearProblem, submits } from './form.js';
import { rowsOr, smallButton } from './lists.js';

/**
 * @import { WebhookDto } from '../../webhooks/infrastructure/http/webhooks.dto.ts'
 * @import { Attempt } from './account.js'
 */

/** Why nothing is sent to an endpoint, in words. */
const REASONS = {
  owner: 'disabled',
  gone: 'disabled: it answered 410',
  failing: 'disabled: nothing could be delivered for too long',
};

const form = find('#make-webhook', HTMLFormElement);
const secretNotice = find('#webhook-secret', HTMLElement);
/** The endpoint that the form changes; null while it makes another. @type {string | null} */
let changed = null;

/** The account's webhooks, and the form that makes or changes one. @type {import('./account.js').Section} */
export async function showWebhooks(_own, attempt) {
  makesWebhooks(attempt);
  await showList(attempt);
}

/** @param {Attempt} attempt */
async function showList(attempt) {
  const { results } = await webhooks();
  const rows = results.map((webhook) => row(webhook, attempt));
  find('#webhooks', HTMLElement).replaceChildren(rowsOr(rows, 'No webhooks yet.'));
}

/**
 * @param {WebhookDto} webhook
 * @param {Attempt} attempt
 */
function row(webhook, attempt) {
  const { id, url, events, disabled_reason: reason } = webhook;
  const sent = element('div', { class: 'deliveries', 'aria-live': 'polite' });
  /** @param {string} words @param {() => Promise<unknown>} action */
  const button = (words, action) => smallButton(words, () => attempt(action), `${words}: ${url}`);
  const anew = (/** @type {() => Promise<unknown>} */ action) => async () => {
    await action();
    secretNotice.hidden = true;
    await showList(attempt);
  };
  return element(
    'li',
    {},
    element('span', { class: 'grow' }, element('code', {}, url)),
    element('span', { class: 'hint' }, [events.join(', '), reason && REASONS[reason]].filter(Boolean).join('; ')),
    button('Test', async () => {
      await testWebhook(id);
      await showDeliveries(id, sent, attempt);
    }),
    button('Deliveries', () => showDeliveries(id, sent, attempt)),
    button('Change', async () => offer(webhook)),
    button('New secret', async () => showSecret((await rotateWebhook(id)).secret)),
    button(
      reason === null ? 'Disable' : 'Enable',
      anew(() => changeWebhook(id, { disabled: reason === null })),
    ),
    button(
      'Delete',
      anew(() => deleteWebhook(id)),
    ),
    sent,
  );
}

/** @param {string} secret */
function showSecret(secret) {
  find('#webhook-secret-text', HTMLElement).textContent = secret;
  secretNotice.hidden = false;
}

/** @param {Attempt} attempt */
function makesWebhooks(attempt) {
  form.addEventListener('reset', () => {
    clearProblem(form);
    isFor(null);
  });
  submits(form, async ({ url = '' }) => {
    const wish = { url, events: new FormData(form).getAll('events').map(String) };
    secretNotice.hidden = true;
    if (changed === null) showSecret((await createWebhook(wish)).secret);
    else await changeWebhook(changed, wish);
    form.reset();
    await showList(attempt);
  });
}

/** Puts an endpoint into the form, to be changed. @param {WebhookDto} webhook */
function offer({ id, url, events }) {
  form.reset();
  const field = find('[name=url]', HTMLInputElement, form);
  field.value = url;
  for (const box of form.querySelectorAll('[name=events]')) {
    const { value } = /** @type {HTMLInputElement} */ (box);
    /** @type {HTMLInputElement} */ (box).checked = /** @type {string[]} */ (events).includes(value);
  }
  isFor(id);
  field.focus();
}

/** @param {string | null} id */
function isFor(id) {
  changed = id;
  find('[type=submit]', HTMLButtonElement, form).textContent = id === null ? 'Add a webhook' : 'Save the webhook';
  find('[type=reset]', HTMLButtonElement, form).hidden = id === null;
}
