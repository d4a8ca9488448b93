import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  replayDelivery,
  rotateWebhook,
  testWebhook,
  webhookDeliveries,
  webhooks,
} from './api.js';
import { element, find } from './dom.js';
import { submits } from './form.js';
import { rowsOr, smallButton, tableParts } from './lists.js';
import { moment } from './words.js';

/**
 * @import { WebhookDto } from '../../webhooks/infrastructure/http/webhooks.dto.ts'
 * @import { WebhookDeliveryDto } from '../../webhooks/infrastructure/http/deliveries.dto.ts'
 * @import { Attempt } from './account.js'
 */

/** Why nothing is sent to an endpoint, in words. */
const REASONS = {
  owner: 'disabled',
  gone: 'disabled: it answered 410',
  failing: 'disabled: nothing could be delivered for five days',
};

const form = find('#make-webhook', HTMLFormElement);
const secretNotice = find('#webhook-secret', HTMLElement);

/** The account's webhooks, and the form that makes one. @type {import('./account.js').Section} */
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

/**
 * What was sent to an endpoint, the latest first.
 * @param {string} id
 * @param {HTMLElement} place
 * @param {Attempt} attempt
 */
async function showDeliveries(id, place, attempt) {
  const { results } = await webhookDeliveries(id);
  const line = (/** @type {WebhookDeliveryDto} */ delivery) => {
    const again = async () => {
      await replayDelivery(id, delivery.id);
      await showDeliveries(id, place, attempt);
    };
    const last = delivery.attempts.at(-1);
    const answered = last ? `${last.status_code ?? last.error}, ${last.milliseconds} ms` : 'not tried yet';
    const next = delivery.next_attempt_at ? `, again ${moment(delivery.next_attempt_at)}` : '';
    const label = `Send ${delivery.event} of ${moment(delivery.created_at)} again`;
    const sendAgain = delivery.status === 'due' ? null : smallButton('Send again', () => attempt(again), label);
    const event = element('code', {}, delivery.event);
    const tries = String(delivery.attempts.length);
    return [moment(delivery.created_at), event, delivery.status, tries, answered + next, sendAgain].map((content) =>
      element('td', {}, content),
    );
  };
  const heads = ['When', 'Event', 'State', 'Tries', 'Latest answer', 'Action'];
  place.replaceChildren(
    results.length === 0
      ? element('p', { class: 'hint' }, 'Nothing was sent in the last seven days.')
      : element(
          'div',
          { class: 'table', tabindex: '0', role: 'region', 'aria-label': 'Deliveries' },
          element('table', {}, ...tableParts(heads, results.map(line))),
        ),
    smallButton('Look again', () => attempt(() => showDeliveries(id, place, attempt))),
  );
}

/** @param {string} secret */
function showSecret(secret) {
  find('#webhook-secret-text', HTMLElement).textContent = secret;
  secretNotice.hidden = false;
}

/** @param {Attempt} attempt */
function makesWebhooks(attempt) {
  submits(form, async ({ url = '' }) => {
    const events = new FormData(form).getAll('events').map(String);
    const { secret } = await createWebhook({ url, events });
    form.reset();
    await showList(attempt);
    showSecret(secret);
  });
}
